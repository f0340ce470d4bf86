// The one owner of connections. Transactions run on slots, each a driver instance with a single connection: when its
// backend dies, only that slot is ended and replaced, and nothing else on the pool notices. Plain reads share a pool.
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { preparing } from "./prepared.ts";
import { lostCode, persistentSocket } from "./socket.ts";

export type Sql = postgres.Sql;
export type Db = PostgresJsDatabase;

const lostCodes = new Set([lostCode, "CONNECTION_ENDED", "CONNECTION_DESTROYED", "CONNECT_TIMEOUT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "57P01", "57P02", "57P03"]);

/** True when an error says the connection was lost or could not be had. */
export function isLostConnection(error: unknown): boolean {
  const seen = new Set<unknown>();
  let at: unknown = error;
  while (at instanceof Error && !seen.has(at)) {
    seen.add(at);
    if ("code" in at && typeof at.code === "string" && lostCodes.has(at.code)) return true;
    at = at.cause;
  }
  return false;
}

type PoolOptions = { url: string; max: number; name: string };

/** One connection for one transaction at a time. */
export class Slot {
  readonly db: Db;
  readonly #sql: Sql;
  #dead = false;

  constructor(options: PoolOptions) {
    // The driver takes `socket` but its types do not list it.
    const extra = { socket: persistentSocket(() => this.discard()) };
    this.#sql = postgres(options.url, { ...connectionOptions(options), max: 1, ...extra });
    this.db = drizzle(preparing(this.#sql));
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Ends the connection at once; every statement still to come on it is refused by the driver. */
  async discard(): Promise<void> {
    this.#dead = true;
    await this.#sql.end({ timeout: 0 }).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#dead = true;
    await this.#sql.end({ timeout: 2 }).catch(() => undefined);
  }
}

export class Pool {
  readonly #options: PoolOptions;
  readonly #idle: Slot[] = [];
  readonly #waiting: ((slot: Slot) => void)[] = [];
  readonly #all = new Set<Slot>();
  #reads: { sql: Sql; db: Db } | undefined;
  #replaced = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** How many slots a lost connection made the pool replace. */
  get replaced(): number {
    return this.#replaced;
  }

  /** The shared pool for reads outside transactions. */
  reads(): { sql: Sql; db: Db } {
    if (this.#reads === undefined) {
      const sql = postgres(this.#options.url, { ...connectionOptions(this.#options), max: Math.max(2, Math.ceil(this.#options.max / 2)) });
      this.#reads = { sql, db: drizzle(preparing(sql)) };
    }
    return this.#reads;
  }

  /** A slot for one transaction; waits in line when all are taken. */
  acquire(): Promise<Slot> {
    const idle = this.#idle.pop();
    if (idle !== undefined && !idle.dead) return Promise.resolve(idle);
    if (idle !== undefined) this.#forget(idle);
    if (this.#all.size < this.#options.max) return Promise.resolve(this.#open());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a slot back; a dead one is replaced by a fresh one for whoever waits next. */
  release(slot: Slot): void {
    if (!this.#all.has(slot)) return;
    if (slot.dead) this.#forget(slot);
    const next = this.#waiting.shift();
    if (next !== undefined) next(slot.dead ? this.#open() : slot);
    else if (!slot.dead) this.#idle.push(slot);
  }

  async close(): Promise<void> {
    const slots = [...this.#all];
    const reads = this.#reads;
    this.#all.clear();
    this.#idle.length = 0;
    this.#reads = undefined;
    await Promise.all([...slots.map((slot) => slot.close()), reads?.sql.end({ timeout: 2 })]);
  }

  #open(): Slot {
    const slot = new Slot(this.#options);
    this.#all.add(slot);
    return slot;
  }

  #forget(slot: Slot): void {
    this.#all.delete(slot);
    this.#replaced += 1;
  }
}

function connectionOptions(options: PoolOptions) {
  return {
    idle_timeout: 60,
    connect_timeout: 5,
    onnotice: () => undefined,
    connection: { application_name: `countersign:${options.name}` },
  };
}

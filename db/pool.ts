// The one owner of connections. Transactions run on slots, each a driver instance with a single connection: when its
// backend dies, only that slot is ended and replaced, and nothing else on the pool notices. Plain reads share a pool.
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { preparing } from "./prepared.ts";
import { lostCode, persistentSocket, type SslMode } from "./socket.ts";

export type Sql = postgres.Sql;
export type Db = PostgresJsDatabase;

/** Nobody gave a slot back in time. */
const busyCode = "POOL_BUSY";
const connectTimeoutS = 5;
const wakeMs = 5;

const lostCodes = new Set([
  lostCode,
  "DATABASE_SILENT",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "57P01",
  "57P02",
  "57P03",
]);

/** The codes an error carries, itself first, then what caused it. */
function codesOf(error: unknown): string[] {
  const seen = new Set<unknown>();
  const codes: string[] = [];
  let at: unknown = error;
  while (at instanceof Error && !seen.has(at)) {
    seen.add(at);
    if ("code" in at && typeof at.code === "string") codes.push(at.code);
    at = at.cause;
  }
  return codes;
}

/** True when an error says the connection was lost or could not be had. */
export function isLostConnection(error: unknown): boolean {
  return codesOf(error).some((code) => lostCodes.has(code));
}

const diedCodes = new Set([lostCode, "CONNECTION_ENDED", "CONNECTION_DESTROYED", "ECONNRESET", "EPIPE", "57P01"]);

/** True when a connection that was there died; a database that cannot be reached at all is another matter. */
export function diedInUse(error: unknown): boolean {
  return codesOf(error).some((code) => diedCodes.has(code));
}

const refusals: Readonly<Record<string, "contended" | "too_slow">> = {
  "55P03": "contended",
  "40P01": "contended",
  "40001": "contended",
  "57014": "too_slow",
  "25P03": "too_slow",
  "25P04": "too_slow",
  [busyCode]: "too_slow",
};

/** Why the database gave up on what was sound: others held the same rows, or it took too long. Nothing of it was saved. */
export function gaveUp(error: unknown): "contended" | "too_slow" | null {
  for (const code of codesOf(error)) {
    const why = refusals[code];
    if (why !== undefined) return why;
  }
  return null;
}

/** The shared pool for reads: the driver, and drizzle on it. */
export type Reads = { sql: Sql; db: Db };

/** `acquireMs` is how long a transaction waits for a connection. */
type PoolOptions = { url: string; max: number; name: string; acquireMs?: number };

/** One connection for one transaction at a time. */
export class Slot {
  readonly db: Db;
  /** The driver itself, without drizzle. */
  readonly sql: Sql;
  #dead = false;

  constructor(options: PoolOptions) {
    this.sql = open(options, 1, () => this.discard());
    this.db = drizzle(preparing(this.sql));
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Ends the connection at once; every statement still to come on it is refused by the driver. */
  async discard(): Promise<void> {
    this.#dead = true;
    await this.sql.end({ timeout: 0 }).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#dead = true;
    await this.sql.end({ timeout: 2 }).catch(() => undefined);
  }
}

type Waiting = { resolve: (slot: Slot) => void; reject: (error: Error) => void };

export class Pool {
  readonly #options: PoolOptions;
  readonly #idle: Slot[] = [];
  readonly #waiting = new Set<Waiting>();
  readonly #all = new Set<Slot>();
  #reads: Reads | undefined;
  #listener: Sql | undefined;
  readonly #waking = new Set<string>();
  #closed = false;
  #replaced = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** How many slots, and shared pools for reads, a lost connection made the pool replace. */
  get replaced(): number {
    return this.#replaced;
  }

  /** The shared pool for reads outside transactions. */
  reads(): Reads {
    if (this.#closed) throw poolError("CONNECTION_ENDED");
    if (this.#reads === undefined) {
      const sql: Sql = open(this.#options, Math.max(2, Math.ceil(this.#options.max / 2)), () => this.#replaceReads(sql));
      this.#reads = { sql, db: drizzle(preparing(sql)) };
    }
    return this.#reads;
  }

  /**
   * Runs `run` on the shared pool for reads. The server ends a statement by itself; a connection that says nothing for
   * `deadlineMs` is not believed any more, and the whole shared pool is replaced.
   */
  async onReads<T>(deadlineMs: number, run: (reads: Reads) => Promise<T>): Promise<T> {
    const reads = this.reads();
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(poolError("DATABASE_SILENT"));
        void this.#replaceReads(reads.sql);
      }, deadlineMs);
    });
    try {
      return await Promise.race([run(reads), silent]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Hears what is notified on `channel`, on a connection of its own; answers how to stop. */
  async listen(channel: string, heard: () => void): Promise<() => Promise<void>> {
    if (this.#closed) throw poolError("CONNECTION_ENDED");
    this.#listener ??= postgres(this.#options.url, { ...connectionOptions(this.#options), max: 1 });
    const listening = await this.#listener.listen(channel, heard);
    return () => listening.unlisten();
  }

  /** Notifies `channel` in a moment, once for however many ask until then. Whoever listens must not depend on it. */
  wake(channel: string): void {
    if (this.#waking.has(channel)) return;
    this.#waking.add(channel);
    setTimeout(() => {
      this.#waking.delete(channel);
      if (!this.#closed) this.reads().sql`select pg_notify(${channel}, '')`.catch(() => undefined);
    }, wakeMs);
  }

  /** A slot for one transaction; waits in line when all are taken, but not for ever. */
  acquire(): Promise<Slot> {
    if (this.#closed) return Promise.reject(poolError("CONNECTION_ENDED"));
    const idle = this.#idle.pop();
    if (idle !== undefined && !idle.dead) return Promise.resolve(idle);
    if (idle !== undefined) this.#forget(idle);
    if (this.#all.size < this.#options.max) return Promise.resolve(this.#open());
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        resolve: (slot) => {
          settle();
          resolve(slot);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      const timer = setTimeout(() => waiting.reject(poolError(busyCode)), this.#options.acquireMs ?? 10_000);
      this.#waiting.add(waiting);
    });
  }

  /** Gives a slot back; a dead one is replaced by a fresh one for whoever waits next. */
  release(slot: Slot): void {
    if (!this.#all.has(slot)) return;
    if (slot.dead) this.#forget(slot);
    const [next] = this.#waiting;
    if (next !== undefined) next.resolve(slot.dead ? this.#open() : slot);
    else if (!slot.dead) this.#idle.push(slot);
  }

  /** Ends every connection; whoever still waits for one is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of Array.from(this.#waiting)) waiting.reject(poolError("CONNECTION_ENDED"));
    const slots = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all([...slots.map((slot) => slot.close()), this.#reads?.sql.end({ timeout: 2 }), this.#listener?.end({ timeout: 2 })]);
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

  /** New reads go to a new pool at once; what the other connections of the old one still run has a second to end. */
  async #replaceReads(lost: Sql): Promise<void> {
    if (this.#reads?.sql === lost) {
      this.#reads = undefined;
      this.#replaced += 1;
    }
    await lost.end({ timeout: 1 }).catch(() => undefined);
  }
}

/** A driver instance whose connections tell their loss. */
function open(options: PoolOptions, max: number, onLost: () => Promise<void>): Sql {
  // The driver takes `socket` but its types do not list it.
  const extra = { socket: persistentSocket({ onLost, ssl: sslOf(options.url), timeoutMs: connectTimeoutS * 1000 }) };
  return postgres(options.url, { ...connectionOptions(options), max, ssl: false, ...extra });
}

function poolError(code: string): Error {
  return Object.assign(new Error(code === busyCode ? "every database connection is in use" : "the database connection has ended or does not answer"), { code });
}

function connectionOptions(options: PoolOptions) {
  return {
    idle_timeout: 60,
    connect_timeout: connectTimeoutS,
    onnotice: () => undefined,
    // A plan is kept for long, and the first ones are made while every table is small enough to be read whole.
    connection: { application_name: `countersign:${options.name}`, enable_seqscan: "off" },
  };
}

const sslModes: readonly SslMode[] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/** Slots encrypt by themselves (see socket.ts), so they read what the driver would have read from the address. */
function sslOf(url: string): SslMode {
  const { searchParams } = new URL(url);
  const asked = searchParams.get("sslmode") ?? searchParams.get("ssl") ?? "disable";
  if (asked === "false") return "disable";
  return sslModes.find((mode) => mode === asked) ?? "verify-full";
}

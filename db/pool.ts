// The one owner of connection pools. The driver loses a slot for good when a backend dies mid-transaction, so the
// holder replaces the whole pool on any sign of that; everything else asks it for the current pool at each use.
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export type Sql = postgres.Sql;
export type Db = PostgresJsDatabase;

type Pool = { sql: Sql; db: Db };

const lostCodes = new Set(["CONNECTION_CLOSED", "CONNECTION_ENDED", "CONNECTION_DESTROYED", "ECONNRESET", "EPIPE", "57P01", "57P02", "57P03"]);

/** True when an error says a connection was lost, so that the pool may hold a dead slot. */
export function isLostConnection(error: unknown): boolean {
  const seen = new Set<unknown>();
  let at: unknown = error;
  while (at instanceof Error && !seen.has(at)) {
    seen.add(at);
    if ("code" in at && typeof at.code === "string" && lostCodes.has(at.code)) return true;
    if (at instanceof TypeError && /reading 'write'/.test(at.message)) return true;
    at = at.cause;
  }
  return false;
}

export class PoolHolder {
  readonly #url: string;
  readonly #max: number;
  readonly #name: string;
  #pool: Pool | undefined;
  #replaced = 0;

  constructor(options: { url: string; max: number; name: string }) {
    this.#url = options.url;
    this.#max = options.max;
    this.#name = options.name;
  }

  /** How often a lost connection made the holder start a fresh pool. */
  get replaced(): number {
    return this.#replaced;
  }

  current(): Pool {
    this.#pool ??= this.#open();
    return this.#pool;
  }

  /** Replaces `suspect` if it is still the current pool; the old one gets two seconds to finish. */
  replace(suspect: Pool): void {
    if (this.#pool !== suspect) return;
    this.#pool = this.#open();
    this.#replaced += 1;
    suspect.sql.end({ timeout: 2 }).catch(() => undefined);
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.sql.end({ timeout: 2 });
  }

  #open(): Pool {
    const sql = postgres(this.#url, {
      max: this.#max,
      idle_timeout: 60,
      connect_timeout: 5,
      onnotice: () => undefined,
      connection: { application_name: `countersign:${this.#name}` },
    });
    return { sql, db: drizzle(sql) };
  }
}

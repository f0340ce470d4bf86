// Which mode a database belongs to: written once at its first start and never changed.
import postgres from "postgres";
import { ConfigError, type Mode } from "@/lib/config";
import { clockNow } from "@/lib/time";

export type DatabaseState = { kind: "empty" } | { kind: "foreign" } | { kind: "ours"; mode: Mode | null; people: number };

/** One connection for one question. */
export async function connected<T>(url: string, run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    return await run(sql);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** True when the database holds tables and none of them is this program's. */
export async function isForeign(url: string): Promise<boolean> {
  return connected(url, async (sql) => {
    const tables = await sql<
      { name: string }[]
    >`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p')`;
    return tables.length > 0 && !tables.some((table) => table.name === "installation");
  });
}

/** What a database is, seen as the owner role. */
export async function databaseState(ownerUrl: string): Promise<DatabaseState> {
  if (await isForeign(ownerUrl)) return { kind: "foreign" };
  return connected(ownerUrl, async (sql) => {
    const [found] = await sql<{ ours: boolean }[]>`select to_regclass('public.installation') is not null as ours`;
    if (found?.ours !== true) return { kind: "empty" };
    const [row] = await sql<{ mode: Mode }[]>`select mode from installation`;
    const [people] = await sql<{ count: number }[]>`select count(*)::int as count from users`;
    return { kind: "ours", mode: row?.mode ?? null, people: people?.count ?? 0 };
  });
}

/** Refuses a database that belongs to another mode or another program. */
export function requireOwnDatabase(state: DatabaseState, mode: Mode): void {
  if (state.kind === "foreign") throw new ConfigError(["the database holds tables of another program: give an empty database"]);
  if (state.kind === "empty") return;
  if (state.mode === "demo" && mode !== "demo") throw new ConfigError([`this database belongs to the demo and never takes real credentials: give an empty database for ${mode}`]);
  if (state.mode !== null && state.mode !== mode) throw new ConfigError([`this database belongs to ${state.mode} mode, so it cannot be started in ${mode} mode`]);
  if (state.mode === null && state.people > 0 && mode === "demo")
    throw new ConfigError(["this database holds people and is not marked as a demo: demo mode needs an empty database"]);
}

/** Marks a migrated database with its mode; a mark that is there stays. */
export async function markDatabase(ownerUrl: string, mode: Mode): Promise<void> {
  await connected(ownerUrl, async (sql) => {
    await sql`insert into installation (id, mode, created_at) select 'this', ${mode}, ${clockNow()} where not exists (select 1 from installation)`;
  });
}

/** Removes everything of ours from a database; only for a demo whose first seeding was interrupted. */
export async function emptyDatabase(ownerUrl: string): Promise<void> {
  await connected(ownerUrl, async (sql) => {
    await sql.unsafe("drop owned by current_user cascade");
  });
}

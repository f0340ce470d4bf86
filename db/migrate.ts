// Brings a database to this program's schema and rules: everything or nothing, one migrator at a time.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readMigrationFiles, type MigrationMeta } from "drizzle-orm/migrator";
import postgres from "postgres";

const migrationsFolder = join(import.meta.dirname, "migrations");
const rulesFolder = join(import.meta.dirname, "rules");

/** The migrations this program knows, oldest first. */
export function knownMigrations(): MigrationMeta[] {
  if (!existsSync(join(migrationsFolder, "meta", "_journal.json"))) return [];
  return readMigrationFiles({ migrationsFolder });
}

function ruleFiles(): string[] {
  if (!existsSync(rulesFolder)) return [];
  return readdirSync(rulesFolder).filter((name) => name.endsWith(".sql")).sort();
}

/**
 * Applies the missing migrations and then every rule file (triggers, guards, grants; idempotent SQL), as the owner role,
 * in one transaction under an advisory lock. Returns how many migrations were applied.
 */
export async function migrate(ownerUrl: string): Promise<{ applied: number }> {
  const client = postgres(ownerUrl, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    const applied = await client.begin(async (sql) => {
      await sql`select pg_advisory_xact_lock(hashtext('countersign.migrate'))`;
      const count = await applyMigrations(sql);
      for (const name of ruleFiles()) await applyRule(sql, name);
      return count;
    });
    return { applied };
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function applyMigrations(sql: postgres.TransactionSql): Promise<number> {
  // The table is drizzle's own, so that its tools read the same history.
  await sql.unsafe("create schema if not exists drizzle");
  await sql.unsafe("create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)");
  const done = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations order by created_at, id`;
  const known = knownMigrations();
  for (const [index, row] of done.entries()) {
    if (known[index]?.hash !== row.hash) throw new Error(`This database was migrated by another version of Countersign (migration ${index + 1} differs). Use the version that made it, or an empty database.`);
  }
  const missing = known.slice(done.length);
  for (const migration of missing) {
    for (const statement of migration.sql) await sql.unsafe(statement);
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${migration.hash}, ${migration.folderMillis})`;
  }
  return missing.length;
}

async function applyRule(sql: postgres.TransactionSql, name: string): Promise<void> {
  try {
    await sql.unsafe(readFileSync(join(rulesFolder, name), "utf8"));
  } catch (error) {
    throw new Error(`db/rules/${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

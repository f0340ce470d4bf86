// Brings a database to this program's schema and rules: everything or nothing, one migrator at a time.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { knownMigrations } from "./migrations-known.ts";
import { policyDefinitions, type PolicyDefinition } from "@/lib/policies/contract";

const rulesFolder = join(process.cwd(), "db", "rules");

function ruleFiles(): string[] {
  if (!existsSync(rulesFolder)) return [];
  return readdirSync(rulesFolder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
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
      await writeSettingRules(sql);
      await sql.unsafe("grant usage on schema countersign_migrations to countersign_app, countersign_jobs, countersign_readonly");
      await sql.unsafe("grant select on countersign_migrations.applied to countersign_app, countersign_jobs, countersign_readonly");
      return count;
    });
    return { applied };
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function applyMigrations(sql: postgres.TransactionSql): Promise<number> {
  await sql.unsafe("create schema if not exists countersign_migrations");
  await sql.unsafe("create table if not exists countersign_migrations.applied (id serial primary key, hash text not null unique, generated_at bigint not null)");
  const done = await sql<{ hash: string }[]>`select hash from countersign_migrations.applied order by id`;
  const known = knownMigrations();
  for (const [index, row] of done.entries()) {
    if (known[index]?.hash !== row.hash)
      throw new Error(`This database was migrated by another version of Countersign (migration ${index + 1} differs). Use the version that made it, or an empty database.`);
  }
  const missing = known.slice(done.length);
  for (const migration of missing) {
    for (const statement of migration.sql) await sql.unsafe(statement);
    await sql`insert into countersign_migrations.applied (hash, generated_at) values (${migration.hash}, ${migration.folderMillis})`;
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

/** Tells the database what may stand under each setting's name, as this program says. */
async function writeSettingRules(sql: postgres.TransactionSql): Promise<void> {
  await sql`select set_config('app.actor', 'operator:migrate', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
  const rules = Object.entries(policyDefinitions as Record<string, PolicyDefinition>).map(([name, rule]) => ({
    name,
    kind: rule.kind,
    min: rule.kind === "switch" ? null : String(rule.min),
    max: rule.kind === "switch" ? null : String(rule.max),
  }));
  await sql`delete from setting_rules where not name = any(${rules.map((rule) => rule.name)})`;
  await sql`insert into setting_rules ${sql(rules)} on conflict (name) do update set kind = excluded.kind, min = excluded.min, max = excluded.max`;
}

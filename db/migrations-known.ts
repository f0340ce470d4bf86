import { existsSync } from "node:fs";
import { join } from "node:path";
import { readMigrationFiles, type MigrationMeta } from "drizzle-orm/migrator";

// Every entry point runs with the project's root as its working directory; a bundled module has no folder of its own.
const migrationsFolder = join(/* turbopackIgnore: true */ process.cwd(), "db", "migrations");

let known: MigrationMeta[] | undefined;

/** The migrations this program knows, oldest first. */
export function knownMigrations(): MigrationMeta[] {
  if (!existsSync(join(migrationsFolder, "meta", "_journal.json"))) return [];
  known ??= readMigrationFiles({ migrationsFolder });
  return known;
}

// `npm run db:migrate`: brings the database to this program's schema and rules.
import { config } from "@/lib/config";
import { migrate } from "@/db/migrate";
import { loadEnvironment, runCommand } from "./environment.ts";

await runCommand(async () => {
  loadEnvironment();
  const owner = config().database.owner;
  if (owner === null) throw new Error("DATABASE_OWNER_URL is missing: migrating needs the owner role. Run `npm start` once, or set it.");
  const { applied } = await migrate(owner);
  console.log(applied === 0 ? "The database was up to date; its rules were applied again." : `Applied ${applied} migration${applied === 1 ? "" : "s"} and the rules.`);
  return 0;
});

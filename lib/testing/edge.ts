// What the tests of rules, bans and limits share.
import { isAppError } from "@/lib/errors";
import { resetEdge } from "@/lib/edge/snapshot";
import type { TestDatabase } from "./database.ts";

/** Why an attempt was refused, or that it was let in. */
export function kindOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => "let in",
    (error: unknown) => (isAppError(error) ? error.kind : String(error)),
  );
}

/** Opens the house to everybody again, as it was before the first rule. */
export async function forgetRules(database: TestDatabase): Promise<void> {
  await database.superuser.begin(async (db) => {
    await db.unsafe("set local session_replication_role = replica");
    await db.unsafe("delete from ip_rules; delete from ip_bans; delete from ip_pauses");
  });
  resetEdge();
}

// What the tests of rules and bans share.
import { resetEdge } from "@/lib/edge/snapshot";
import type { TestDatabase } from "./database.ts";

/** Opens the house to everybody again, as it was before the first rule. */
export async function forgetRules(database: TestDatabase): Promise<void> {
  await database.superuser.begin(async (db) => {
    await db.unsafe("set local session_replication_role = replica");
    await db.unsafe("delete from ip_rules; delete from ip_bans; delete from ip_pauses");
  });
  resetEdge();
}

import { sql } from "drizzle-orm";
import type { Tx } from "@/lib/context";
import { parseStored, checkRow, storedColumns, type StoredRow } from "./rows.ts";

export type ProvenAct = { verb: string; actorId: string; after: Readonly<Record<string, unknown>> };

/**
 * Acts on one object that this program recorded: their rows' content and MAC fit, and the MAC needs a key outside the
 * database. What somebody wrote with SQL alone is not among them.
 */
export async function provenActs(tx: Tx, of: { verbs: readonly string[]; objectKind: string; objectId: string }): Promise<ProvenAct[]> {
  const rows = await tx.db.execute<StoredRow>(sql`
    select ${storedColumns} from audit_log a
    where a.object_kind = ${of.objectKind} and a.object_id = ${of.objectId} and a.verb in ${of.verbs} and a.outcome = 'done' order by a.id limit 20`);
  const acts: ProvenAct[] = [];
  for (const row of rows) {
    const { contentFits, macFits } = await checkRow(row, true);
    if (!contentFits || macFits !== true) continue;
    acts.push({ verb: row.verb, actorId: row.actor_id, after: (parseStored(row.after) ?? {}) as ProvenAct["after"] });
  }
  return acts;
}

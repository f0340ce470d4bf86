import { and, eq, gt, sql } from "drizzle-orm";
import { securityEvents } from "@/db/schema/monitoring";
import { read, type Tx } from "@/lib/context";
import type { Db } from "@/db/pool";
import type { EventId } from "./catalogue.ts";
import type { SecurityEventInput } from "./events.ts";

/** Whether this was told already: of this person, with these facts, after `since`; what is left out may be any. Inside `tx` when given. */
export async function wasTold<E extends EventId>(tx: Tx | null, told: SecurityEventInput<E> & { since?: Date }): Promise<boolean> {
  const { event, subjectUserId, fields, since } = told;
  const query = (db: Pick<Db, "select">) =>
    db
      .select({ id: securityEvents.id })
      .from(securityEvents)
      .where(
        and(
          eq(securityEvents.event, event),
          typeof subjectUserId === "string" ? eq(securityEvents.subjectUserId, subjectUserId) : undefined,
          fields === undefined ? undefined : sql`${securityEvents.fields} @> ${JSON.stringify(fields)}::jsonb`,
          since === undefined ? undefined : gt(securityEvents.at, since),
        ),
      )
      .limit(1);
  return (tx === null ? await read(query) : await query(tx.db)).length > 0;
}

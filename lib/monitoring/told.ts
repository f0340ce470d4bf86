import { and, desc, eq, gt, sql } from "drizzle-orm";
import { securityEvents } from "@/db/schema/monitoring";
import { read, type Tx } from "@/lib/context";
import type { Db } from "@/db/pool";
import { parseInstant } from "@/lib/time";
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

/** The moment that was last told of this person: of the event itself, or the one its `field` names. Null when nothing was. */
export async function lastTold(tx: Tx, told: { event: EventId; subjectUserId: string; field: string }): Promise<Date | null> {
  const [row] = await tx.db
    .select({ at: securityEvents.at, named: sql<string | null>`${securityEvents.fields} ->> ${told.field}` })
    .from(securityEvents)
    .where(and(eq(securityEvents.event, told.event), eq(securityEvents.subjectUserId, told.subjectUserId)))
    .orderBy(desc(securityEvents.id))
    .limit(1);
  return row === undefined ? null : (parseInstant(row.named ?? "") ?? row.at);
}

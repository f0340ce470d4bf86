// Reads of security events: the list by keyset, one row, and what was committed after a place in the stream.
import { and, desc, eq, gt, lt, or, sql, type SQL } from "drizzle-orm";
import { securityEvents } from "@/db/schema/monitoring";
import { read } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { clockNow, plusMs, toIst } from "@/lib/time";
import { eventSentence } from "./catalogue.ts";
import type { SecurityEventRow, SecurityFilter, SecurityList } from "./contract.ts";
import { spanMs } from "./policy.ts";

/** Names of people by id; people live above this room, so the door brings them. */
export type NamesOf = (ids: string[]) => Promise<Map<string, string>>;

/** A place in the order in which events surely became visible: nothing can appear before it any more. */
export type StreamPlace = { xid: bigint; id: bigint };
export type StreamedEvent = { place: StreamPlace; row: SecurityEventRow };

type Found = typeof securityEvents.$inferSelect;

export const placeText = (place: StreamPlace): string => `${place.xid}.${place.id}`;

/** A place as the browser hands it back; null for anything else. */
export function parsePlace(text: string | null): StreamPlace | null {
  const match = /^(\d{1,20})\.(\d{1,19})$/.exec(text ?? "");
  return match === null ? null : { xid: BigInt(match[1] ?? 0), id: BigInt(match[2] ?? 0) };
}

function peopleIn(rows: readonly Found[]): string[] {
  return [...new Set(rows.flatMap((row) => [row.actorKind === "user" ? row.actorId : null, row.subjectUserId]).filter((id) => id !== null))];
}

function toDto(row: Found, names: Map<string, string>): SecurityEventRow {
  const name = names.get(row.actorId) ?? null;
  const subject = row.subjectUserId === null ? null : { id: row.subjectUserId, name: names.get(row.subjectUserId) ?? null };
  return {
    id: String(row.id),
    at: toIst(row.at),
    event: row.event,
    severity: row.severity,
    sentence: eventSentence(row.event, { who: name ?? actorWords(row), subject: subject?.name ?? subject?.id ?? "an unknown account", fields: row.fields }),
    actor: { kind: row.actorKind, id: row.actorId, name },
    subject,
    sessionId: row.sessionId,
    ip: row.ip,
    requestId: row.requestId,
    fields: row.fields,
    firstTime: row.firstTime,
  };
}

function actorWords(row: Found): string {
  if (row.actorKind === "guest") return "Someone not signed in";
  if (row.actorKind === "operator") return "The operator";
  return row.actorKind === "system" ? "The system" : row.actorId;
}

async function toDtos(rows: readonly Found[], namesOf: NamesOf): Promise<SecurityEventRow[]> {
  const names = await namesOf(peopleIn(rows));
  return rows.map((row) => toDto(row, names));
}

function conditions(filter: SecurityFilter): SQL | undefined {
  return and(
    filter.severity === undefined ? undefined : eq(securityEvents.severity, filter.severity),
    filter.event === undefined ? undefined : eq(securityEvents.event, filter.event),
    filter.personId === undefined ? undefined : or(eq(securityEvents.actorId, filter.personId), eq(securityEvents.subjectUserId, filter.personId)),
    filter.since === undefined ? undefined : gt(securityEvents.at, plusMs(clockNow(), -spanMs[filter.since])),
    filter.first === undefined ? undefined : eq(securityEvents.firstTime, true),
    filter.cursor === undefined ? undefined : lt(securityEvents.id, BigInt(filter.cursor)),
  );
}

/** The events, newest first, and the place from which the stream goes on without leaving any out. */
export async function listSecurityEvents(filter: SecurityFilter, namesOf: NamesOf): Promise<SecurityList> {
  // The place first: what commits between the two reads is then in both, and the screen knows it by its id.
  const streamFrom = placeText(await streamHead());
  const found = await read((db) =>
    db
      .select()
      .from(securityEvents)
      .where(conditions(filter))
      .orderBy(desc(securityEvents.id))
      .limit(filter.limit + 1),
  );
  const page = found.slice(0, filter.limit);
  return { rows: await toDtos(page, namesOf), nextCursor: found.length > page.length ? String(page.at(-1)?.id) : null, streamFrom };
}

/** One event by its id; throws `not_found`. */
export async function getSecurityEvent(id: string, namesOf: NamesOf): Promise<SecurityEventRow> {
  const rows = /^[1-9]\d{0,17}$/.test(id)
    ? await read((db) =>
        db
          .select()
          .from(securityEvents)
          .where(eq(securityEvents.id, BigInt(id))),
      )
    : [];
  const [row] = await toDtos(rows, namesOf);
  if (row === undefined) throw new AppError("not_found", "security_event_unknown", "There is no such event.");
  return row;
}

/** Where the stream stands now: every transaction before it has ended. */
export async function streamHead(): Promise<StreamPlace> {
  const [row] = await read((db) => db.execute<{ xid: string }>(sql`select pg_snapshot_xmin(pg_current_snapshot())::text as xid`));
  return { xid: BigInt(row?.xid ?? 0), id: 0n };
}

/** What became surely visible after a place, oldest first: a transaction still open holds back what began after it. */
export async function eventsAfter(place: StreamPlace, limit: number, namesOf: NamesOf): Promise<StreamedEvent[]> {
  const rows = await read((db) =>
    db
      .select()
      .from(securityEvents)
      .where(
        and(
          sql`(${securityEvents.xid}, ${securityEvents.id}) > (${String(place.xid)}::xid8, ${String(place.id)}::bigint)`,
          sql`${securityEvents.xid} < pg_snapshot_xmin(pg_current_snapshot())`,
        ),
      )
      .orderBy(securityEvents.xid, securityEvents.id)
      .limit(limit),
  );
  const dtos = await toDtos(rows, namesOf);
  return rows.flatMap((row, index) => {
    const dto = dtos[index];
    return dto === undefined ? [] : [{ place: { xid: BigInt(row.xid), id: row.id }, row: dto }];
  });
}

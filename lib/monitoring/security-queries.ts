// Reads of security events: the list by keyset, one row, and what was committed after a place in the stream.
import { and, desc, eq, gt, lt, sql, type SQL } from "drizzle-orm";
import { distinctValues } from "@/db/distinct";
import type { Db } from "@/db/pool";
import { securityEvents } from "@/db/schema/monitoring";
import { actorKind, read } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { settingLabel } from "@/lib/policies/policy";
import { clockNow, plusMs, toIst } from "@/lib/time";
import { eventSentence } from "./catalogue.ts";
import type { Meant, SecurityActor, SecurityEventRow, SecurityFilter, SecurityList } from "./contract.ts";
import { spanMs } from "./policy.ts";

/** Names of people, programs, payouts and networks by id, as far as the reader may know them; they live above this room, so the door brings them. */
export type NamesOf = (ids: string[]) => Promise<Map<string, string>>;

/** Whom words mean; they live above this room too. */
export type ActorsOf = (text: string) => Promise<{ id: string; name: string }[]>;

/** A mark in the stream: every transaction before it has ended, so nothing can appear before it any more. */
export type StreamMark = bigint;
export type StreamedEvent = { xid: bigint; row: SecurityEventRow };

type Found = typeof securityEvents.$inferSelect;

/** A mark as the browser hands it back; null for anything else. */
export function parseMark(text: string | null): StreamMark | null {
  return /^\d{1,18}$/.test(text ?? "") ? BigInt(text ?? 0) : null;
}

function idsIn(rows: readonly Found[]): string[] {
  const named = (row: Found) => [row.actorKind === "user" || row.actorKind === "client" ? row.actorId : null, row.subjectUserId, ...namedFields.map((name) => row.fields[name])];
  return [...new Set(rows.flatMap(named).filter((id) => typeof id === "string"))];
}

/** Fields that hold the id of a program, a payout, or a rule or ban of networks. */
const namedFields = ["client", "clientId", "payoutId", "ruleId", "banId"] as const;

/** A setting by the label it has on its page, wherever an event names one. */
function labelled({ event, fields }: Found): Found["fields"] {
  const label = event.startsWith("settings.") ? settingLabel(String(fields["name"])) : null;
  return label === null ? fields : { ...fields, name: `“${label}”` };
}

/** The facts as a sentence says them: what has a name by its name. */
function spoken(fields: Found["fields"], names: Map<string, string>): Found["fields"] {
  const named = namedFields.flatMap((name) => {
    const known = names.get(String(fields[name] ?? ""));
    return known === undefined ? [] : [[name, known] as const];
  });
  return { ...fields, ...Object.fromEntries(named) };
}

function toDto(row: Found, names: Map<string, string>): SecurityEventRow {
  const name = names.get(row.actorId) ?? null;
  const fields = labelled(row);
  const subject = row.subjectUserId === null ? null : { id: row.subjectUserId, name: names.get(row.subjectUserId) ?? null };
  return {
    id: String(row.id),
    at: toIst(row.at),
    event: row.event,
    severity: row.severity,
    sentence: eventSentence(row.event, { who: name ?? actorWords(row), subject: subject?.name ?? subject?.id ?? "an unknown account", fields: spoken(fields, names) }),
    actor: { kind: row.actorKind, id: row.actorId, name },
    subject,
    sessionId: row.sessionId,
    ip: row.ip,
    requestId: row.requestId,
    fields,
    firstTime: row.firstTime,
  };
}

function actorWords(row: Found): string {
  if (row.actorKind === "guest") return "Someone not signed in";
  if (row.actorKind === "operator") return "The operator";
  return row.actorKind === "system" ? "The system" : row.actorId;
}

async function toDtos(rows: readonly Found[], namesOf: NamesOf): Promise<SecurityEventRow[]> {
  const names = await namesOf(idsIn(rows));
  return rows.map((row) => toDto(row, names));
}

/** Each event is looked for under each of them, so there is an end to how many. */
const meantMax = 50;

async function meantBy(text: string | undefined, actorsOf: ActorsOf): Promise<Meant | null> {
  if (text === undefined) return null;
  const people = [...new Map((await actorsOf(text)).map((one) => [one.id, one])).values()];
  return people.length > meantMax ? { people: [], tooMany: true } : { people, tooMany: false };
}

/** The newest events that one of these did or that were about one of them: two looks into an index for each. */
function aboutAny(ids: readonly string[], filter: SecurityFilter): SQL {
  const newest = (column: SQL) =>
    sql`(select id from security_events where ${column} = who.id and ${conditions(filter) ?? sql`true`} order by id desc limit ${filter.limit + 1}::int)`;
  return sql`${securityEvents.id} in (select found.id from unnest(${sql.param([...ids])}::text[]) as who (id)
    cross join lateral (${newest(sql`actor_id`)} union all ${newest(sql`subject_user_id`)}) as found)`;
}

function conditions(filter: SecurityFilter): SQL | undefined {
  return and(
    filter.severity === undefined ? undefined : eq(securityEvents.severity, filter.severity),
    filter.event === undefined ? undefined : eq(securityEvents.event, filter.event),
    filter.since === undefined ? undefined : gt(securityEvents.at, plusMs(clockNow(), -spanMs[filter.since])),
    filter.first === undefined ? undefined : eq(securityEvents.firstTime, true),
    filter.cursor === undefined ? undefined : lt(securityEvents.id, BigInt(filter.cursor)),
  );
}

/** The list's statement, apart so that its plan can be looked at. */
export function listStatement(db: Pick<Db, "select">, filter: SecurityFilter, meant: Meant | null) {
  const about = [filter.personId === undefined ? null : [filter.personId], filter.q === undefined ? null : [filter.q, ...(meant?.people ?? []).map(({ id }) => id)]];
  return db
    .select()
    .from(securityEvents)
    .where(and(conditions(filter), ...about.flatMap((ids) => (ids === null ? [] : [aboutAny(ids, filter)]))))
    .orderBy(desc(securityEvents.id))
    .limit(filter.limit + 1);
}

/** The events, newest first, and the mark from which the stream goes on without leaving any out. */
export async function listSecurityEvents(filter: SecurityFilter, { namesOf, actorsOf }: { namesOf: NamesOf; actorsOf: ActorsOf }): Promise<SecurityList> {
  // The mark first: what commits between the two reads is then in both, and the screen knows it by its id.
  const streamFrom = String(await streamHead());
  const meant = await meantBy(filter.q, actorsOf);
  const found = meant?.tooMany === true ? [] : await read((db) => listStatement(db, filter, meant));
  const page = found.slice(0, filter.limit);
  return { rows: await toDtos(page, namesOf), nextCursor: found.length > page.length ? String(page.at(-1)?.id) : null, streamFrom, meant };
}

/** More than anyone would look through. */
const actorsMax = 500;

/** Everybody whom the events speak of: who acted, and whom it was about. */
export async function securityActors(namesOf: NamesOf): Promise<SecurityActor[]> {
  const distinct = (column: "actor_id" | "subject_user_id") => read((db) => db.execute<{ value: string }>(distinctValues("security_events", column, actorsMax)));
  const found = await Promise.all([distinct("actor_id"), distinct("subject_user_id")]);
  const ids = [...new Set(found.flatMap((rows) => [...rows].map(({ value }) => value)))];
  const names = await namesOf(ids);
  return ids.map((id) => ({ kind: actorKind(id), id, name: names.get(id) ?? null }));
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
export async function streamHead(): Promise<StreamMark> {
  const [row] = await read((db) => db.execute<{ xid: string }>(sql`select pg_snapshot_xmin(pg_current_snapshot())::text as xid`));
  return BigInt(row?.xid ?? 0);
}

/** What one reader has told: all before `mark`, and of what came later the events in `told` (id → transaction). */
export type Standing = { mark: StreamMark; told: Map<string, bigint> };

const batch = 200;

/**
 * Gives everything visible that the reader has not told, and moves its mark. A transaction still open holds back the
 * mark alone: what committed beside it is told at once, and what it commits itself is told when it does. `give` answers
 * whether to go on; the last call of a reading carries the mark from which another reader could take over.
 */
export async function readOn(at: Standing, namesOf: NamesOf, give: (events: readonly StreamedEvent[], mark: StreamMark | null) => boolean): Promise<void> {
  let head: bigint | null = null;
  let cursor = { xid: at.mark, id: 0n };
  for (let more = true; more;) {
    const found = await pageFrom(cursor);
    const last = found.at(-1);
    if (last === undefined && head === null) return;
    // Of the first page: what ends between two pages lies after it, and the next reading finds it.
    head ??= BigInt(found[0]?.head ?? at.mark);
    more = last !== undefined && found.length === batch;
    if (last !== undefined) cursor = { xid: BigInt(last.event.xid), id: last.event.id };
    const fresh = found.map(({ event }) => event).filter((event) => !at.told.has(String(event.id)));
    const dtos = await toDtos(fresh, namesOf);
    const events = dtos.map((row, index) => ({ xid: BigInt(fresh[index]?.xid ?? 0), row }));
    for (const { row, xid } of events) at.told.set(row.id, xid);
    if ((events.length > 0 || !more) && !give(events, more ? null : head)) return;
  }
  moveTo(at, head ?? at.mark);
}

/** Moves a reader's mark and forgets what lies before it: it cannot be found again. */
export function moveTo(at: Standing, mark: StreamMark): void {
  at.mark = mark;
  for (const [id, xid] of at.told) if (xid < mark) at.told.delete(id);
}

function pageFrom(cursor: { xid: bigint; id: bigint }) {
  return read((db) =>
    db
      .select({ event: securityEvents, head: sql<string>`pg_snapshot_xmin(pg_current_snapshot())::text` })
      .from(securityEvents)
      .where(sql`(${securityEvents.xid}, ${securityEvents.id}) > (${String(cursor.xid)}::xid8, ${String(cursor.id)}::bigint)`)
      .orderBy(securityEvents.xid, securityEvents.id)
      .limit(batch),
  );
}

// Says what people do that is unusual of them: a payout signed in a new browser, work at odd hours, data taken out in bulk.
// Read from the trail a moment after the act, so it slows nobody down. How far it was read is written down, so that what was
// done while no worker ran is told when one runs again.
import { and, asc, eq, gt, inArray, like, lt, lte, or, sql } from "drizzle-orm";
import { auditLog } from "@/db/schema/audit";
import { authSessions } from "@/db/schema/auth";
import { sweepMarks } from "@/db/schema/monitoring";
import { deviceOf } from "@/lib/auth";
import { withTransaction, type Ctx, type Tx } from "@/lib/context";
import { lastTold, recordEvent, wasTold } from "@/lib/monitoring";
import { recentSettings } from "@/lib/policies";
import { dayMs, hourMs, istDay, minuteMs, plusMs, toIst } from "@/lib/time";
import { exportPattern, habitMs, hoursInNewDevice, hoursOver, outOfHours, revealPattern, weightyVerbs, type Habit, type SeenIn } from "./habits.ts";

/** How long after its time an act may still appear in the trail; so far back every round looks, and what was told is not told again. */
const settleMs = 15 * minuteMs;

/** The most that one round reads: whoever was away for long catches up round by round. */
const roundMax = { spanMs: dayMs, acts: 1000 };

type Act = { actorId: string; sessionId: string | null; verb: string; objectId: string; at: Date };

/** One round over the acts of people since the last. May run as often and as many at once as it likes. */
export async function noteUnusual(ctx: Ctx): Promise<void> {
  const [from, until, reveals, exports] = await recentSettings(["deskHourFrom", "deskHourUntil", "massRevealAbove", "massExportAbove"]);
  await withTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtext('countersign.unusual'))`);
    const { acts, until: read } = await nextActs(tx);
    // One question a session and one an hour of a person: a flood of acts must not keep a round from its end.
    const signed = acts.filter(({ verb }) => verb === "payout.approve");
    for (const act of firstOf(signed, ({ sessionId }) => sessionId ?? "")) await noteNewDevice(tx, act);
    for (const act of firstOf(acts, ({ actorId, at }) => `${actorId} ${istHour(at)}`)) await noteHours(tx, act, { from, until });
    for (const act of firstOf(acts.filter(isReveal), ({ actorId }) => actorId))
      await noteMass(tx, act, { event: "unusual.mass_reveal", pattern: revealPattern, max: reveals, until: read });
    for (const act of firstOf(acts.filter(isExport), ({ actorId }) => actorId))
      await noteMass(tx, act, { event: "unusual.mass_export", pattern: exportPattern, max: exports, until: read });
    await keepMark(tx, read);
  });
}

const isReveal = ({ verb }: Act): boolean => verb.includes(".reveal");
const isExport = ({ verb }: Act): boolean => verb.includes(".export");

/** The first act of each group. */
function firstOf(acts: readonly Act[], groupOf: (act: Act) => string): Act[] {
  const groups = new Map<string, Act>();
  for (const act of acts) if (!groups.has(groupOf(act))) groups.set(groupOf(act), act);
  return [...groups.values()];
}

/** "2026-11-20T12", in Indian time. */
const istHour = (at: Date): string => toIst(at).slice(0, 13);

const earlier = (one: Date, other: Date): Date => (one < other ? one : other);

/** The acts after those that were read before, oldest first, and until when they are all there. */
async function nextActs(tx: Tx): Promise<{ acts: Act[]; until: Date }> {
  const { now } = tx.ctx;
  const settled = plusMs(now, -settleMs);
  const [mark] = await tx.db.select({ until: sweepMarks.until }).from(sweepMarks).where(eq(sweepMarks.name, markName));
  const from = earlier(mark?.until ?? settled, settled);
  const until = earlier(now, plusMs(from, roundMax.spanMs));
  const acts = await tx.db
    .select({ actorId: auditLog.actorId, sessionId: auditLog.sessionId, verb: auditLog.verb, objectId: auditLog.objectId, at: auditLog.at })
    .from(auditLog)
    .where(
      and(
        gt(auditLog.at, from),
        lte(auditLog.at, until),
        eq(auditLog.actorKind, "user"),
        eq(auditLog.outcome, "done"),
        or(inArray(auditLog.verb, [...weightyVerbs]), like(auditLog.verb, revealPattern), like(auditLog.verb, exportPattern)),
      ),
    )
    .orderBy(asc(auditLog.at), asc(auditLog.id))
    .limit(roundMax.acts);
  const last = acts.at(-1);
  if (acts.length < roundMax.acts || last === undefined) return { acts, until };
  // Of the moment at which a full round breaks off there may be more, which the next one reads.
  const whole = acts.filter(({ at }) => at < last.at);
  return { acts: whole.length === 0 ? acts : whole, until: whole.at(-1)?.at ?? last.at };
}

const markName = "users.unusual";

/** Writes down until when nothing more can appear. */
async function keepMark(tx: Tx, read: Date): Promise<void> {
  const until = earlier(read, plusMs(tx.ctx.now, -settleMs));
  await tx.db.insert(sweepMarks).values({ name: markName, until }).onConflictDoUpdate({ target: sweepMarks.name, set: { until } });
}

/** A signature in a browser the person was never seen in until a day before; told once per session. */
async function noteNewDevice(tx: Tx, act: Act): Promise<void> {
  if (act.sessionId === null) return;
  const rows = await tx.db
    .select({ id: authSessions.id, userAgent: authSessions.userAgent, at: authSessions.createdAt })
    .from(authSessions)
    .where(and(eq(authSessions.userId, act.actorId), eq(authSessions.level, "full")));
  const own = rows.find(({ id }) => id === act.sessionId);
  if (own === undefined) return;
  const device = deviceOf(own.userAgent);
  const seen = rows.map((row): SeenIn => ({ device: deviceOf(row.userAgent), at: row.at }));
  const hours = hoursInNewDevice(device, act.at, seen);
  if (hours === null || (await wasTold(tx, { event: "unusual.new_device", subjectUserId: act.actorId, fields: { sessionId: act.sessionId } }))) return;
  await recordEvent(tx, { event: "unusual.new_device", subjectUserId: act.actorId, fields: { payoutId: act.objectId, device, hours, sessionId: act.sessionId } });
}

/** An act at an hour at which this person is never here; told once per person and day. */
async function noteHours(tx: Tx, act: Act, desk: { from: number; until: number }): Promise<void> {
  const clock = toIst(act.at).slice(11, 16);
  const day = istDay(act.at);
  const whose = outOfHours(Number(clock.slice(0, 2)), await habitOf(tx, act), desk);
  if (whose === null || (await wasTold(tx, { event: "unusual.hours", subjectUserId: act.actorId, fields: { day } }))) return;
  await recordEvent(tx, { event: "unusual.hours", subjectUserId: act.actorId, fields: { time: `${clock} IST`, whose, act: act.verb, day } });
}

/** At which hours the person was here on other days; the day of the act itself says nothing about habit. */
async function habitOf(tx: Tx, act: Act): Promise<Habit> {
  const rows = await tx.db
    .select({
      hour: sql<number>`extract(hour from ${auditLog.at} at time zone 'Asia/Kolkata')::int`,
      day: sql<string>`to_char(${auditLog.at} at time zone 'Asia/Kolkata', 'YYYY-MM-DD')`,
    })
    .from(auditLog)
    .where(and(eq(auditLog.actorId, act.actorId), eq(auditLog.outcome, "done"), gt(auditLog.at, plusMs(act.at, -habitMs)), lt(auditLog.at, act.at)))
    .groupBy(sql`1`, sql`2`);
  const past = rows.filter(({ day }) => day !== istDay(act.at));
  const hours = new Map<number, number>();
  for (const { hour } of past) hours.set(hour, (hours.get(hour) ?? 0) + 1);
  return { hours, days: new Set(past.map(({ day }) => day)).size };
}

type Mass = { event: "unusual.mass_reveal" | "unusual.mass_export"; pattern: string; max: number; until: Date };

/** More of one kind of act within an hour than the setting allows, by the acts' own times; told once an hour. */
async function noteMass(tx: Tx, first: Act, { event, pattern, max, until }: Mass): Promise<void> {
  const rows = await tx.db
    .select({ at: auditLog.at })
    .from(auditLog)
    .where(
      and(eq(auditLog.actorId, first.actorId), eq(auditLog.outcome, "done"), gt(auditLog.at, plusMs(first.at, -hourMs)), lte(auditLog.at, until), like(auditLog.verb, pattern)),
    )
    .orderBy(asc(auditLog.at));
  const over = hoursOver(
    rows.map(({ at }) => at),
    { from: first.at, max },
  );
  if (over.length === 0) return;
  let told = await lastTold(tx, { event, subjectUserId: first.actorId, field: "reached" });
  for (const { reached, count } of over) {
    if (told !== null && reached < plusMs(told, hourMs)) continue;
    await recordEvent(tx, { event, subjectUserId: first.actorId, fields: { count, reached: toIst(reached) } });
    told = reached;
  }
}

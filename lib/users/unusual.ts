// Says what people do that is unusual of them: a payout signed in a new browser, work at odd hours, data taken out in bulk.
// Read from the trail a moment after the act, so it slows nobody down; what was done while no worker ran for longer than a
// round looks back is told to nobody.
import { and, eq, gt, inArray, like, lt, or, sql } from "drizzle-orm";
import { auditLog } from "@/db/schema/audit";
import { authSessions } from "@/db/schema/auth";
import { deviceOf } from "@/lib/auth";
import { withTransaction, type Ctx, type Tx } from "@/lib/context";
import { recordEvent, wasTold } from "@/lib/monitoring";
import { recentSettings } from "@/lib/policies";
import { hourMs, istDay, minuteMs, plusMs, toIst } from "@/lib/time";
import { exportPattern, habitMs, hoursInNewDevice, outOfHours, revealPattern, weightyVerbs, type Habit, type SeenIn } from "./habits.ts";

/** How far a round looks back: much further than one lies behind the other; what was told is not told again. */
const lookBackMs = 15 * minuteMs;

type Act = { actorId: string; sessionId: string | null; verb: string; objectId: string; at: Date };

/** One round over the latest acts of people. May run as often and as many at once as it likes. */
export async function noteUnusual(ctx: Ctx): Promise<void> {
  const [from, until, reveals, exports] = await recentSettings(["deskHourFrom", "deskHourUntil", "massRevealAbove", "massExportAbove"]);
  await withTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtext('countersign.unusual'))`);
    const acts = await latestActs(tx);
    // One question a session and one an hour of a person: a flood of acts must not keep a round from its end.
    const signed = acts.filter(({ verb }) => verb === "payout.approve");
    for (const act of firstOf(signed, ({ sessionId }) => sessionId ?? "")) await noteNewDevice(tx, act);
    for (const act of firstOf(acts, ({ actorId, at }) => `${actorId} ${istHour(at)}`)) await noteHours(tx, act, { from, until });
    for (const personId of new Set(acts.map(({ actorId }) => actorId))) {
      await noteMass(tx, personId, { event: "unusual.mass_reveal", pattern: revealPattern, max: reveals });
      await noteMass(tx, personId, { event: "unusual.mass_export", pattern: exportPattern, max: exports });
    }
  });
}

/** The first act of each group. */
function firstOf(acts: readonly Act[], groupOf: (act: Act) => string): Act[] {
  const groups = new Map<string, Act>();
  for (const act of acts) if (!groups.has(groupOf(act))) groups.set(groupOf(act), act);
  return [...groups.values()];
}

/** "2026-11-20T12", in Indian time. */
const istHour = (at: Date): string => toIst(at).slice(0, 13);

async function latestActs(tx: Tx): Promise<Act[]> {
  return tx.db
    .select({ actorId: auditLog.actorId, sessionId: auditLog.sessionId, verb: auditLog.verb, objectId: auditLog.objectId, at: auditLog.at })
    .from(auditLog)
    .where(
      and(
        gt(auditLog.at, plusMs(tx.ctx.now, -lookBackMs)),
        eq(auditLog.actorKind, "user"),
        eq(auditLog.outcome, "done"),
        or(inArray(auditLog.verb, [...weightyVerbs]), like(auditLog.verb, revealPattern), like(auditLog.verb, exportPattern)),
      ),
    )
    .orderBy(auditLog.id);
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

/** More of one kind of act within an hour than the setting allows; told once an hour. */
async function noteMass(tx: Tx, personId: string, mass: { event: "unusual.mass_reveal" | "unusual.mass_export"; pattern: string; max: number }): Promise<void> {
  const since = plusMs(tx.ctx.now, -hourMs);
  const [row] = await tx.db
    .select({ count: sql<number>`count(*)::int` })
    .from(auditLog)
    .where(and(eq(auditLog.actorId, personId), eq(auditLog.outcome, "done"), gt(auditLog.at, since), like(auditLog.verb, mass.pattern)));
  const count = row?.count ?? 0;
  if (count <= mass.max || (await wasTold(tx, { event: mass.event, subjectUserId: personId, since }))) return;
  await recordEvent(tx, { event: mass.event, subjectUserId: personId, fields: { count } });
}

// Whether somebody was in one country a little while ago and signs in from another one now.
import { and, desc, eq, gt, isNotNull, ne } from "drizzle-orm";
import { authSessions } from "@/db/schema/auth";
import type { Tx } from "@/lib/context";
import { countryOf, recordEvent } from "@/lib/monitoring";
import { hourMs, minuteMs, plusMs } from "@/lib/time";

/** Sooner than this nobody has come from one country and settled down in another. */
const journeyMs = 6 * hourMs;

/** Notes a sign-in that no journey explains. A registry's country is a hint, so nobody is refused for it. */
export async function noteTravel(tx: Tx, opened: { userId: string; sessionId: string }): Promise<void> {
  const { ip, now } = tx.ctx;
  const country = await countryOf(ip);
  if (country === null) return;
  const recent = await tx.db
    .select({ ip: authSessions.ip, at: authSessions.lastActiveAt })
    .from(authSessions)
    .where(
      and(
        eq(authSessions.userId, opened.userId),
        eq(authSessions.level, "full"),
        ne(authSessions.id, opened.sessionId),
        isNotNull(authSessions.ip),
        gt(authSessions.lastActiveAt, plusMs(now, -journeyMs)),
      ),
    )
    .orderBy(desc(authSessions.lastActiveAt))
    .limit(5);
  // A network inside the house says nothing of a country, so the last place that does counts.
  for (const { ip: lastIp, at } of recent) {
    const before = await countryOf(lastIp);
    if (before === null) continue;
    const minutes = Math.max(0, Math.round((now.getTime() - at.getTime()) / minuteMs));
    if (before !== country) await recordEvent(tx, { event: "session.far_away", subjectUserId: opened.userId, fields: { sessionId: opened.sessionId, country, before, minutes } });
    return;
  }
}

import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { ipBans, ipPauses, ipRules } from "@/db/schema/edge";
import { requirePermission } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { dayMs, minuteMs, plusMs } from "@/lib/time";
import { hasBan, insertBan } from "./bans.ts";
import { placeOf, type AddRuleInput, type IpRules, type PlaceBanInput, type PreviewInput } from "./contract.ts";
import { isShutOut } from "./policy.ts";
import { changedRules, getIpRules, lockOut, openRules } from "./queries.ts";
import { forgetEdge } from "./snapshot.ts";

/** Adds a rule; refused when it would shut out the one who adds it. */
export async function addRule(ctx: Ctx, input: AddRuleInput): Promise<IpRules> {
  requirePermission(ctx.actor, "ip_rules.change");
  const { scope, effect, reason } = input;
  const place = placeOf(input);
  const clientId = scope === "client" ? (input.clientId ?? null) : null;
  if (scope !== "client" && input.clientId) throw new AppError("unprocessable", "client_without_scope", "Only a rule for API clients names one.");
  await withTransaction(ctx, async (tx) => {
    const rules = await lockedRules(tx);
    if (rules.some((rule) => rule.scope === scope && rule.effect === effect && rule.network === place.network && rule.country === place.country && rule.clientId === clientId))
      throw conflict("rule_exists", "There is already such a rule.");
    await requireKey(ctx, rules, { add: { scope, effect, ...place, clientId } });
    const id = newId("ipRule");
    const expiresAt = input.days === undefined || input.days === null ? null : plusMs(ctx.now, input.days * dayMs);
    await tx.db.insert(ipRules).values({ id, scope, clientId, effect, ...place, reason, createdBy: actorId(ctx.actor), createdAt: ctx.now, expiresAt });
    await recordAudit(tx, {
      verb: "ip_rule.add",
      objectKind: "ip_rule",
      objectId: id,
      reason,
      after: { scope, effect, ...place, clientId, expiresAt: expiresAt?.toISOString() ?? null },
    });
    await recordEvent(tx, { event: "ip_rule.added", fields: { ruleId: id, scope, effect } });
  });
  await forgetEdge();
  return getIpRules(ctx);
}

/** Ends a rule; refused when its end would shut out the one who ends it. */
export async function endRule(ctx: Ctx, ruleId: string, input: { reason: string }): Promise<IpRules> {
  requirePermission(ctx.actor, "ip_rules.change");
  await withTransaction(ctx, async (tx) => {
    const { scope, effect, network, country } = await requireKey(ctx, await lockedRules(tx), { end: ruleId });
    const ended = await tx.db
      .update(ipRules)
      .set({ endedAt: ctx.now, endedBy: actorId(ctx.actor) })
      .where(and(eq(ipRules.id, ruleId), isNull(ipRules.endedAt)))
      .returning({ id: ipRules.id });
    if (ended.length === 0) throw conflict("rule_ended", "This rule has already ended.");
    await recordAudit(tx, { verb: "ip_rule.end", objectKind: "ip_rule", objectId: ruleId, reason: input.reason, before: { scope, effect, network, country } });
    await recordEvent(tx, { event: "ip_rule.ended", fields: { ruleId, scope, effect } });
  });
  await forgetEdge();
  return getIpRules(ctx);
}

/** Shuts a network out of console and API for a while. */
export async function placeBan(ctx: Ctx, input: PlaceBanInput): Promise<IpRules> {
  requirePermission(ctx.actor, "bans.place");
  if (ctx.ip !== null && isShutOut(ctx.ip, input.network)) {
    throw conflict("self_lockout", "This would shut you out yourself.", {
      reasons: [{ code: "self_lockout", sentence: `Your own address (${ctx.ip}) is in ${input.network}.`, wayOut: "Ban a narrower network." }],
    });
  }
  await withTransaction(ctx, async (tx) => {
    await lockEdge(tx);
    if (await hasBan(tx, input.network)) throw conflict("already_banned", "This network is already shut out.");
    await insertBan(tx, { ...input, source: "person" });
  });
  await forgetEdge();
  return getIpRules(ctx);
}

/** Lets a banned network in again before its time. */
export async function liftBan(ctx: Ctx, banId: string, input: { reason: string }): Promise<IpRules> {
  requirePermission(ctx.actor, "bans.lift");
  await withTransaction(ctx, async (tx) => {
    const [lifted] = await tx.db
      .update(ipBans)
      .set({ liftedAt: ctx.now, liftedBy: actorId(ctx.actor) })
      .where(and(eq(ipBans.id, banId), isNull(ipBans.liftedAt), gt(ipBans.expiresAt, ctx.now)))
      .returning({ network: ipBans.network });
    if (lifted === undefined) throw new AppError("not_found", "unknown_ban", "There is no such open ban.");
    await recordAudit(tx, { verb: "ban.lift", objectKind: "ip_ban", objectId: banId, reason: input.reason, before: { network: lifted.network } });
    await recordEvent(tx, { event: "ban.lifted", fields: { banId } });
  });
  await forgetEdge();
  return getIpRules(ctx);
}

/** Break-glass, from a terminal only: for `minutes` no rule and no ban is applied. Answers until when. */
export async function pauseIpRules(ctx: Ctx, input: { minutes: number; reason: string }): Promise<Date> {
  if (ctx.actor.kind !== "operator") throw new AppError("forbidden", "terminal_only", "IP rules are paused from a terminal of the server only.");
  const until = plusMs(ctx.now, input.minutes * minuteMs);
  await withTransaction(ctx, async (tx) => {
    await lockEdge(tx);
    const id = newId("ipPause");
    await tx.db.insert(ipPauses).values({ id, reason: input.reason, pausedBy: actorId(ctx.actor), startedAt: ctx.now, until });
    await recordAudit(tx, { verb: "ip_rules.pause", objectKind: "ip_pause", objectId: id, reason: input.reason, after: { minutes: input.minutes, until: until.toISOString() } });
    await recordEvent(tx, { event: "ip_rules.paused", fields: { minutes: input.minutes } });
  });
  return until;
}

async function lockEdge(tx: Tx): Promise<void> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtext('countersign.edge'))`);
}

async function lockedRules(tx: Tx): ReturnType<typeof openRules> {
  await lockEdge(tx);
  return openRules(tx, tx.ctx.now);
}

/** Throws unless whoever changes the lock still has the key afterwards. */
async function requireKey(ctx: Ctx, rules: Awaited<ReturnType<typeof openRules>>, change: PreviewInput) {
  const { after, touched } = changedRules(rules, change);
  const reasons = await lockOut(ctx, rules, after);
  if (reasons.length > 0) throw conflict("self_lockout", reasons[0]?.sentence ?? "This would shut you out yourself.", { reasons });
  return touched;
}

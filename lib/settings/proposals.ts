// Changing a setting: one administrator proposes, a different one decides, and it holds from that moment on.
import { and, eq, sql } from "drizzle-orm";
import { settingProposals, settings } from "@/db/schema/settings";
import { requirePermission } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { forgetSettings } from "@/lib/policies";
import { policyDefinitions, type PolicyDefinition, type SettingName } from "@/lib/policies/contract";
import { directionOf, parseSetting, whyNot } from "@/lib/policies/policy";
import type { DecideInput, ProposeInput, SettingDetail } from "./contract.ts";
import { mayDecideSetting, whyTogetherNot } from "./policy.ts";
import { getSettingDetail, proposalColumns, settingColumns } from "./settings-queries.ts";

/** Proposes a value for a setting; refused with a sentence when it lies outside the bounds or contradicts another setting. */
export async function proposeSetting(ctx: Ctx, input: ProposeInput): Promise<SettingDetail> {
  requirePermission(ctx.actor, "settings.propose");
  const definition: PolicyDefinition = policyDefinitions[input.name];
  const why = whyNot(definition, input.value);
  if (why !== null) throw new AppError("unprocessable", "outside_bounds", why);
  await withTransaction(ctx, async (tx) => {
    await lockSettings(tx);
    const stored = await storedSettings(tx);
    const current = stored.get(input.name);
    const before = parseSetting(input.name, current?.value);
    if (before === input.value) throw new AppError("unprocessable", "unchanged", "This is its value already.");
    requireTogether(stored, input);
    const proposalId = newId("settingProposal");
    const direction = directionOf(definition, before, input.value);
    const added = await tx.db
      .insert(settingProposals)
      .values({
        id: proposalId,
        name: input.name,
        before: json(before),
        value: json(input.value),
        baseVersion: current?.version ?? 0,
        direction,
        reason: input.reason,
        proposedBy: actorId(ctx.actor),
        proposedAt: ctx.now,
      })
      .onConflictDoNothing()
      .returning({ id: settingProposals.id });
    if (added.length === 0) throw conflict("already_proposed", "A change of this setting is waiting already. It must be decided or withdrawn first.");
    await recordAudit(tx, {
      verb: "settings.propose",
      objectKind: "setting",
      objectId: input.name,
      reason: input.reason,
      before: { value: String(before) },
      after: { value: String(input.value), proposalId, direction },
    });
    await recordEvent(tx, { event: "settings.proposed", fields: { proposalId, name: input.name, direction } });
  });
  return getSettingDetail(ctx, input.name);
}

/** Decides a waiting proposal as someone other than its proposer; an accepted one holds at once. */
export async function decideSetting(ctx: Ctx, proposalId: string, input: DecideInput): Promise<SettingDetail> {
  requirePermission(ctx.actor, "settings.decide");
  const name = await withTransaction(ctx, async (tx) => {
    await lockSettings(tx);
    const proposal = await loadOpen(tx, proposalId);
    const person = { userId: actorId(ctx.actor), permissions: ctx.actor.permissions };
    refuseUnless(mayDecideSetting(person, proposal), "forbidden", "decision_refused");
    if (input.decision === "accept") await requireProposer(tx, proposal.proposedBy);
    await close(tx, proposal.id, { status: input.decision === "accept" ? "accepted" : "refused", reason: input.reason });
    if (input.decision === "accept") await apply(tx, proposal);
    await recordAudit(tx, {
      verb: input.decision === "accept" ? "settings.change" : "settings.refuse",
      objectKind: "setting",
      objectId: proposal.name,
      reason: input.reason,
      before: { value: String(proposal.before) },
      after: { value: String(input.decision === "accept" ? proposal.value : proposal.before), proposalId, proposedBy: proposal.proposedBy },
    });
    const fields = { proposalId, name: proposal.name };
    if (input.decision === "accept") await recordEvent(tx, { event: "settings.changed", subjectUserId: proposal.proposedBy, fields: { ...fields, direction: proposal.direction } });
    else await recordEvent(tx, { event: "settings.refused", subjectUserId: proposal.proposedBy, fields });
    return proposal.name;
  });
  forgetSettings();
  return getSettingDetail(ctx, name);
}

/** Takes one's own waiting proposal back. */
export async function withdrawSetting(ctx: Ctx, proposalId: string): Promise<SettingDetail> {
  requirePermission(ctx.actor, "settings.propose");
  const name = await withTransaction(ctx, async (tx) => {
    await lockSettings(tx);
    const proposal = await loadOpen(tx, proposalId);
    if (proposal.proposedBy !== actorId(ctx.actor)) throw new AppError("forbidden", "not_yours", "Only who proposed a change may take it back. You may turn it down instead.");
    await close(tx, proposal.id, { status: "withdrawn", reason: null });
    await recordAudit(tx, { verb: "settings.withdraw", objectKind: "setting", objectId: proposal.name, after: { proposalId } });
    return proposal.name;
  });
  return getSettingDetail(ctx, name);
}

/** Whoever proposed it must still be one who may: what somebody left waiting who is gone is turned down, not carried out. */
async function requireProposer(tx: Tx, proposedBy: string): Promise<void> {
  const [row] = await tx.db.execute<{ may: boolean }>(sql`select is_settings_administrator(${proposedBy}, ${tx.ctx.now.toISOString()}::timestamptz) as may`);
  if (row?.may !== true) throw conflict("proposer_gone", "Whoever proposed this may not propose any more. Turn it down; whoever still wants it proposes it anew.");
}

type Open = typeof settingProposals.$inferSelect & { name: SettingName };
type StoredSettings = Map<string, { value: unknown; version: number }>;

async function loadOpen(tx: Tx, proposalId: string): Promise<Open> {
  const [proposal] = await tx.db.select(proposalColumns).from(settingProposals).where(eq(settingProposals.id, proposalId)).for("update");
  if (proposal === undefined || !Object.hasOwn(policyDefinitions, proposal.name)) throw new AppError("not_found", "unknown_proposal", "There is no such proposal.");
  if (proposal.status !== "pending") throw conflict("already_decided", "This proposal has been decided already.");
  return proposal as Open;
}

async function close(tx: Tx, id: string, given: { status: "accepted" | "refused" | "withdrawn"; reason: string | null }): Promise<void> {
  const closed = await tx.db
    .update(settingProposals)
    .set({ status: given.status, decidedBy: actorId(tx.ctx.actor), decidedAt: tx.ctx.now, decideReason: given.reason })
    .where(and(eq(settingProposals.id, id), eq(settingProposals.status, "pending")))
    .returning({ id: settingProposals.id });
  if (closed.length === 0) throw conflict("already_decided", "This proposal has been decided already.");
}

/** Bounds and neighbours are looked at again: the program may have been changed since the proposal was made. */
async function apply(tx: Tx, proposal: Open): Promise<void> {
  const why = whyNot(policyDefinitions[proposal.name], proposal.value);
  if (why !== null) throw new AppError("unprocessable", "outside_bounds", why);
  requireTogether(await storedSettings(tx), { name: proposal.name, value: proposal.value });
  const written = { value: json(proposal.value), version: proposal.baseVersion + 1, changedBy: actorId(tx.ctx.actor), changedAt: tx.ctx.now, proposalId: proposal.id };
  const done = await tx.db
    .insert(settings)
    .values({ name: proposal.name, ...written })
    .onConflictDoUpdate({ target: settings.name, set: written, setWhere: eq(settings.version, proposal.baseVersion) })
    .returning({ name: settings.name });
  if (done.length === 0) throw conflict("changed_meanwhile", "The setting has changed since this was proposed. Turn it down and propose again.");
}

function requireTogether(stored: StoredSettings, given: { name: SettingName; value: unknown }): void {
  const why = whyTogetherNot((name) => (name === given.name ? given.value : parseSetting(name, stored.get(name)?.value)));
  if (why !== null) throw new AppError("unprocessable", "contradicts_another", why);
}

async function storedSettings(tx: Tx): Promise<StoredSettings> {
  const rows = await tx.db.select(settingColumns).from(settings);
  return new Map(rows.map((row) => [row.name, row]));
}

// Settings are few and change rarely; one at a time keeps those that must fit together together.
async function lockSettings(tx: Tx): Promise<void> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtext('countersign.settings'))`);
}

/** As jsonb: the driver would take a bare string for JSON text. */
function json(value: unknown) {
  return sql`${JSON.stringify(value)}::text::jsonb`;
}

// What the settings screen shows: every setting with its value, default and bounds, what waits, and what does not fit.
import { desc, eq, getTableColumns, sql } from "drizzle-orm";
import { settingProposals, settingRules, settings } from "@/db/schema/settings";
import { can } from "@/lib/access";
import { peopleNames } from "@/lib/auth";
import { actorId, read, type Ctx } from "@/lib/context";
import { policyDefinitions, settingNames, type PolicyDefinition, type SettingName } from "@/lib/policies/contract";
import { definitionOf, whyNot } from "@/lib/policies/policy";
import { toIst } from "@/lib/time";
import type { Drift, Proposal, Setting, SettingDetail, SettingList, SettingValueWire } from "./contract.ts";
import { mayDecideSetting } from "./policy.ts";

type Stored = typeof settings.$inferSelect;
type StoredProposal = typeof settingProposals.$inferSelect;
type Names = Map<string, string>;

// As the driver gives them: drizzle would read the digits of an amount inside JSON a second time, as a number.
export const settingColumns = { ...getTableColumns(settings), value: sql<unknown>`${settings.value}` };
export const proposalColumns = { ...getTableColumns(settingProposals), before: sql<unknown>`${settingProposals.before}`, value: sql<unknown>`${settingProposals.value}` };

/** Every setting, in its area's order, and everything that code and database do not agree on. */
export async function listSettings(ctx: Ctx): Promise<SettingList> {
  const [rows, open, drift] = await Promise.all([
    read((db) => db.select(settingColumns).from(settings)),
    read((db) => db.select(proposalColumns).from(settingProposals).where(eq(settingProposals.status, "pending"))),
    findDrift(),
  ]);
  const names = await peopleNames([...rows.map((row) => row.changedBy), ...open.map((row) => row.proposedBy)]);
  const items = settingNames.map((name) => toSetting(name, { row: rows.find((row) => row.name === name), open: open.find((row) => row.name === name), names, ctx }));
  const reasons = can(ctx.actor, "settings.propose");
  return { items, drift, proposeReasons: reasons.allowed ? [] : reasons.reasons };
}

/** One setting with the proposals made for it, newest first. */
export async function getSettingDetail(ctx: Ctx, name: SettingName): Promise<SettingDetail> {
  const [[row], proposals] = await Promise.all([
    read((db) => db.select(settingColumns).from(settings).where(eq(settings.name, name))),
    read((db) =>
      db.select(proposalColumns).from(settingProposals).where(eq(settingProposals.name, name)).orderBy(desc(settingProposals.proposedAt), desc(settingProposals.id)).limit(20),
    ),
  ]);
  const names = await peopleNames([row?.changedBy ?? "", ...proposals.flatMap((proposal) => [proposal.proposedBy, proposal.decidedBy ?? ""])]);
  const open = proposals.find((proposal) => proposal.status === "pending");
  return {
    setting: toSetting(name, { row, open, names, ctx }),
    history: proposals.filter((proposal) => proposal.status !== "pending").map((proposal) => toProposal(proposal, names, ctx)),
  };
}

function toSetting(name: SettingName, at: { row: Stored | undefined; open: StoredProposal | undefined; names: Names; ctx: Ctx }): Setting {
  const definition: PolicyDefinition = policyDefinitions[name];
  const { row, open, names, ctx } = at;
  return {
    name,
    kind: definition.kind,
    area: definition.area,
    label: definition.label,
    about: definition.about,
    outside: definition.outside,
    unit: definition.unit,
    tighter: definition.tighter,
    min: definition.kind === "switch" ? null : String(definition.min),
    max: definition.kind === "switch" ? null : String(definition.max),
    value: row === undefined ? definition.fallback : (row.value as SettingValueWire),
    fallback: definition.fallback,
    version: row?.version ?? 0,
    changedBy: row === undefined ? null : { id: row.changedBy, name: names.get(row.changedBy) ?? row.changedBy },
    changedAt: row === undefined ? null : toIst(row.changedAt),
    open: open === undefined ? null : toProposal(open, names, ctx),
  };
}

function toProposal(row: StoredProposal, names: Names, ctx: Ctx): Proposal {
  const person = (id: string) => ({ id, name: names.get(id) ?? id });
  const decision = mayDecideSetting({ userId: actorId(ctx.actor), permissions: ctx.actor.permissions }, row);
  return {
    id: row.id,
    before: row.before as SettingValueWire,
    value: row.value as SettingValueWire,
    direction: row.direction,
    reason: row.reason,
    proposedBy: person(row.proposedBy),
    proposedAt: toIst(row.proposedAt),
    status: row.status,
    decidedBy: row.decidedBy === null ? null : person(row.decidedBy),
    decidedAt: row.decidedAt === null ? null : toIst(row.decidedAt),
    decideReason: row.decideReason,
    decideReasons: decision.allowed ? [] : decision.reasons,
    mayWithdraw: row.status === "pending" && row.proposedBy === actorId(ctx.actor) && can(ctx.actor, "settings.propose").allowed,
  };
}

/** Where code and database disagree: other bounds, unknown names, values out of bounds, changes nobody signed. */
export async function findDrift(): Promise<Drift[]> {
  const [rules, rows] = await Promise.all([
    read((db) => db.select().from(settingRules)),
    read((db) =>
      db
        .select({
          name: settings.name,
          value: settingColumns.value,
          signed: sql<boolean>`exists (select from ${settingProposals} p where p.id = settings.proposal_id and p.name = settings.name and p.status = 'accepted' and p.value = settings.value)`,
        })
        .from(settings),
    ),
  ]);
  const stored = new Map(rules.map((rule) => [rule.name, rule]));
  const fromRules = settingNames.flatMap((name): Drift[] => {
    const definition: PolicyDefinition = policyDefinitions[name];
    const rule = stored.get(name);
    const [min, max] = definition.kind === "switch" ? [null, null] : [String(definition.min), String(definition.max)];
    const same = rule !== undefined && rule.kind === definition.kind && rule.min === min && rule.max === max;
    return same ? [] : [{ name, sentence: "The database's bounds for this setting are not those of this program. Run npm run db:migrate." }];
  });
  const fromRows = rows.flatMap((row): Drift[] => {
    const definition = definitionOf(row.name);
    if (definition === null) return [{ name: row.name, sentence: "The database holds a setting that this program does not know." }];
    if (whyNot(definition, row.value) !== null) return [{ name: row.name, sentence: "The stored value lies outside the bounds; whoever needs it stops." }];
    return row.signed ? [] : [{ name: row.name, sentence: "The stored value was not put there by an accepted proposal: someone wrote it past the desk." }];
  });
  return [...fromRules, ...fromRows];
}

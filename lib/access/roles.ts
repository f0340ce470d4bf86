import type { Permission } from "./permissions.ts";

/** The roles as shipped. A person may hold several; lib/access/paths says which may not meet in one person. */
export const roles = ["owner", "finance_admin", "finance_maker", "support", "risk_analyst", "compliance", "security_admin", "auditor"] as const;

export type Role = (typeof roles)[number];

export const roleLabels: Record<Role, string> = {
  owner: "Owner",
  finance_admin: "Finance admin",
  finance_maker: "Finance maker",
  support: "Support",
  risk_analyst: "Risk analyst",
  compliance: "Compliance",
  security_admin: "Security admin",
  auditor: "Auditor",
};

/** Whoever holds a role, as a sentence calls them. */
export const roleHolders: Record<Role, string> = {
  owner: "owners",
  finance_admin: "finance admins",
  finance_maker: "finance makers",
  support: "support staff",
  risk_analyst: "risk analysts",
  compliance: "compliance officers",
  security_admin: "security admins",
  auditor: "auditors",
};

/** Everything about people and the edge that may be looked at. */
const oversight = [
  "people.view",
  "roles.view",
  "roles.export",
  "reviews.view",
  "clients.view",
  "ip_rules.view",
  "settings.view",
  "security_events.view",
  "posture.view",
] as const satisfies readonly Permission[];

/** What owners and security admins share; no act of it is complete without a second of them where it grants power. */
const administration = [
  ...oversight,
  "people.invite",
  "people.disable",
  "people.enable",
  "people.reset_password",
  "roles.propose",
  "roles.decide",
  "roles.end",
  "factors.propose_reset",
  "factors.decide_reset",
  "reviews.start",
  "reviews.attest",
  "sessions.view",
  "sessions.end",
  "clients.disable",
  "ip_rules.change",
  "bans.place",
  "bans.lift",
  "settings.propose",
  "settings.decide",
] as const satisfies readonly Permission[];

export const rolePermissions: Record<Role, readonly Permission[]> = {
  owner: [
    "overview.view",
    "transactions.view",
    "payouts.view",
    "payouts.stop",
    "payouts.restart",
    "accounts.view",
    "ledger.view",
    "risk.view",
    "webhooks.view",
    "audit.view",
    "audit.verify",
    ...administration,
  ],
  finance_admin: [
    "overview.view",
    "transactions.view",
    "links.view",
    "payouts.view",
    "payouts.approve",
    "payouts.reject",
    "payouts.stop",
    "payouts.restart",
    "accounts.view",
    "beneficiaries.view",
    "ledger.view",
    "risk.view",
    "webhooks.view",
  ],
  finance_maker: [
    "overview.view",
    "transactions.view",
    "links.view",
    "links.create",
    "links.cancel",
    "payouts.view",
    "payouts.create",
    "payouts.cancel",
    "accounts.view",
    "beneficiaries.view",
    "beneficiaries.create",
    "ledger.view",
  ],
  support: ["overview.view", "transactions.view", "links.view", "links.create", "links.cancel", "accounts.view"],
  risk_analyst: ["overview.view", "transactions.view", "payouts.view", "payouts.release", "payouts.stop", "payouts.restart", "accounts.view", "beneficiaries.view", "risk.view"],
  compliance: [
    "overview.view",
    "transactions.view",
    "payouts.view",
    "accounts.view",
    "beneficiaries.view",
    "risk.view",
    "audit.view",
    "roles.view",
    "roles.export",
    "reviews.view",
    "settings.view",
    "posture.view",
  ],
  security_admin: [
    "overview.view",
    "payouts.view",
    "payouts.stop",
    "payouts.restart",
    "webhooks.view",
    "audit.view",
    "audit.verify",
    ...administration,
    "clients.create",
    "clients.rotate",
  ],
  auditor: [
    "overview.view",
    "transactions.view",
    "links.view",
    "payouts.view",
    "accounts.view",
    "beneficiaries.view",
    "ledger.view",
    "risk.view",
    "webhooks.view",
    "audit.view",
    "audit.verify",
    ...oversight,
  ],
};

export function permissionsOf(held: readonly Role[]): Permission[] {
  return [...new Set(held.flatMap((role) => rolePermissions[role]))];
}

export function rolesWith(permission: Permission): Role[] {
  return roles.filter((role) => rolePermissions[role].includes(permission));
}

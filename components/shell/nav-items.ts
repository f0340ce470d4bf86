import {
  ArrowLeftRight,
  Banknote,
  BookOpen,
  Building2,
  Fingerprint,
  Grid3x3,
  Inbox,
  KeyRound,
  LayoutList,
  Link2,
  ListChecks,
  Network,
  Radar,
  ShieldAlert,
  ShieldCheck,
  SlidersHorizontal,
  Users,
  type LucideIcon,
} from "lucide-react";
import type { Route } from "next";
import { can, type Holder, type Permission } from "@/lib/access";

export const navIds = [
  "overview",
  "transactions",
  "links",
  "payouts",
  "accounts",
  "ledger",
  "risk",
  "webhooks",
  "audit",
  "users",
  "roles",
  "reviews",
  "clients",
  "ip-rules",
  "security",
  "posture",
  "settings",
] as const;
export type NavId = (typeof navIds)[number];

export type NavItem = { id: NavId; label: string; href: Route; permission: Permission; icon: LucideIcon };

const looks: Record<NavId, { label: string; permission: Permission; icon: LucideIcon }> = {
  overview: { label: "Overview", permission: "overview.view", icon: LayoutList },
  transactions: { label: "Transactions", permission: "transactions.view", icon: ArrowLeftRight },
  links: { label: "Links", permission: "links.view", icon: Link2 },
  payouts: { label: "Payouts", permission: "payouts.view", icon: Banknote },
  accounts: { label: "Accounts", permission: "accounts.view", icon: Building2 },
  ledger: { label: "Ledger", permission: "ledger.view", icon: BookOpen },
  risk: { label: "Risk", permission: "risk.view", icon: ShieldAlert },
  webhooks: { label: "Webhooks", permission: "webhooks.view", icon: Inbox },
  audit: { label: "Audit", permission: "audit.view", icon: Fingerprint },
  users: { label: "Users", permission: "people.view", icon: Users },
  roles: { label: "Roles", permission: "roles.view", icon: Grid3x3 },
  reviews: { label: "Reviews", permission: "reviews.view", icon: ListChecks },
  clients: { label: "API clients", permission: "clients.view", icon: KeyRound },
  "ip-rules": { label: "IP rules", permission: "ip_rules.view", icon: Network },
  security: { label: "Security", permission: "security_events.view", icon: Radar },
  posture: { label: "Posture", permission: "posture.view", icon: ShieldCheck },
  settings: { label: "Settings", permission: "settings.view", icon: SlidersHorizontal },
};

/** The places of the desk that this person may see, in working order. */
export function navFor(viewer: Holder): NavItem[] {
  return navIds.filter((id) => can(viewer, looks[id].permission).allowed).map((id) => ({ id, href: `/${id}` as Route, ...looks[id] }));
}

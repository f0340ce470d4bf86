// Pure decisions of the edge: how much of what a caller may ask, and whether an address may come in.
import ipaddr from "ipaddr.js";
import type { Decision } from "@/lib/errors";
import { undressed } from "@/lib/http/undressed";
import type { SettingName } from "@/lib/policies/contract";
import { hourMs, minuteMs, secondMs } from "@/lib/time";
import type { Effect, IpScope } from "./contract.ts";

/** `webhook` and `health` are never limited: the sender's contract, and the watchdog's. */
export const routeClasses = ["auth", "money", "write", "read", "search", "export", "reveal", "api", "guest", "webhook", "health"] as const;
export type RouteClass = (typeof routeClasses)[number];

export type QuotaRule = {
  /** Requests per key within any `windowMs`. */
  quota: number;
  windowMs: number;
  /** Requests a process answers per window without asking the store: the everyday request costs no query. */
  free: number;
  /** Most permits a process takes from the store at a time. */
  lease: number;
  /** What happens while the store does not answer. */
  whenDown: "allow" | "refuse";
};

/** Twelve slices make a window; a permit is good for the slice it was taken in. */
export const slicesPerWindow = 12;

const spread = (quota: number): Pick<QuotaRule, "quota" | "free" | "lease"> => ({ quota, free: Math.floor(quota / 20), lease: Math.max(1, Math.floor(quota / 20)) });
/** Every request asks the store, so that the quota holds to the last one however many processes there are. */
const exact = (quota: number): Pick<QuotaRule, "quota" | "free" | "lease"> => ({ quota, free: 0, lease: 1 });

export type LimitedClass = Exclude<RouteClass, "webhook" | "health">;

type Kind = { words: string; setting: SettingName | null; quota: number; windowMs: number; share: typeof spread; whenDown: QuotaRule["whenDown"] };

/** What each class counts against; `quota` holds where no setting says otherwise or none can be read. */
export const limitKinds: Readonly<Record<LimitedClass, Kind>> = {
  auth: { words: "tries", setting: "signInsPerMinute", quota: 120, windowMs: minuteMs, share: exact, whenDown: "refuse" },
  money: { words: "acts on money", setting: "moneyActsPerMinute", quota: 60, windowMs: minuteMs, share: exact, whenDown: "refuse" },
  write: { words: "changes", setting: "writesPerMinute", quota: 60, windowMs: minuteMs, share: spread, whenDown: "allow" },
  read: { words: "requests", setting: "readsPerMinute", quota: 600, windowMs: minuteMs, share: spread, whenDown: "allow" },
  search: { words: "searches", setting: "searchesPerMinute", quota: 120, windowMs: minuteMs, share: spread, whenDown: "allow" },
  export: { words: "exports", setting: "exportsPerHour", quota: 10, windowMs: hourMs, share: exact, whenDown: "refuse" },
  reveal: { words: "reveals of what is masked", setting: "revealsPerHour", quota: 20, windowMs: hourMs, share: exact, whenDown: "refuse" },
  api: { words: "requests", setting: "clientCallsPerMinute", quota: 300, windowMs: minuteMs, share: spread, whenDown: "refuse" },
  guest: { words: "requests", setting: null, quota: 300, windowMs: minuteMs, share: spread, whenDown: "allow" },
};

export const limitedClasses = Object.keys(limitKinds) as LimitedClass[];

/** The rule of a class with the quota its setting gives, everything multiplied by `factor`. */
export function ruleOf(name: LimitedClass, given: { quota?: number; factor: number }): QuotaRule {
  const { quota, windowMs, share, whenDown } = limitKinds[name];
  return { ...share(Math.max(1, Math.floor((given.quota ?? quota) * given.factor))), windowMs, whenDown };
}

export function sliceMsOf(rule: Pick<QuotaRule, "windowMs">): number {
  return rule.windowMs / slicesPerWindow;
}

/** What thirteen slices (the newest first) say once `by` of them have passed. */
export function shifted(counts: readonly number[], by: number): number[] {
  if (by <= 0) return [...counts];
  return [...Array.from({ length: Math.min(by, counts.length) }, () => 0), ...counts].slice(0, counts.length);
}

/** Seconds until a key whose slices are `counts` has a permit again: when its oldest used slice no longer counts. */
export function secondsUntilOpen(counts: readonly number[], intoSliceMs: number, sliceMs: number): number {
  const oldest = counts.findLastIndex((count) => count > 0);
  if (oldest < 0) return 1;
  return Math.max(1, Math.ceil(((counts.length - oldest) * sliceMs - intoSliceMs) / secondMs));
}

/** An open rule as the decision needs it: either a `network` in its one spelling, or a `country` in ISO letters. */
export type OpenRule = { scope: IpScope; clientId: string | null; effect: Effect; network: string | null; country: string | null };

/** Where somebody comes from: `country` is null where no registry knows, as for private and loopback addresses. */
export type Place = { ip: string | null; country: string | null };

function holds(network: string, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const [base, bits] = ipaddr.parseCIDR(network);
  if (base.kind() !== address.kind()) return false;
  return address.match([base, bits] as [ipaddr.IPv4, number]);
}

/** True when `ip` lies in `network`. */
export function isWithin(ip: string, network: string): boolean {
  return ipaddr.isValid(ip) && holds(network, ipaddr.process(ip));
}

/**
 * True when `network` shuts `ip` out: as it came, or as the IPv4 address beneath its IPv6 clothes. Nothing lets in by the
 * clothes: what lies beneath is what the sender says, and only whoever denies may take them at their word.
 */
export function isShutOut(ip: string, network: string): boolean {
  return isWithin(ip, network) || (ipaddr.isValid(ip) && isWithin(undressed(ip), network));
}

/** Whether `scope` has any rule that lets in, which closes it to everybody else. */
export function isRestricted(rules: readonly OpenRule[], scope: IpScope, clientId: string | null = null): boolean {
  return rules.some((rule) => rule.effect === "allow" && applies(rule, scope, clientId));
}

function applies(rule: OpenRule, scope: IpScope, clientId: string | null): boolean {
  return rule.scope === scope && (rule.clientId === null || rule.clientId === clientId);
}

/** Whether the country of an address is asked for in `scope`, by whichever effect is named. */
export function asksCountry(rules: readonly OpenRule[], at: { scope: IpScope; clientId: string | null; effect?: Effect }): boolean {
  return rules.some((rule) => rule.country !== null && applies(rule, at.scope, at.clientId) && (at.effect ?? rule.effect) === rule.effect);
}

function matches(rule: OpenRule, { ip, country }: Place): boolean {
  if (rule.network !== null) return ip !== null && (rule.effect === "deny" ? isShutOut : isWithin)(ip, rule.network);
  return country !== null && rule.country === country;
}

/**
 * Whether an address may come in: a deny wins; where anything is allowed, all else and every unknown address is not. An
 * address without a country is in no allowed one and in no denied one: only a network lets it in.
 */
export function judgeAddress(rules: readonly OpenRule[], at: Place & { scope: IpScope; clientId?: string | null }): Decision {
  const clientId = at.clientId ?? null;
  const here = rules.filter((rule) => applies(rule, at.scope, clientId));
  const hit = (effect: Effect): boolean => here.some((rule) => rule.effect === effect && matches(rule, at));
  const refuse = (code: string): Decision => ({ allowed: false, reasons: [{ code, sentence: "Requests from this network are not accepted here." }] });
  if (hit("deny")) return refuse("address_denied");
  if (!isRestricted(rules, at.scope, clientId)) return { allowed: true };
  if (at.ip === null) return refuse("address_unknown");
  return hit("allow") ? { allowed: true } : refuse("address_not_allowed");
}

/** The act scope of a permission, for those acts that can be tied to a place of their own. */
export function scopeOfPermission(permission: string): IpScope | null {
  if (permission === "payouts.approve" || permission === "payouts.release" || permission === "payouts.restart") return "approve";
  if (/^(roles|factors|people|reviews)\.(?!view)/.test(permission)) return "roles";
  if (/^(settings|ip_rules|bans|clients)\.(?!view)/.test(permission)) return "settings";
  return null;
}

/** The scopes a person works in that a change would close to the address they use now; empty when none. */
export function lockedOutScopes(person: Place & { permissions: readonly string[] }, before: readonly OpenRule[], after: readonly OpenRule[]): IpScope[] {
  const acts = person.permissions.map(scopeOfPermission).filter((scope) => scope !== null);
  return [...new Set<IpScope>(["console", ...acts])].filter((scope) => judgeAddress(before, { ...person, scope }).allowed && !judgeAddress(after, { ...person, scope }).allowed);
}

const moneyActs = new Set(["payouts.create", "payouts.approve", "payouts.release", "payouts.restart", "beneficiaries.create"]);

/** What lets somebody in, or further in. What only shuts (stop, disable, ban, end) must work when nothing can be counted. */
const openingActs = /^(roles\.(propose|decide)|people\.(invite|enable|reset_password)|factors\.|clients\.(create|rotate)|settings\.|ip_rules\.|bans\.lift)/;

/** Whether an address asks for words, however their name is written there ("%71" is a q too). */
export function searchesFor(address: string): boolean {
  const at = address.indexOf("?");
  return at >= 0 && new URLSearchParams(address.slice(at)).has("q");
}

/** What is told beside method and access: a dry run, the kind of fresh factor that is asked for, whether words are searched for. */
type Asked = { dryRun?: boolean; stepUp?: string | null; searching?: boolean };

/** The class of a handler that names none: by what it may do, not by where it is. */
export function defaultClass(method: string, access: string, { dryRun = false, stepUp = null, searching = false }: Asked = {}): RouteClass {
  const reads = method === "GET" || method === "HEAD" || dryRun;
  if (stepUp === "reveal" || stepUp === "export") return stepUp;
  if (reads && searching && access !== "public") return "search";
  if (access === "public") return reads ? "guest" : "auth";
  if (reads) return "read";
  if (moneyActs.has(access)) return "money";
  return openingActs.test(access) ? "auth" : "write";
}

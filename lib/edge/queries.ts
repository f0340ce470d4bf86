import { and, asc, desc, gt, inArray, isNull, or, sql } from "drizzle-orm";
import { ipBans, ipPauses, ipRules } from "@/db/schema/edge";
import { can, permissionsOf, roles as knownRoles } from "@/lib/access";
import { peopleNames } from "@/lib/auth";
import { read, type Ctx, type Tx } from "@/lib/context";
import { AppError, type Reason } from "@/lib/errors";
import { countryOf, knowsCountries } from "@/lib/monitoring";
import { dayMs, hourMs, parseInstant, plusMs, toIst } from "@/lib/time";
import { placeOf, placeWords, type CutOff, type IpRules, type IpScope, type Preview, type PreviewInput } from "./contract.ts";
import { judgeAddress, lockedOutScopes, scopeOfPermission, type OpenRule } from "./policy.ts";

const openRule = (now: Date) => and(isNull(ipRules.endedAt), or(isNull(ipRules.expiresAt), gt(ipRules.expiresAt, now)));

/** Open rules, bans and the pause, for the person in `ctx`. */
export async function getIpRules(ctx: Ctx): Promise<IpRules> {
  const [rules, bans, pauses, country] = await Promise.all([
    read((db) => db.select().from(ipRules).where(openRule(ctx.now)).orderBy(asc(ipRules.scope), asc(ipRules.effect), desc(ipRules.createdAt))),
    read((db) =>
      db
        .select()
        .from(ipBans)
        .where(and(isNull(ipBans.liftedAt), gt(ipBans.expiresAt, ctx.now)))
        .orderBy(desc(ipBans.placedAt))
        .limit(200),
    ),
    read((db) => db.select({ until: ipPauses.until }).from(ipPauses).where(gt(ipPauses.until, ctx.now)).orderBy(desc(ipPauses.until)).limit(1)),
    countryOf(ctx.ip),
  ]);
  const names = await peopleNames([...rules.map((rule) => rule.createdBy), ...bans.map((ban) => ban.placedBy)]);
  const person = (id: string) => ({ id, name: names.get(id) ?? id.replace(/^(system|operator):/, "") });
  const [pause] = pauses;
  return {
    rules: rules.map(({ id, scope, clientId, effect, network, country: within, reason, createdBy, createdAt, expiresAt }) => ({
      id,
      scope,
      clientId,
      effect,
      network,
      country: within,
      reason,
      createdBy: person(createdBy),
      createdAt: toIst(createdAt),
      expiresAt: expiresAt === null ? null : toIst(expiresAt),
    })),
    bans: bans.map(({ id, network, reason, source, placedBy, placedAt, expiresAt }) => ({
      id,
      network,
      reason,
      source,
      placedBy: person(placedBy),
      placedAt: toIst(placedAt),
      expiresAt: toIst(expiresAt),
    })),
    pausedUntil: pause === undefined ? null : toIst(pause.until),
    here: { address: ctx.ip, country },
    mayChange: can(ctx.actor, "ip_rules.change").allowed,
    mayBan: can(ctx.actor, "bans.place").allowed,
    mayLift: can(ctx.actor, "bans.lift").allowed,
  };
}

/** The network or country of each of these rules and bans, ended ones too. */
export async function networkNames(ids: readonly string[]): Promise<Map<string, string>> {
  const [bans, rules] = [ids.filter((id) => id.startsWith("ban_")), ids.filter((id) => id.startsWith("ipr_"))];
  const [banned, ruled] = await Promise.all([
    bans.length === 0 ? [] : read((db) => db.select({ id: ipBans.id, network: ipBans.network }).from(ipBans).where(inArray(ipBans.id, bans))),
    rules.length === 0 ? [] : read((db) => db.select({ id: ipRules.id, network: ipRules.network, country: ipRules.country }).from(ipRules).where(inArray(ipRules.id, rules))),
  ]);
  return new Map([...banned.map(({ id, network }) => [id, network] as const), ...ruled.map((rule) => [rule.id, placeWords(rule)] as const)]);
}

/** The open rules with their ids, inside `tx` or (null) outside any transaction. */
export async function openRules(tx: Tx | null, now: Date): Promise<(OpenRule & { id: string })[]> {
  const fields = { id: ipRules.id, scope: ipRules.scope, clientId: ipRules.clientId, effect: ipRules.effect, network: ipRules.network, country: ipRules.country };
  return tx === null ? read((db) => db.select(fields).from(ipRules).where(openRule(now))) : tx.db.select(fields).from(ipRules).where(openRule(now));
}

/** The rules as they would be after the change; throws when there is no such rule to end. */
export function changedRules(rules: readonly (OpenRule & { id: string })[], change: PreviewInput): { after: OpenRule[]; touched: OpenRule } {
  if ("add" in change) {
    const { scope, effect } = change.add;
    const touched = { scope, effect, ...placeOf(change.add), clientId: change.add.clientId ?? null };
    return { after: [...rules, touched], touched };
  }
  const touched = rules.find((rule) => rule.id === change.end);
  if (touched === undefined) throw new AppError("not_found", "unknown_rule", "There is no such open rule.");
  return { after: rules.filter((rule) => rule.id !== change.end), touched };
}

type Caller = { kind: "person" | "client"; id: string; ip: string | null; country: string | null; roles: string[]; lastSeenAt: Date | null };

type Found = Omit<Caller, "country">;

/** Who would be cut off, or let in, by a change: from the addresses of live sessions and of the clients' recent calls. */
export async function previewChange(ctx: Ctx, change: PreviewInput): Promise<Preview> {
  const rules = await openRules(null, ctx.now);
  const { after, touched } = changedRules(rules, change);
  const found = touched.scope === "webhooks" ? [] : touched.scope === "client" ? await recentClients(ctx, touched.clientId) : await livePeople(ctx, touched.scope);
  const callers = await Promise.all(found.map(async (caller): Promise<Caller> => ({ ...caller, country: await countryOf(caller.ip) })));
  const may = (list: readonly OpenRule[], caller: Caller): boolean =>
    judgeAddress(list, { scope: touched.scope, clientId: caller.kind === "client" ? caller.id : null, ip: caller.ip, country: caller.country }).allowed;
  const cut = callers.filter((caller) => may(rules, caller) && !may(after, caller));
  const letIn = callers.filter((caller) => !may(rules, caller) && may(after, caller));
  const names = await namesOf([...cut, ...letIn]);
  const shown = (list: readonly Caller[]): CutOff[] => list.slice(0, 100).map((caller) => toCutOff(ctx, caller, names));
  return { cutOff: shown(cut), letIn: shown(letIn), refusals: await lockOut(ctx, rules, after), seen: callers.length };
}

/** Why the person in `ctx` may not make this change from where they are: they would shut themselves out. */
export async function lockOut(ctx: Ctx, before: readonly OpenRule[], after: readonly OpenRule[]): Promise<Reason[]> {
  const country = await countryOf(ctx.ip);
  const felt = (await knowsCountries()) ? (rules: readonly OpenRule[]) => rules : feltBlind;
  return lockedOutScopes({ permissions: ctx.actor.permissions, ip: ctx.ip, country }, felt(before), felt(after)).map((scope) => ({
    code: "self_lockout",
    sentence: `This would shut you out yourself (${scope}), from the address you are using now${ctx.ip === null ? ", which the desk does not know" : ` (${ctx.ip})`}.`,
    wayOut: "Allow your own network first, or make the change from a network that stays allowed.",
  }));
}

/** While no country can be told, a scope that shuts one out lets nobody in (see `requireAddress`): who closes it so is inside no more. */
function feltBlind(rules: readonly OpenRule[]): OpenRule[] {
  const everywhere = ["0.0.0.0/0", "::/0"];
  return rules.flatMap((rule) => (rule.country !== null && rule.effect === "deny" ? everywhere.map((network) => ({ ...rule, network, country: null })) : [rule]));
}

function toCutOff(ctx: Ctx, caller: Caller, names: ReadonlyMap<string, string>): CutOff {
  return {
    kind: caller.kind,
    id: caller.id,
    name: names.get(caller.id) ?? caller.id,
    address: caller.ip,
    country: caller.country,
    lastSeenAt: caller.lastSeenAt === null ? null : toIst(caller.lastSeenAt),
    you: ctx.actor.kind === "user" && ctx.actor.userId === caller.id,
  };
}

async function namesOf(callers: readonly Caller[]): Promise<Map<string, string>> {
  const names = await peopleNames(callers.filter((caller) => caller.kind === "person").map((caller) => caller.id));
  const clients = callers.filter((caller) => caller.kind === "client").map((caller) => caller.id);
  if (clients.length > 0) {
    const rows = await read((db) =>
      db.execute<{ id: string; name: string }>(
        sql`select id, name from api_clients where id = any(${sql`array[${sql.join(
          clients.map((id) => sql`${id}`),
          sql`, `,
        )}]::text[]`})`,
      ),
    );
    for (const row of rows) names.set(row.id, row.name);
  }
  return names;
}

/** One entry per person and address with a live session; for act scopes only those who may act there. */
async function livePeople(ctx: Ctx, scope: IpScope): Promise<Found[]> {
  const now = ctx.now.toISOString();
  const idleSince = plusMs(ctx.now, -hourMs).toISOString();
  const rows = await read((db) =>
    db.execute<{ id: string; ip: string | null; seen: string; roles: string[] }>(sql`
      select s.user_id as id, s.ip, to_char(max(s.last_active_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as seen,
        array(select g.role from role_grants g where g.user_id = s.user_id and g.ended_at is null and g.valid_from <= ${now}::timestamptz and (g.valid_until is null or g.valid_until > ${now}::timestamptz)) as roles
      from auth_sessions s join users u on u.id = s.user_id and u.status = 'active'
      where s.level = 'full' and s.ended_at is null and s.absolute_end_at > ${now}::timestamptz and s.last_active_at > ${idleSince}::timestamptz
      group by s.user_id, s.ip order by max(s.last_active_at) desc limit 2000`),
  );
  const callers = [...rows].map((row): Found => ({ kind: "person", id: row.id, ip: row.ip, roles: row.roles, lastSeenAt: parseInstant(row.seen) }));
  if (scope === "console") return callers;
  return callers.filter((caller) => permissionsOf(knownRoles.filter((role) => caller.roles.includes(role))).some((permission) => scopeOfPermission(permission) === scope));
}

async function recentClients(ctx: Ctx, clientId: string | null): Promise<Found[]> {
  const since = plusMs(ctx.now, -30 * dayMs).toISOString();
  const only = clientId === null ? sql`true` : sql`client_id = ${clientId}`;
  const rows = await read((db) =>
    db.execute<{ id: string; ip: string | null; seen: string }>(sql`
      select client_id as id, ip, to_char(max(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as seen from api_calls
      where at > ${since}::timestamptz and ${only} group by client_id, ip order by max(at) desc limit 2000`),
  );
  return [...rows].map((row) => ({ kind: "client", id: row.id, ip: row.ip, roles: [], lastSeenAt: parseInstant(row.seen) }));
}

// What every door asks of the edge: may this address come in, and has this caller asked too often.
import { config } from "@/lib/config";
import { actorId, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { addressKey, cameThroughEdge } from "@/lib/http/address";
import { guestCtx } from "@/lib/http/guest";
import { problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";
import { countryOf, knowsCountries, log, raiseQuietly } from "@/lib/monitoring";
import { recentSetting } from "@/lib/policies";
import { minuteMs, waitWords } from "@/lib/time";
import { banAutomatically } from "./bans.ts";
import type { IpScope } from "./contract.ts";
import type { Taken } from "./limiter.ts";
import { asksCountry, isRestricted, isShutOut, judgeAddress, limitKinds, ruleOf, scopeOfPermission, type LimitedClass, type QuotaRule, type RouteClass } from "./policy.ts";
import { edgeNow, limiter } from "./snapshot.ts";

/** Refuses what did not come through the configured proxy; without an edge secret there is nothing to prove. */
export async function requireEdge(ctx: Ctx, headers: Headers): Promise<void> {
  if (cameThroughEdge(headers)) return;
  await raiseQuietly(ctx, { event: "edge.bypassed" }, "edge");
  throw new AppError("forbidden", "not_through_edge", "This address is not open to direct requests.");
}

/** What every door of the console asks first: came through the proxy, not banned, from a network that may. */
export async function requireEntry(ctx: Ctx, headers: Headers): Promise<void> {
  await requireEdge(ctx, headers);
  await requireAddress(ctx, "console");
}

/** Throws a plain 403 unless the request's address may enter `scope`; bans hold for all but webhooks. */
export async function requireAddress(ctx: Ctx, scope: IpScope, clientId: string | null = null): Promise<void> {
  const { snapshot, fresh } = await edgeNow();
  const nowMs = ctx.now.getTime();
  if (snapshot === null) {
    if (scope === "webhooks") return;
    throw unknownRules();
  }
  if (snapshot.pausedUntilMs !== null && snapshot.pausedUntilMs > nowMs) return;
  const rules = snapshot.rules.filter((rule) => rule.expiresAtMs === null || rule.expiresAtMs > nowMs);
  // Who is still on the list may have been taken off it meanwhile; a closed door stays closed until that is known.
  if (!fresh && isRestricted(rules, scope, clientId)) throw unknownRules();
  const { ip } = ctx;
  const banned = scope !== "webhooks" && ip !== null && snapshot.bans.some((ban) => ban.expiresAtMs > nowMs && isShutOut(ip, ban.network));
  const country = asksCountry(rules, { scope, clientId }) ? await countryOf(ip) : null;
  const decision = judgeAddress(rules, { scope, clientId, ip, country });
  if (!banned && decision.allowed) {
    if (asksCountry(rules, { scope, clientId, effect: "deny" }) && !(await knowsCountries())) throw unknownRules();
    return;
  }
  const why = banned ? "banned" : decision.allowed ? "-" : (decision.reasons[0]?.code ?? "-");
  await raiseQuietly(ctx, { event: "ip.refused", fields: { scope, why } }, `${addressKey(ip)} ${scope}`);
  throw new AppError("forbidden", "address_refused", "Requests from this network are not accepted here.");
}

/** The rule of the act's own scope, where the permission belongs to one that can be tied to a place. */
export async function requireAddressFor(ctx: Ctx, permission: string): Promise<void> {
  const scope = scopeOfPermission(permission);
  if (scope !== null) await requireAddress(ctx, scope);
}

function unknownRules(): AppError {
  return new AppError("unavailable", "rules_unknown", "The desk cannot tell right now whether this network is allowed. Try again in a moment.", { retryAfterSeconds: 2 });
}

/** A webhook's sender: only rules for webhooks count here, never a ban or a limit, because the signature decides. */
export async function requireWebhookEntry(headers: Headers): Promise<void> {
  const ctx = guestCtx({ headers }, requestIdOf(headers));
  await requireEdge(ctx, headers);
  await requireAddress(ctx, "webhooks");
}

type Handler<Rest extends unknown[]> = (request: Request, ...rest: Rest) => Promise<Response>;

/** The same entry and limits for a handler that has a frame of its own. */
export function guarded<Rest extends unknown[]>(name: RouteClass, handler: Handler<Rest>): Handler<Rest> {
  return async (request, ...rest) => {
    const ctx = guestCtx(request, requestIdOf(request.headers));
    try {
      await requireEntry(ctx, request.headers);
      await requireQuota(ctx, name);
    } catch (error) {
      return problemResponse(error, ctx.requestId, error instanceof LimitError ? error.headers : {});
    }
    return handler(request, ...rest);
  };
}

const policyName = (name: LimitedClass): string => `"${name}"`;

/** The two headers of the current IETF draft: the policy, and what is left of it. */
export function limitHeaders(name: LimitedClass, taken: Taken): Record<string, string> {
  return {
    "ratelimit-policy": `${policyName(name)};q=${taken.quota};w=${taken.windowSeconds}`,
    ratelimit: `${policyName(name)};r=${taken.remaining};t=${taken.resetSeconds}`,
  };
}

/** Refused for asking too often; carries the headers its answer needs. */
export class LimitError extends AppError {
  readonly headers: Record<string, string>;
  constructor(name: LimitedClass, taken: Taken) {
    super("too_many_requests", "rate_limited", `Too many ${limitKinds[name].words}. Try again in ${waitWords(taken.resetSeconds)}.`, { retryAfterSeconds: taken.resetSeconds });
    this.headers = limitHeaders(name, taken);
  }
}

/** Who is counted: the person, the API client named by the caller, or for guests the address. */
export function subjectOf(ctx: Ctx): string {
  if (ctx.actor.kind === "guest") return addressKey(ctx.ip);
  return actorId(ctx.actor);
}

/**
 * Takes one permit of the class for the caller and answers the headers; throws `too_many_requests` when there is none,
 * and `unavailable` when the store is silent and the class does not go on without it.
 */
export async function requireQuota(ctx: Ctx, name: RouteClass, subject: string = subjectOf(ctx)): Promise<Record<string, string>> {
  if (name === "webhook" || name === "health") return {};
  const taken = await limiter()
    .take(name, subject, await ruleNow(name))
    .catch((error: unknown) => {
      log.error({ alert: "limiter_down", limit: name, error }, "requests cannot be counted, so this one is refused");
      throw new AppError("unavailable", "limiter_down", "The desk cannot count requests right now, so nothing was done. Try again in a moment.", {
        retryAfterSeconds: 2,
        cause: error,
      });
    });
  if (taken.storeError !== undefined) {
    log.warn({ alert: "limiter_open", limit: name, error: taken.storeError }, "a request is answered without being counted");
    await raiseQuietly(ctx, { event: "limiter.open", fields: { kind: name } }, name);
  }
  if (taken.allowed) return limitHeaders(name, taken);
  if (ctx.actor.kind === "guest") await noteStrike(ctx);
  throw new LimitError(name, taken);
}

/** The class's quota as set at most a second ago; as shipped while the settings cannot be read. */
async function ruleNow(name: LimitedClass): Promise<QuotaRule> {
  const factor = config().rateLimitFactor;
  const { setting } = limitKinds[name];
  if (setting === null) return ruleOf(name, { factor });
  const quota = await recentSetting(setting).catch(() => undefined);
  return ruleOf(name, { factor, ...(typeof quota === "number" ? { quota } : {}) });
}

// So many limit hits within ten minutes shut an address out for a while.
const strikeRule: QuotaRule = { quota: 100, windowMs: 10 * minuteMs, free: 0, lease: 5, whenDown: "allow" };

/** One more limit hit of a stranger's address; the last of too many places a temporary ban. */
async function noteStrike(ctx: Ctx): Promise<void> {
  if (ctx.ip === null) return;
  try {
    const taken = await limiter().take("guest", `strike:${addressKey(ctx.ip)}`, strikeRule);
    if (!taken.allowed) await banAutomatically(ctx);
  } catch (error) {
    log.error({ requestId: ctx.requestId, error }, "a temporary ban could not be placed");
  }
}

import { createHash, randomBytes } from "node:crypto";
import { toJson } from "../json.ts";
import { createBeneficiary, deleteBeneficiary, getBeneficiary } from "./beneficiaries.ts";
import { requireCallerMark, requireCredentials, requireVersion, type RateLimiter } from "./guard.ts";
import { cancelLink, createLink, getLink, listLinkOrders } from "./links.ts";
import { createOrder, orderEntity, requireOrder, terminateOrder } from "./orders.ts";
import type { Payments } from "./payments.ts";
import type { Transfers } from "./transfers.ts";
import { decimalOf, Refusal, type Ask, type Reply } from "./wire.ts";
import type { World } from "./world.ts";

type Handle = (ask: Ask, id: string, second: string) => Reply | Promise<Reply>;
type Route = { method: string; path: RegExp; handle: Handle; open?: boolean };

export type Api = { world: World; payments: Payments; transfers: Transfers; limiter: RateLimiter };

const pgVersions = ["2021-05-21", "2022-01-01", "2022-09-01", "2023-08-01", "2025-01-01", "2026-01-01"];
const payoutVersions = ["2024-01-01"];
const tokenMs = 6 * 60_000;

function pgRoutes({ world, payments }: Api): Route[] {
  return [
    { method: "POST", path: /^\/pg\/orders$/, handle: (ask) => createOrder(world, ask) },
    // Paying needs the session only, not the merchant's secret: a browser does it.
    { method: "POST", path: /^\/pg\/orders\/sessions$/, handle: (ask) => payments.pay(ask), open: true },
    { method: "GET", path: /^\/pg\/orders\/([^/]+)$/, handle: (_ask, id) => ({ status: 200, body: orderEntity(requireOrder(world, id)) }) },
    { method: "PATCH", path: /^\/pg\/orders\/([^/]+)$/, handle: (ask, id) => terminateOrder(world, ask, id) },
    { method: "GET", path: /^\/pg\/orders\/([^/]+)\/payments$/, handle: (_ask, id) => payments.list(id) },
    { method: "GET", path: /^\/pg\/orders\/([^/]+)\/payments\/([^/]+)$/, handle: (_ask, id, second) => payments.get(id, second) },
    { method: "POST", path: /^\/pg\/links$/, handle: (ask) => createLink(world, ask) },
    { method: "GET", path: /^\/pg\/links\/([^/]+)$/, handle: (ask, id) => getLink(world, ask, id) },
    { method: "POST", path: /^\/pg\/links\/([^/]+)\/cancel$/, handle: (ask, id) => cancelLink(world, ask, id) },
    { method: "GET", path: /^\/pg\/links\/([^/]+)\/orders$/, handle: (ask, id) => listLinkOrders(world, ask, id) },
    { method: "POST", path: /^\/pg\/simulate$/, handle: (ask) => payments.simulate(ask) },
  ];
}

function payoutRoutes({ world, transfers }: Api): Route[] {
  return [
    { method: "POST", path: /^\/payout\/beneficiary$/, handle: (ask) => createBeneficiary(world, ask) },
    { method: "GET", path: /^\/payout\/beneficiary$/, handle: (ask) => getBeneficiary(world, ask) },
    { method: "DELETE", path: /^\/payout\/beneficiary$/, handle: (ask) => deleteBeneficiary(world, ask) },
    { method: "POST", path: /^\/payout\/transfers$/, handle: (ask) => transfers.create(ask) },
    { method: "GET", path: /^\/payout\/transfers$/, handle: (ask) => transfers.get(ask) },
  ];
}

/** The three gateway dialects behind one function; null when the path belongs to none of them. */
export function gatewayApi(api: Api): (ask: Ask) => Promise<Reply> | null {
  const pg = pgRoutes(api);
  const payout = payoutRoutes(api);
  const v1 = new V1(api);
  return (ask) => {
    if (ask.path.startsWith("/payout/v1")) return v1.answer(ask);
    if (ask.path.startsWith("/pg/")) return answerPg(api, pg, ask);
    if (ask.path.startsWith("/payout/")) return answerPayout(api, payout, ask);
    return null;
  };
}

function pick(routes: Route[], ask: Ask): { route: Route; ids: string[] } {
  for (const route of routes) {
    const match = route.method === ask.method ? route.path.exec(ask.path) : null;
    if (match) return { route, ids: match.slice(1).map((part) => decodeURIComponent(part)) };
  }
  throw new Refusal(404, "request_failed", "the requested resource does not exist");
}

async function answerPg(api: Api, routes: Route[], ask: Ask): Promise<Reply> {
  const { route, ids } = pick(routes, ask);
  const { pg } = api.world.settings.credentials;
  if (!route.open) requireCredentials(ask, pg);
  requireVersion(ask, pgVersions);
  const rate = api.limiter.count(route.open ? "pg:ip" : `pg:${pg.clientId}`);
  const reply = await replayable(api.world, ask, () => route.handle(ask, ids[0] ?? "", ids[1] ?? ""));
  return { ...reply, headers: { ...rate, ...reply.headers } };
}

async function answerPayout(api: Api, routes: Route[], ask: Ask): Promise<Reply> {
  const { route, ids } = pick(routes, ask);
  const { payout } = api.world.settings.credentials;
  requireCredentials(ask, payout);
  requireCallerMark(ask, api.world);
  requireVersion(ask, payoutVersions);
  const rate = api.limiter.count(`payout:${payout.clientId}`);
  const reply = await route.handle(ask, ids[0] ?? "", ids[1] ?? "");
  return { ...reply, headers: { ...rate, ...reply.headers } };
}

/** Same key and body: the stored answer again. Same key, other body: 422. Only answers that changed something are stored. */
async function replayable(world: World, ask: Ask, run: () => Reply | Promise<Reply>): Promise<Reply> {
  const key = ask.headers["x-idempotency-key"];
  if (typeof key !== "string" || ask.method === "GET") return run();
  const id = `${ask.method} ${ask.path} ${key}`;
  const bodyHash = createHash("sha256").update(ask.raw).digest("hex");
  const stored = world.store.find("idempotency", id);
  if (stored !== undefined) {
    if (stored.bodyHash !== bodyHash) throw new Refusal(422, "request_invalid", { message: "idempotency key was used with another request body", type: "idempotency_error" });
    return { status: stored.status, body: new StoredBody(stored.body), headers: { "x-idempotency-replayed": "true" } };
  }
  const reply = await run();
  if ("body" in reply) world.store.put("idempotency", id, { bodyHash, status: reply.status, body: toJson(reply.body) });
  return { ...reply, headers: { ...reply.headers, "x-idempotency-replayed": "false" } };
}

/** An answer kept as text, so that a replay is the same bytes. */
export class StoredBody {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** V1: a bearer token of six minutes, and the wallet's balance. */
class V1 {
  readonly #api: Api;
  readonly #tokens = new Map<string, number>();

  constructor(api: Api) {
    this.#api = api;
  }

  async answer(ask: Ask): Promise<Reply> {
    const { world, limiter } = this.#api;
    const { payout } = world.settings.credentials;
    const rate = limiter.count(`v1:${payout.clientId}`);
    if (ask.method === "POST" && ask.path === "/payout/v1/authorize") {
      requireCredentials(ask, payout);
      requireCallerMark(ask, world);
      const token = randomBytes(24).toString("base64url");
      const expiresMs = world.nowMs() + tokenMs;
      this.#tokens.set(token, expiresMs);
      return { status: 200, headers: rate, body: { status: "SUCCESS", subCode: "200", message: "Token generated", data: { token, expiry: Math.floor(expiresMs / 1000) } } };
    }
    if (ask.method === "GET" && /^\/payout\/v1(\.2)?\/getBalance$/.test(ask.path)) {
      const expiresMs = this.#tokens.get((ask.headers.authorization ?? "").replace(/^Bearer /, ""));
      // V1 refuses with HTTP 200: only the body says no.
      if (expiresMs === undefined || expiresMs <= world.nowMs()) return { status: 200, headers: rate, body: { status: "ERROR", subCode: "403", message: "Token is not valid" } };
      const wallet = world.walletPaise();
      const data = { balance: decimalOf(wallet.balance.toString()), availableBalance: decimalOf((wallet.balance - wallet.held).toString()) };
      return { status: 200, headers: rate, body: { status: "SUCCESS", subCode: "200", message: "Ledger balance for the account", data } };
    }
    throw new Refusal(404, "request_failed", "the requested resource does not exist");
  }
}

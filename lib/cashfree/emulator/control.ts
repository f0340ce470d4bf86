import * as z from "zod/mini";
import { faultOrder, type Faults } from "./faults.ts";
import type { RateLimiter } from "./guard.ts";
import type { WebhookSender } from "./hooks.ts";
import { requireOrder } from "./orders.ts";
import type { Payments } from "./payments.ts";
import { istOf, Refusal, type Ask, type Reply } from "./wire.ts";
import type { Transfers } from "./transfers.ts";
import type { World } from "./world.ts";

export type Desk = { world: World; hooks: WebhookSender; faults: Faults; payments: Payments; transfers: Transfers; limiter: RateLimiter; runDue: () => void };

const payShape = z.strictObject({
  outcome: z._default(z.enum(["success", "failure", "dropped"]), "success"),
  vpa: z._default(z.string(), "customer@upi"),
  amountPaise: z.optional(z.string().check(z.regex(/^\d+$/))),
});
const clockShape = z.union([z.strictObject({ advanceMs: z.int() }), z.strictObject({ offsetMs: z.int() })]);
/** Any event, signed as the gateway would: a dashboard test, a type nobody knows, a claim that is not true. */
const sendShape = z.strictObject({ product: z.enum(["pg", "payout"]), event: z.record(z.string(), z.unknown()) });
const advanceShape = z.strictObject({
  to: z.enum(["PENDING", "APPROVAL_PENDING", "SENT_TO_BENEFICIARY", "COMPLETED", "FAILED", "REVERSED", "REJECTED"]),
  statusCode: z.optional(z.string()),
});
const tuningShape = z.partial(
  z.strictObject({
    stepMs: z.int().check(z.gte(0)),
    slowAccountMs: z.int().check(z.gte(0)),
    ratePerMinute: z.int().check(z.gte(1)),
    duplicateTransfer: z.enum(["conflict", "echo"]),
    webhookRetryMs: z.array(z.int().check(z.gte(0))).check(z.maxLength(10)),
    webhookTimeoutMs: z.int().check(z.gte(1)),
    payoutDisableAfter: z.nullable(z.int().check(z.gte(0))),
    payoutPrivateKey: z.nullable(z.string().check(z.maxLength(10_000))),
  }),
);

const ends = {
  PENDING: { status: "PENDING", statusCode: "PENDING" },
  APPROVAL_PENDING: { status: "APPROVAL_PENDING", statusCode: "APPROVAL_PENDING" },
  SENT_TO_BENEFICIARY: { status: "SUCCESS", statusCode: "SENT_TO_BENEFICIARY" },
  COMPLETED: { status: "SUCCESS", statusCode: "COMPLETED" },
  FAILED: { status: "FAILED", statusCode: "BENE_BANK_DECLINED" },
  REVERSED: { status: "REVERSED", statusCode: "RETURNED_FROM_BENEFICIARY" },
  REJECTED: { status: "REJECTED", statusCode: "INVALID_MODE_FOR_PYID" },
} as const;

function read<T extends z.ZodMiniType>(ask: Ask, shape: T): z.infer<T> {
  let given: unknown;
  try {
    given = ask.raw.length === 0 ? {} : JSON.parse(ask.raw.toString("utf8"));
  } catch {
    throw new Refusal(400, "control_invalid", "the body is not JSON");
  }
  const parsed = shape.safeParse(given);
  if (!parsed.success) throw new Refusal(400, "control_invalid", parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
  return parsed.data;
}

function state({ world, hooks, faults }: Desk): Record<string, unknown> {
  const { store } = world;
  const wallet = world.walletPaise();
  return {
    now: istOf(world.nowMs()),
    clockOffsetMs: world.offsetMs(),
    wallet: { balancePaise: wallet.balance.toString(), heldPaise: wallet.held.toString() },
    payoutEndpointDisabled: hooks.payoutDisabled(),
    tuning: world.tuning,
    faults: faults.list,
    webhookFaults: hooks.faults,
    orders: store.list("orders"),
    payments: store.list("payments"),
    links: store.list("links"),
    beneficiaries: store.list("beneficiaries"),
    transfers: store.list("transfers"),
    deliveries: store.list("deliveries"),
    agenda: store.list("agenda"),
  };
}

function giveFault({ hooks, faults }: Desk, ask: Ask): void {
  const order = read(ask, faultOrder);
  if ("webhook" in order) hooks.faults.push({ kind: order.webhook, match: order.match, times: order.times, delayMs: order.delayMs });
  else faults.list.push({ method: order.match.method, path: order.match.path, kind: order.kind, times: order.times, delayMs: order.delayMs });
}

function reset({ world, hooks, faults, limiter }: Desk): void {
  world.store.clear();
  world.tuning = { ...world.settings.tuning };
  hooks.faults = [];
  faults.list = [];
  limiter.clear();
}

function moveClock({ world, runDue }: Desk, ask: Ask): void {
  const order = read(ask, clockShape);
  world.setOffsetMs("offsetMs" in order ? order.offsetMs : world.offsetMs() + order.advanceMs);
  runDue();
}

/** The test bench's own API under /emulator; a header no foreign page can send keeps browsers out. */
export async function control(desk: Desk, ask: Ask): Promise<Reply> {
  if (ask.headers["x-emulator-control"] !== "1") throw new Refusal(403, "control_header_missing", "send the header x-emulator-control: 1");
  const done: Reply = { status: 200, body: { ok: true } };
  const what = `${ask.method} ${ask.path.slice("/emulator".length)}`;
  const one = /^POST \/(transfers|links|orders)\/([^/]+)\/(advance|pay)$/.exec(what);
  if (one) return { status: 200, body: actOn(desk, ask, { kind: one[1] ?? "", id: decodeURIComponent(one[2] ?? ""), verb: one[3] ?? "" }) };
  switch (what) {
    case "GET /state":
      return { status: 200, body: state(desk) };
    case "POST /faults":
      giveFault(desk, ask);
      return done;
    case "POST /faults/clear":
      desk.faults.list = [];
      desk.hooks.faults = [];
      return done;
    case "POST /clock":
      moveClock(desk, ask);
      return { status: 200, body: { now: istOf(desk.world.nowMs()) } };
    case "POST /tuning":
      desk.world.tuning = { ...desk.world.tuning, ...withoutUndefined(read(ask, tuningShape)) };
      return { status: 200, body: desk.world.tuning };
    case "POST /webhooks/flush":
      desk.runDue();
      await desk.hooks.pump(read(ask, z.strictObject({ all: z._default(z.boolean(), false) })).all);
      return { status: 200, body: { deliveries: desk.world.store.list("deliveries") } };
    case "POST /webhooks/send": {
      const { product, event } = read(ask, sendShape);
      desk.hooks.emit(product, typeof event["type"] === "string" ? event["type"] : "WEBHOOK", event);
      return done;
    }
    case "POST /webhooks/enable":
      desk.hooks.enablePayouts();
      return done;
    case "POST /reset":
      reset(desk);
      return done;
    default:
      throw new Refusal(404, "control_unknown", "no such control");
  }
}

function actOn({ world, payments, transfers }: Desk, ask: Ask, target: { kind: string; id: string; verb: string }): unknown {
  const { kind, id, verb } = target;
  if (kind === "transfers" && verb === "advance") {
    const order = read(ask, advanceShape);
    const end = ends[order.to];
    const moved = transfers.move(id, { status: end.status, statusCode: order.statusCode ?? end.statusCode, force: true });
    if (moved === null) throw new Refusal(404, "transfer_id_not_found", "transfer_id does not exist");
    return moved;
  }
  if (verb !== "pay") throw new Refusal(404, "control_unknown", "no such control");
  const { outcome, vpa, amountPaise } = read(ask, payShape);
  const payer = { outcome, vpa, ...(amountPaise === undefined ? {} : { amountPaise }) };
  return kind === "links" ? payments.payLink(id, payer, ask.origin) : payments.payOrder(requireOrder(world, id), payer, ask.origin);
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

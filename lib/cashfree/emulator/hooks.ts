import { createHash } from "node:crypto";
import { signWebhook } from "../signature.ts";
import type { DeliveryRecord } from "./records.ts";
import { goJson } from "./wire.ts";
import type { World } from "./world.ts";

export type WebhookFault = { kind: "drop" | "duplicate" | "reorder" | "late" | "stale"; match: string; times: number; delayMs: number };

/** Writes webhooks once, byte for byte, and sends them until the application says 200. */
export class WebhookSender {
  readonly #world: World;
  readonly #inFlight = new Set<string>();
  readonly #chains = { pg: Promise.resolve(), payout: Promise.resolve() };
  readonly #aborter = new AbortController();
  faults: WebhookFault[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Puts one event on its way; the body is fixed here for all its attempts. */
  emit(product: "pg" | "payout", type: string, event: Record<string, unknown>): void {
    const fault = this.#takeFault(type);
    const body = goJson(event);
    const copies = fault?.kind === "duplicate" ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) this.#enqueue({ product, type, body, fault });
  }

  #enqueue(event: { product: "pg" | "payout"; type: string; body: string; fault: WebhookFault | undefined }): void {
    const { store } = this.#world;
    const { fault } = event;
    const nowMs = this.#world.nowMs();
    const delivery: DeliveryRecord = {
      id: `wh_${store.next("delivery").toString().padStart(9, "0")}`,
      product: event.product,
      type: event.type,
      body: event.body,
      idempotencyKey: createHash("sha256").update(event.body).digest("base64url"),
      status: fault?.kind === "drop" ? "dropped" : "pending",
      timestampShiftMs: fault?.kind === "stale" ? -fault.delayMs : 0,
      heldBack: fault?.kind === "reorder",
      createdMs: nowMs,
      attempts: [],
    };
    store.put("deliveries", delivery.id, delivery);
    if (delivery.status === "dropped" || delivery.heldBack) return;
    this.#world.plan({ kind: "delivery", dueMs: nowMs + (fault?.kind === "late" ? fault.delayMs : 0), deliveryId: delivery.id });
  }

  #takeFault(type: string): WebhookFault | undefined {
    const fault = this.faults.find((item) => item.times > 0 && new RegExp(item.match).test(type));
    if (fault !== undefined) fault.times -= 1;
    return fault;
  }

  /** Sends everything due, one after another per product; resolves when those attempts are over. */
  async pump(everything = false): Promise<void> {
    const { store } = this.#world;
    const nowMs = this.#world.nowMs();
    if (everything) for (const product of ["pg", "payout"] as const) while (this.#releaseHeldBack(product));
    const due = store.list("agenda").filter((item) => item.kind === "delivery" && (everything || item.dueMs <= nowMs) && !this.#inFlight.has(item.id));
    due.sort((left, right) => left.dueMs - right.dueMs || (left.id < right.id ? -1 : 1));
    for (const item of due) {
      if (item.kind !== "delivery") continue;
      const delivery = store.find("deliveries", item.deliveryId);
      if (delivery === undefined) continue;
      this.#inFlight.add(item.id);
      this.#chains[delivery.product] = this.#chains[delivery.product].then(() => this.#attempt(item.id, delivery.id));
    }
    await Promise.all([this.#chains.pg, this.#chains.payout]);
  }

  async #attempt(agendaId: string, deliveryId: string): Promise<void> {
    const { store } = this.#world;
    const delivery = store.find("deliveries", deliveryId);
    if (delivery !== undefined && !this.#aborter.signal.aborted) {
      const httpStatus = await this.#post(delivery);
      if (this.#aborter.signal.aborted) return;
      this.#record(delivery, httpStatus);
      store.remove("agenda", agendaId);
      this.#releaseHeldBack(delivery.product);
    }
    this.#inFlight.delete(agendaId);
  }

  #record(delivery: DeliveryRecord, httpStatus: number | null): void {
    const { store, tuning } = this.#world;
    const atMs = this.#world.nowMs();
    const attempts = [...delivery.attempts, { atMs, httpStatus }];
    const wait = tuning.webhookRetryMs[attempts.length - 1];
    const delivered = httpStatus === 200;
    store.put("deliveries", delivery.id, { ...delivery, attempts, status: delivered ? "delivered" : wait === undefined ? "given_up" : "pending" });
    if (delivery.product === "payout") this.#countFailures(delivered);
    if (!delivered && wait !== undefined) this.#world.plan({ kind: "delivery", dueMs: atMs + wait, deliveryId: delivery.id });
  }

  #countFailures(delivered: boolean): void {
    const failures = delivered ? 0 : Number(this.#world.store.find("meta", "payout_failures")?.value ?? "0") + 1;
    this.#world.store.put("meta", "payout_failures", { value: String(failures) });
  }

  /** Whether the payout endpoint was switched off by too many failures in a row. */
  payoutDisabled(): boolean {
    const limit = this.#world.tuning.payoutDisableAfter;
    return limit !== null && Number(this.#world.store.find("meta", "payout_failures")?.value ?? "0") > limit;
  }

  enablePayouts(): void {
    this.#world.store.put("meta", "payout_failures", { value: "0" });
  }

  #releaseHeldBack(product: "pg" | "payout"): boolean {
    const held = this.#world.store.list("deliveries").find((item) => item.heldBack && item.product === product);
    if (held === undefined) return false;
    this.#world.store.put("deliveries", held.id, { ...held, heldBack: false });
    this.#world.plan({ kind: "delivery", dueMs: this.#world.nowMs(), deliveryId: held.id });
    return true;
  }

  async #post(delivery: DeliveryRecord): Promise<number | null> {
    const { settings, tuning } = this.#world;
    if (settings.webhookTarget === null || (delivery.product === "payout" && this.payoutDisabled())) return null;
    const path = delivery.product === "pg" ? "/api/webhooks/cashfree/payments" : "/api/webhooks/cashfree/payouts";
    const timestamp = String(this.#world.nowMs() + delivery.timestampShiftMs);
    const raw = Buffer.from(delivery.body, "utf8");
    const secret = settings.credentials[delivery.product].clientSecret;
    const headers: Record<string, string> = {
      "content-type": "application/json",
      "x-webhook-signature": signWebhook(secret, timestamp, raw),
      "x-webhook-timestamp": timestamp,
      "x-webhook-version": delivery.product === "pg" ? "2025-01-01" : "V2",
      "x-webhook-attempt": String(delivery.attempts.length + 1),
    };
    if (delivery.product === "pg") headers["x-idempotency-key"] = delivery.idempotencyKey;
    const signal = AbortSignal.any([this.#aborter.signal, AbortSignal.timeout(tuning.webhookTimeoutMs)]);
    try {
      const response = await fetch(`${settings.webhookTarget}${path}`, { method: "POST", headers, body: raw, redirect: "manual", signal });
      await response.body?.cancel();
      return response.status;
    } catch {
      return null;
    }
  }

  close(): void {
    this.#aborter.abort();
  }
}

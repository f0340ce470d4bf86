import { createHash } from "node:crypto";
import { verifyWebhook } from "@/lib/cashfree";
import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { log } from "@/lib/monitoring";
import type { Sensitive } from "@/lib/sensitive";
import { clockNow, minuteMs, secondMs } from "@/lib/time";
import { seal } from "@/lib/vault";
import type { WebhookLane, WebhookSource } from "./contract.ts";
import { storeDelivery } from "./store.ts";

/** The headers worth keeping; nothing else a sender adds is stored. */
const keptHeaders = ["x-webhook-timestamp", "x-webhook-version", "x-webhook-attempt", "x-idempotency-key", "content-type", "user-agent"];
const freshMs = 5 * minuteMs;

/** The secrets that may sign for a source now, the current one first; empty when the source is not configured. */
export function activeSecrets(source: WebhookSource): Sensitive<string>[] {
  const { pg, payout } = config().cashfree;
  return (source === "payments" ? pg : payout).webhookSecrets.filter((secret) => secret.reveal() !== "");
}

const fingerprints = new WeakMap<Sensitive<string>, string>();

/** Names a secret without saying anything of it, so that the inbox can tell which one verified a delivery. */
export function fingerprint(secret: Sensitive<string>): string {
  const known = fingerprints.get(secret);
  if (known !== undefined) return known;
  const made = createHash("sha256").update("countersign/webhook-secret/1\0").update(secret.reveal()).digest("hex").slice(0, 8);
  fingerprints.set(secret, made);
  return made;
}

/** Whether the signed time is within five minutes: ten digits are seconds, thirteen are milliseconds. */
export function laneOf(timestamp: string, nowMs: number): WebhookLane {
  const at = /^\d{10}$/.test(timestamp) ? Number(timestamp) * secondMs : /^\d{13}$/.test(timestamp) ? Number(timestamp) : null;
  if (at === null) return "undated";
  return Math.abs(nowMs - at) <= freshMs ? "fresh" : "stale";
}

/**
 * Keeps one authentic delivery. Throws `not_found` when no secret is configured, `unauthenticated` on a bad or missing
 * signature and `unavailable` when it cannot be stored; resolving means it is durable or was already there.
 */
export async function receive(source: WebhookSource, headers: Headers, readBody: () => Promise<Uint8Array>): Promise<void> {
  const secrets = activeSecrets(source);
  if (secrets.length === 0) throw new AppError("not_found", "not_configured", "There is nothing here.");
  const raw = await readBody();
  const timestamp = headers.get("x-webhook-timestamp") ?? "";
  const verified = verifyWebhook(secrets, timestamp, raw, headers.get("x-webhook-signature") ?? "");
  const secret = verified.valid ? secrets[verified.keyIndex] : undefined;
  if (secret === undefined) {
    noteRefusal(source);
    throw new AppError("unauthenticated", "bad_signature", "The signature is missing or does not match.");
  }
  try {
    await keep(source, { headers, raw, timestamp, secret });
  } catch (error) {
    log.error({ source, error }, "an authentic webhook could not be stored");
    throw new AppError("unavailable", "not_stored", "It could not be stored. Send it again.", { retryAfterSeconds: 5, cause: error });
  }
}

const quietMs = minuteMs;
let refusals = { since: 0, count: 0 };

// Whoever knocks without a signature always gets 401, but may not fill the log.
function noteRefusal(source: WebhookSource): void {
  refusals.count += 1;
  const now = clockNow().getTime();
  if (now - refusals.since < quietMs) return;
  log.warn({ source, refusedSinceLast: refusals.count }, "webhooks without a valid signature were refused");
  refusals = { since: now, count: 0 };
}

async function keep(source: WebhookSource, given: { headers: Headers; raw: Uint8Array; timestamp: string; secret: Sensitive<string> }): Promise<void> {
  const { headers, raw } = given;
  const now = clockNow();
  const id = newId("webhook");
  const bodyHash = createHash("sha256").update(raw).digest();
  const sentKey = headers.get("x-idempotency-key");
  const kept: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value.slice(0, 200);
  }
  await storeDelivery({
    id,
    source,
    dedupeKey: sentKey === null || sentKey === "" ? bodyHash.toString("hex") : sentKey.slice(0, 200),
    bodyHash,
    bodyCt: await seal({ table: "webhook_events", column: "body_ct", rowId: id }, raw),
    bodyBytes: raw.length,
    lane: laneOf(given.timestamp, now.getTime()),
    signedWith: fingerprint(given.secret),
    headers: kept,
    receivedAt: now.toISOString(),
  });
}

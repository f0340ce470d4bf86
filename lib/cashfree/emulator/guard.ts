import { constants, createHash, privateDecrypt, timingSafeEqual } from "node:crypto";
import type { EmulatorCredentials } from "./settings.ts";
import { Refusal, type Ask } from "./wire.ts";
import type { World } from "./world.ts";

function same(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return left !== "" && timingSafeEqual(digest(left), digest(right));
}

function header(ask: Ask, name: string): string {
  const value = ask.headers[name];
  return typeof value === "string" ? value : "";
}

/** The gateway's 401 for a pair that is not this product's own. */
export function requireCredentials(ask: Ask, pair: EmulatorCredentials["pg"]): void {
  const known = same(header(ask, "x-client-id"), pair.clientId) && same(header(ask, "x-client-secret"), pair.clientSecret.reveal());
  if (!known) throw new Refusal(401, "request_failed", { message: "authentication Failed", type: "authentication_error" });
}

const markMs = 600_000;

/** The gateway's 403 for a payout call whose mark is missing, of another client, or older than ten minutes. Its code is not published. */
export function requireCallerMark(ask: Ask, world: World): void {
  const key = world.tuning.payoutPrivateKey;
  if (key === null) return;
  const refuse = (message: string): Refusal => new Refusal(403, "authentication_failed", { message, type: "authentication_error" });
  const sent = header(ask, "x-cf-signature");
  if (sent === "") throw refuse("Signature missing in the request");
  let said: string;
  try {
    said = privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" }, Buffer.from(sent, "base64")).toString("utf8");
  } catch {
    throw refuse("Signature verification failed");
  }
  const [clientId = "", seconds = ""] = said.split(/\.(?=\d+$)/);
  if (clientId !== world.settings.credentials.payout.clientId || !/^\d{10}$/.test(seconds)) throw refuse("Signature verification failed");
  if (Math.abs(world.nowMs() - Number(seconds) * 1000) > markMs) throw refuse("Signature has expired");
}

/** The gateway's 400 for a missing or unpublished version. */
export function requireVersion(ask: Ask, versions: readonly string[]): void {
  const version = header(ask, "x-api-version");
  if (version === "") throw new Refusal(400, "version_missing", "x-api-version header is missing");
  if (!versions.includes(version)) throw new Refusal(400, "version_invalid", "x-api-version header is invalid");
}

/** Requests a minute per caller, in a window that slides. */
export class RateLimiter {
  readonly #hits = new Map<string, number[]>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Counts one request; throws the gateway's 429 with the seconds to wait, else returns the rate headers. */
  count(key: string): Record<string, string> {
    const limit = this.#world.tuning.ratePerMinute;
    const nowMs = this.#world.nowMs();
    const hits = (this.#hits.get(key) ?? []).filter((at) => at > nowMs - 60_000 && at <= nowMs);
    const full = hits.length >= limit;
    if (!full) hits.push(nowMs);
    this.#hits.set(key, hits);
    const retry = full ? Math.min(59, Math.max(1, Math.ceil(((hits[0] ?? nowMs) + 60_000 - nowMs) / 1000))) : 0;
    const headers = { "x-ratelimit-limit": String(limit), "x-ratelimit-remaining": String(limit - hits.length), "x-ratelimit-retry": String(retry), "x-ratelimit-type": "app_id" };
    if (full) throw rateLimited(headers);
    return headers;
  }

  clear(): void {
    this.#hits.clear();
  }
}

export function rateLimited(headers: Record<string, string>): Refusal {
  return new Refusal(429, "request_failed", { message: "Too many requests from your account. Check headers", type: "rate_limit_error", headers });
}

/** What the gateway echoes on every dated answer. */
export function echoed(ask: Ask): Record<string, string> {
  const names = ["x-api-version", "x-request-id", "x-idempotency-key"];
  return Object.fromEntries(names.flatMap((name) => (header(ask, name) === "" ? [] : [[name, header(ask, name).slice(0, 200)]])));
}

import type { KeyObject } from "node:crypto";
import * as z from "zod/mini";
import { newId } from "@/lib/ids";
import type { Sensitive } from "@/lib/sensitive";
import type { CallOptions, GatewayResult } from "./contract.ts";
import { lexeme, lexemeOrNull, parseJson, toJson } from "./json.ts";

export type Product = { clientId: string; clientSecret: Sensitive<string> };

/** What one finished call looked like; never carries a body, an id or a secret. */
export type CallReport = { operation: string; kind: GatewayResult<unknown>["kind"]; httpStatus: number | null; durationMs: number; requestId: string };

export type CashfreeSettings = {
  pgBase: string;
  payoutBase: string;
  payoutV1Base: string;
  timeoutMs: number;
  pg: Product;
  payout: Product;
  payoutKey: KeyObject | null;
  emulatorUrl: string | null;
  onCall?: (report: CallReport) => void;
};

export type Call<T> = {
  operation: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body?: unknown;
  /** A creation answers 404 about something it refers to: that is a refusal, not an absence of the thing created. */
  creates?: boolean;
  read: (json: unknown) => T;
  options?: CallOptions | undefined;
};

const answerBytesMax = 1024 * 1024;

const errorShape = z.object({ code: lexemeOrNull, type: lexemeOrNull, message: lexemeOrNull });
// V1's refusals have no code and no type.
const v1ErrorShape = z.pipe(
  z.object({ status: z.literal("ERROR"), subCode: lexeme }),
  z.transform(({ subCode }) => ({ code: `v1_${subCode}`, type: "invalid_request_error", message: null })),
);
const definiteTypes = new Set(["invalid_request_error", "authentication_error", "validation_error", "idempotency_error", "rate_limit_error"]);

/** One request with a deadline; every outcome is a value, and nothing it returns or throws holds a secret. */
export async function send<T>(settings: CashfreeSettings, call: Call<T>): Promise<GatewayResult<T>> {
  const requestId = call.options?.requestId ?? newId("request");
  const started = performance.now();
  const result = await attempt(settings, call, requestId);
  settings.onCall?.({
    operation: call.operation,
    kind: result.kind,
    httpStatus: "httpStatus" in result ? (result.httpStatus ?? null) : null,
    durationMs: performance.now() - started,
    requestId,
  });
  return result;
}

async function attempt<T>(settings: CashfreeSettings, call: Call<T>, requestId: string): Promise<GatewayResult<T>> {
  // Each call has its own connection: a pooled one that the gateway has just closed would make a transfer's fate unknown.
  const headers = new Headers({ accept: "application/json", connection: "close", ...call.headers, "x-request-id": requestId });
  if (call.options?.idempotencyKey !== undefined) headers.set("x-idempotency-key", call.options.idempotencyKey);
  const init: RequestInit = { method: call.method, headers, redirect: "error", cache: "no-store", signal: AbortSignal.timeout(settings.timeoutMs) };
  if (call.body !== undefined) {
    headers.set("content-type", "application/json");
    init.body = toJson(call.body);
  }
  try {
    const response = await fetch(call.url, init);
    const text = await readCapped(response);
    if (text === null) return { kind: "unknown", reason: "too_large", httpStatus: response.status };
    return classify(call, response, { text, requestId });
  } catch (error) {
    return fromFailure(error);
  }
}

async function readCapped(response: Response): Promise<string | null> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream, so an endless answer costs at most the cap.
    if (size > answerBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function classify<T>(call: Call<T>, response: Response, received: { text: string; requestId: string }): GatewayResult<T> {
  const { text, requestId } = received;
  const httpStatus = response.status;
  // 429 comes from the edge too, where the body may be anything; its meaning does not depend on it.
  if (httpStatus === 429) return { kind: "rate_limited", retryAfterSeconds: retryAfter(response.headers) };
  if (httpStatus >= 500) return { kind: "unknown", reason: "5xx", httpStatus };
  if (/^\s*</.test(text)) return { kind: "unknown", reason: "html", httpStatus };
  const parsed = parseJson(text);
  if (parsed === null) return { kind: "unknown", reason: "unparseable", httpStatus };
  if (httpStatus < 300) {
    try {
      return { kind: "answer", value: call.read(parsed.value), httpStatus, requestId: response.headers.get("x-request-id") ?? requestId };
    } catch {
      return { kind: "unknown", reason: "unparseable", httpStatus };
    }
  }
  return fromErrorBody(call, httpStatus, parsed.value);
}

function fromErrorBody<T>(call: Call<T>, httpStatus: number, body: unknown): GatewayResult<T> {
  const v1 = v1ErrorShape.safeParse(body);
  const read = v1.success ? v1 : errorShape.safeParse(body);
  const code = read.success ? read.data.code : null;
  const type = read.success ? read.data.type : null;
  if (httpStatus === 409) return { kind: "already_exists", code: code ?? "conflict" };
  if (!read.success || code === null || type === null || !definiteTypes.has(type)) return { kind: "unknown", reason: "unexpected_status", httpStatus };
  // The key was used before with another body, so an earlier request may have been carried out.
  if (type === "idempotency_error") return { kind: "already_exists", code };
  if (httpStatus === 404 && call.creates !== true) return { kind: "not_found", code };
  if (![400, 401, 403, 404, 422].includes(httpStatus)) return { kind: "unknown", reason: "unexpected_status", httpStatus };
  return { kind: "refused", httpStatus, code: safeCode(code), type, message: safeMessage(read.data.message ?? "") };
}

function safeCode(code: string): string {
  return /^[a-z0-9_.[\]-]{1,160}$/i.test(code) ? code : "unreadable_code";
}

/** The gateway quotes what it was sent ("value received: 1234…"): cut that, and mask every run of 4 digits and every address. */
function safeMessage(message: string): string {
  return message
    .replace(/value received.*$/is, "")
    .replace(/[\w.+-]+@[\w.-]+/g, "[hidden]")
    .replace(/[A-Z]{4}0[A-Z0-9]{6}/g, "[hidden]")
    .replace(/\d{4,}/g, "[hidden]")
    .trim()
    .slice(0, 200);
}

/** PG sends x-ratelimit-retry, other pages name X-RateLimit-Reset; without either the documented wait is a minute. */
function retryAfter(headers: Headers): number {
  for (const name of ["x-ratelimit-retry", "x-ratelimit-reset", "retry-after"]) {
    const text = headers.get(name);
    if (text !== null && /^\d{1,5}$/.test(text) && Number(text) > 0) return Math.min(Number(text), 3600);
  }
  return 60;
}

const beforeSending: Record<string, "dns" | "refused" | "unreachable"> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  UND_ERR_CONNECT_TIMEOUT: "unreachable",
};
const tlsFailure = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET))/;

function fromFailure<T>(error: unknown): GatewayResult<T> {
  if (error instanceof Error && error.name === "TimeoutError") return { kind: "unknown", reason: "timeout" };
  const codes = causeCodes(error);
  // Several addresses may have been tried: only when none of them got further was nothing sent.
  const early = codes.map((code) => beforeSending[code]);
  const [reason] = early;
  if (reason !== undefined && early.every((item) => item !== undefined)) return { kind: "not_sent", reason };
  if (codes.length > 0 && codes.every((code) => tlsFailure.test(code))) return { kind: "not_sent", reason: "tls" };
  if (error instanceof Error && error.cause instanceof Error && /redirect/i.test(error.cause.message)) return { kind: "unknown", reason: "redirect" };
  return { kind: "unknown", reason: "reset" };
}

function causeCodes(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  if (error instanceof AggregateError) return error.errors.flatMap(causeCodes);
  if (error.cause !== undefined) return causeCodes(error.cause);
  return "code" in error && typeof error.code === "string" ? [error.code] : [];
}

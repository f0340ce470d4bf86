import type { IncomingHttpHeaders } from "node:http";
import type * as z from "zod/mini";
import { plusMs, startOfIstDay, toIst } from "@/lib/time";
import { paise, toRupeesDecimal, type Paise } from "@/lib/money";
import { parseJson, rupeesNumber, rupeesNumberPadded, toJson } from "../json.ts";
import type { LosslessNumber } from "lossless-json";

export type Ask = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  raw: Buffer;
  /** How the caller reached us, so that addresses we hand out lead back here. */
  origin: string;
};

export type Reply =
  | { status: number; body: unknown; headers?: Record<string, string>; delayMs?: number }
  | { status: number; html: string; headers?: Record<string, string> }
  | { status: number; bytes: Buffer; headers: Record<string, string> };

export type ErrorStyle = "dated" | "v1";

/** A refusal in the gateway's own words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly headers: Record<string, string>;
  constructor(status: number, code: string, said: string | { message: string; type?: string; headers?: Record<string, string> }) {
    const extra = typeof said === "string" ? { message: said } : said;
    super(extra.message);
    this.status = status;
    this.code = code;
    this.type = extra.type ?? (status >= 500 ? "api_error" : "invalid_request_error");
    this.headers = extra.headers ?? {};
  }
}

export function refusalReply(refusal: Refusal, style: ErrorStyle): Reply {
  const body =
    style === "v1" ? { status: "ERROR", subCode: String(refusal.status), message: refusal.message } : { message: refusal.message, code: refusal.code, type: refusal.type };
  return { status: refusal.status, body, headers: refusal.headers };
}

/** Reads a JSON body through a shape; anything else is the gateway's plain 400. */
export function readBody<T extends z.ZodMiniType>(ask: Ask, shape: T): z.infer<T> {
  const parsed = parseJson(ask.raw.toString("utf8"));
  const read = shape.safeParse(parsed?.value);
  if (parsed === null || !read.success) {
    const [issue] = read.success ? [] : read.error.issues;
    const field = issue?.path.map(String).join(".") ?? "";
    throw new Refusal(
      400,
      field === "" ? "request_failed" : `${field}_invalid`,
      field === "" ? "bad request: body is not valid JSON" : `${field} : missing or invalid in the request`,
    );
  }
  return read.data;
}

export function rupeesOf(paiseText: string): LosslessNumber {
  return rupeesNumber(paise(BigInt(paiseText)));
}

export function paddedRupeesOf(paiseText: string): LosslessNumber {
  return rupeesNumberPadded(paise(BigInt(paiseText)));
}

export function decimalOf(paiseText: string): string {
  return toRupeesDecimal(paise(BigInt(paiseText)));
}

export function paiseText(value: Paise): string {
  return value.toString();
}

/** JSON as Go's encoder writes it: trailing zeros kept, <, > and & escaped. Re-serialising it elsewhere breaks its signature, on purpose. */
export function goJson(value: unknown): string {
  return toJson(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

const reference = startOfIstDay("1970-01-01");

function dateOf(ms: number): Date {
  return plusMs(reference, ms - reference.getTime());
}

/** A moment with its Indian offset, as the payment side writes it. */
export function istOf(ms: number): string {
  return toIst(dateOf(ms));
}

/** UTC with a Z, as the payout side writes it. */
export function utcOf(ms: number): string {
  return `${dateOf(ms).toISOString().slice(0, 19)}Z`;
}

/** Indian time without its zone: a habit of link and payout events. */
export function zonelessOf(ms: number): string {
  return istOf(ms).slice(0, 19);
}

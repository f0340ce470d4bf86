// The parts of a request, parsed strictly: what a contract does not name is refused.
import * as z from "zod/mini";
import { AppError } from "@/lib/errors";
import { readCapped } from "./body.ts";

export type Shape = z.ZodMiniType;

/** The raw bytes of a JSON body, no longer than the cap. */
export async function readBody(request: Request, capBytes: number): Promise<Uint8Array> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const raw = await readCapped(request, capBytes);
  if (raw.length > 0 && type !== "application/json") throw new AppError("unsupported_media_type", "not_json", "Send application/json.");
  return raw;
}

/** What the contract makes of one part; throws with every field that is not acceptable. */
export async function parsePart(shape: Shape | undefined, value: unknown, code: "bad_request" | "unprocessable"): Promise<unknown> {
  if (shape === undefined) return undefined;
  if (holdsNul(value)) throw new AppError(code, "invalid_input", "Text may not hold a NUL character.");
  const parsed = await z.safeParseAsync(shape, value === undefined ? {} : value);
  if (parsed.success) return parsed.data;
  const detail = Object.fromEntries(
    parsed.error.issues.slice(0, 10).map((issue) => [issue.path.map(String).join(".") || "body", issue.code === "unrecognized_keys" ? "unknown field" : issue.message]),
  );
  throw new AppError(code, "invalid_input", "Some fields are missing or not acceptable.", { detail });
}

/** No text column keeps a NUL, so it is refused here for every contract at once. */
function holdsNul(value: unknown): boolean {
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === "string" && next.includes("\0")) return true;
    if (typeof next === "object" && next !== null) left.push(...Object.keys(next), ...(Object.values(next) as unknown[]));
  }
  return false;
}

/** The query as names and values; a name given twice counts once, with its last value. */
export function queryOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}

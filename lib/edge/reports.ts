import * as z from "zod/mini";
import { parseJson, readCapped } from "@/lib/http/body";
import { guestCtx } from "@/lib/http/guest";
import { problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";
import { raiseQuietly } from "@/lib/monitoring";
import { LimitError, requireEntry, requireQuota } from "./guard.ts";

const capBytes = 16 * 1024;

const text = z.optional(z.string());
const oldReport = z.object({ "csp-report": z.object({ "effective-directive": text, "violated-directive": text, "blocked-uri": text }) });
const newReports = z.array(z.object({ type: z.string(), body: z.optional(z.object({ effectiveDirective: text, blockedURL: text })) })).check(z.maxLength(50));

type Violation = { directive: string; blocked: string };

/** The directive's name, and of what was blocked its kind or origin: addresses in a report may carry anything. */
function violation(directive: string | undefined, blocked: string | undefined): Violation {
  const name = /^[a-z-]{3,40}/.exec(directive ?? "")?.[0] ?? "unknown";
  if (blocked !== undefined && /^[a-z-]{1,30}$/.test(blocked)) return { directive: name, blocked };
  return { directive: name, blocked: URL.canParse(blocked ?? "") ? new URL(blocked ?? "").origin.slice(0, 100) : "unknown" };
}

function violationsOf(sent: unknown): Violation[] {
  const old = oldReport.safeParse(sent);
  if (old.success) {
    const report = old.data["csp-report"];
    return [violation(report["effective-directive"] ?? report["violated-directive"], report["blocked-uri"])];
  }
  const reports = newReports.safeParse(sent);
  if (!reports.success) return [];
  return reports.data.filter((report) => report.type === "csp-violation").map(({ body }) => violation(body?.effectiveDirective, body?.blockedURL));
}

/** Takes browsers' reports of what the content policy stopped: anyone may send one, so they are capped, counted and added up. */
export async function receiveReports(request: Request): Promise<Response> {
  const ctx = guestCtx(request, requestIdOf(request.headers));
  try {
    await requireEntry(ctx, request.headers);
    await requireQuota(ctx, "guest");
    const sent = parseJson(await readCapped(request, capBytes));
    for (const each of violationsOf(sent).slice(0, 5)) await raiseQuietly(ctx, { event: "csp.violated", fields: each }, `${each.directive} ${each.blocked}`);
    return new Response(null, { status: 204, headers: { "x-request-id": ctx.requestId } });
  } catch (error) {
    return problemResponse(error, ctx.requestId, error instanceof LimitError ? error.headers : {});
  }
}

import { AppError, errorStatus, type Reason } from "@/lib/errors";

/** RFC 9457 body of every refusal. `code` is stable, `title` a sentence for the person. */
export type Problem = { type: string; status: number; code: string; title: string; requestId: string; reasons: Reason[]; detail: Record<string, string> };

/** Turns anything thrown into a problem; what is not an AppError says nothing about itself. */
export function toProblem(error: unknown, requestId: string): Problem {
  const known = error instanceof AppError ? error : new AppError("internal", "unexpected", "Something went wrong on our side. Nothing was changed unless it says so elsewhere.");
  return {
    type: `urn:countersign:problem:${known.kind}`,
    status: errorStatus[known.code],
    code: known.kind,
    title: known.message,
    requestId,
    reasons: known.reasons,
    detail: known.detail,
  };
}

/** When to come back, where a refusal says so. */
export function retryHeaders(error: unknown): Record<string, string> {
  return error instanceof AppError && error.retryAfterSeconds !== undefined ? { "retry-after": String(error.retryAfterSeconds) } : {};
}

export function problemResponse(error: unknown, requestId: string, extraHeaders: Record<string, string> = {}): Response {
  const problem = toProblem(error, requestId);
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store", "x-request-id": requestId, ...extraHeaders, ...retryHeaders(error) };
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

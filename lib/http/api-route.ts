// The door frame of the service API: signature → client → address → scope → quota → strict parse → once per key → act → answer.
import "server-only";
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { recordDenial } from "@/lib/audit";
import { answerOnce, requireMayCall, verifyCall, type Answer, type KnownCall } from "@/lib/clients";
import type { ApiScope } from "@/lib/clients/contract";
import type { ClientActor, Ctx } from "@/lib/context";
import { LimitError, requireAddress, requireEdge, requireQuota } from "@/lib/edge";
import { AppError } from "@/lib/errors";
import { log, noteRefusal, raiseQuietly } from "@/lib/monitoring";
import { parseJson, readCapped } from "./body.ts";
import { guestCtx } from "./guest.ts";
import { parsePart, queryOf, type Shape } from "./parts.ts";
import { problemResponse, toProblem } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

type Parsed<S extends Shape | undefined> = S extends Shape ? z.output<S> : undefined;

/** One thing a program can ask for; the published document is made from the same object. */
export type Operation<
  B extends Shape | undefined = Shape | undefined,
  Q extends Shape | undefined = Shape | undefined,
  P extends Shape | undefined = Shape | undefined,
  O extends Shape = Shape,
> = {
  id: string;
  method: "GET" | "POST";
  /** With its parameters in braces: `/api/v1/payouts/{id}`. */
  path: string;
  scope: ApiScope;
  summary: string;
  /** Names the object in the audit of a refusal, e.g. "payout". */
  object: string;
  body?: B;
  query?: Q;
  params?: P;
  output: O;
  status: 200 | 201;
};

type NextContext = { params: Promise<Record<string, string | string[] | undefined> | undefined> };
export type ApiHandler = ((request: Request, context: NextContext) => Promise<Response>) & { operation: Operation };
type ClientCtx = Ctx & { actor: ClientActor };

const bodyCapBytes = 64 * 1024;

/** Declares one handler of /api/v1. Cookies are not looked at: who calls is said by the signature alone. */
export function defineApiRoute<O extends Shape, B extends Shape | undefined = undefined, Q extends Shape | undefined = undefined, P extends Shape | undefined = undefined>(
  operation: Operation<B, Q, P, O>,
  run: (ctx: ClientCtx, input: { body: Parsed<B>; query: Parsed<Q>; params: Parsed<P> }) => Promise<z.input<O>>,
): ApiHandler {
  const handler = async (request: Request, context: NextContext): Promise<Response> => {
    const guest = guestCtx(request, requestIdOf(request.headers));
    let ctx: Ctx = guest;
    let limits: Record<string, string> = {};
    try {
      await requireEdge(guest, request.headers);
      await requireAddress(guest, "client");
      const call = await verifyCall(guest, { method: request.method, url: new URL(request.url), headers: request.headers, readBody: () => readCapped(request, bodyCapBytes) });
      ctx = call.ctx;
      limits = await admit(call, operation.scope);
      const params = (await parsePart(operation.params, await context.params, "bad_request")) as Parsed<P>;
      const query = (await parsePart(operation.query, onceEach(request), "bad_request")) as Parsed<Q>;
      if (operation.method === "GET") {
        const answer = { status: operation.status, body: z.parse(operation.output, await run(call.ctx, { body: undefined as Parsed<B>, query, params })) };
        return reply(answer, ctx, limits);
      }
      const body = (await parsePart(operation.body, bodyOf(request, call.raw), "unprocessable")) as Parsed<B>;
      const claim = claimOf(request, operation, call.raw);
      const keyed = { ...call.ctx, idempotency: { key: claim.key, route: `${operation.method} ${operation.path}`, bodyHash: claim.requestHash } };
      const answer = await answerOnce({ ctx: keyed, ...claim }, () =>
        settled(keyed, async () => ({ status: operation.status, body: z.parse(operation.output, await run(keyed, { body, query, params })) })),
      );
      if (answer.status >= 400 && !answer.replayed) await note(keyed, operation, { kind: String((answer.body as { code?: unknown }).code) });
      return reply(answer, ctx, { ...limits, ...(answer.replayed ? { "idempotency-replayed": "true" } : {}) });
    } catch (error) {
      return refuse(error, { ctx, operation, limits });
    }
  };
  return Object.assign(handler, { operation: operation as unknown as Operation });
}

/** Whether this client may ask for this, now, from here, and not too often. */
async function admit(call: KnownCall, scope: ApiScope): Promise<Record<string, string>> {
  requireMayCall(call);
  await requireAddress(call.ctx, "client", call.ctx.actor.clientId);
  if (!call.ctx.actor.scopes.includes(scope)) throw new AppError("forbidden", "scope_missing", `This API client may not do this: it needs the scope ${scope}.`);
  return requireQuota(call.ctx, "api");
}

/** The query; a name given twice is refused, because two readers could take different ones. */
function onceEach(request: Request): Record<string, string> {
  const { searchParams } = new URL(request.url);
  if (new Set(searchParams.keys()).size !== searchParams.size) throw new AppError("bad_request", "invalid_input", "A query parameter is given twice.");
  return queryOf(request);
}

function bodyOf(request: Request, raw: Uint8Array): unknown {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new AppError("unsupported_media_type", "not_json", "Send application/json.");
  return parseJson(raw);
}

function claimOf(request: Request, { method, path }: { method: string; path: string }, raw: Uint8Array): { key: string; requestHash: string } {
  const key = request.headers.get("idempotency-key") ?? "";
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(key)) throw new AppError("bad_request", "idempotency_key", "Send an Idempotency-Key of 16 to 64 letters, digits, - or _.");
  return { key, requestHash: createHash("sha256").update(`${method} ${path}\n`).update(raw).digest("hex") };
}

// These say that nothing was done and the same request may come again.
const openEnded = new Set(["contended", "idempotency_in_progress"]);

/** The answer of an act, refusals included, and whether it stands for repeats under the same key. */
async function settled(ctx: ClientCtx, act: () => Promise<Answer>): Promise<{ answer: Answer; keep: boolean }> {
  try {
    return { answer: await act(), keep: true };
  } catch (error) {
    const passing = error instanceof AppError && (error.code === "unavailable" || openEnded.has(error.kind));
    if (passing) return { answer: problemAnswer(error, ctx), keep: false };
    if (!(error instanceof AppError)) log.error({ requestId: ctx.requestId, error }, "an API request failed");
    return { answer: problemAnswer(error, ctx), keep: true };
  }
}

function problemAnswer(error: unknown, ctx: Ctx): Answer {
  const problem = toProblem(error, ctx.requestId);
  return { status: problem.status, body: problem };
}

function reply(answer: Answer, ctx: Ctx, headers: Record<string, string>): Response {
  const type = answer.status >= 400 ? "application/problem+json" : "application/json";
  const retry = answer.status === 503 || (answer.status === 409 && openEnded.has(String((answer.body as { code?: unknown }).code))) ? { "retry-after": "1" } : {};
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { "content-type": type, "cache-control": "no-store", "x-request-id": ctx.requestId, ...retry, ...headers },
  });
}

type Refused = { ctx: Ctx; operation: { method: string; path: string; object: string }; limits: Record<string, string> };

async function refuse(error: unknown, { ctx, operation, limits }: Refused): Promise<Response> {
  if (!(error instanceof AppError)) log.error({ requestId: ctx.requestId, path: operation.path, error }, "an API request failed");
  else if (ctx.actor.kind === "client") await note({ ...ctx, actor: ctx.actor }, operation, error);
  await noteRefusal(ctx, error, `${operation.method} ${operation.path}`);
  return problemResponse(error, ctx.requestId, { ...limits, ...(error instanceof LimitError ? error.headers : {}), ...challenge(error) });
}

/** A 401 says what would open the door. */
function challenge(error: unknown): Record<string, string> {
  return error instanceof AppError && error.code === "unauthenticated" ? { "accept-signature": 'sig1=("@method" "@path" "@query");created;nonce;keyid;alg' } : {};
}

const accessKinds = new Set(["client_disabled", "client_expired", "address_not_allowed", "scope_missing"]);

/** A refused act of a known client is in the trail; what says that it asks beyond its rights is a security event too. */
async function note(ctx: ClientCtx, operation: Refused["operation"], { kind }: { kind: string }): Promise<void> {
  const door = `${operation.method} ${operation.path}`;
  if (accessKinds.has(kind)) await raiseQuietly(ctx, { event: "client.refused", fields: { door, reason: kind } }, `${ctx.actor.clientId} ${door} ${kind}`);
  if (operation.method === "GET" && !accessKinds.has(kind)) return;
  if (kind === "rate_limited" || kind === "address_refused") return;
  try {
    await recordDenial(ctx, { verb: door, objectKind: operation.object, objectId: "-", reason: kind });
  } catch (error) {
    log.error({ requestId: ctx.requestId, error }, "a refused attempt could not be audited");
  }
}

/** Every path of /api/v1 that is none: the same shape of answer as everywhere else. */
export async function noSuchPath(request: Request): Promise<Response> {
  return problemResponse(new AppError("not_found", "no_such_path", "There is nothing at this path of the API."), requestIdOf(request.headers));
}

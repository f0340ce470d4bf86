// The door frame of every handler: origin → session → permission → strict parse → act → parse the answer.
import "server-only";
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { requirePermission, type Permission } from "@/lib/access";
import { recordDenial } from "@/lib/audit";
import { authenticate, requireStepUp, writeSessionCookie } from "@/lib/auth";
import type { StepUpAct } from "@/lib/auth/contract";
import { config } from "@/lib/config";
import type { Ctx } from "@/lib/context";
import { defaultClass, searchesFor, type RouteClass } from "@/lib/edge/policy";
import { LimitError, requireAddressFor, requireEntry, requireQuota } from "@/lib/edge";
import { AppError, errorStatus, isAppError } from "@/lib/errors";
import { log, noteRefusal } from "@/lib/monitoring";
import { parseJson } from "./body.ts";
import { guestCtx } from "./guest.ts";
import { requireOwnHost, requireOwnOrigin } from "./origin.ts";
import { parsePart, queryOf, readBody, type Shape } from "./parts.ts";
import { problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import { costlyClasses, takingTurns } from "./turns.ts";

/** `public`: anyone. `session`: any fully signed-in person. Otherwise the permission the act needs. */
export type RouteAccess = Permission | "public" | "session";

type Parsed<S extends Shape | undefined> = S extends Shape ? z.output<S> : undefined;

type RouteSpec<B extends Shape | undefined, Q extends Shape | undefined, P extends Shape | undefined, O extends Shape> = {
  access: RouteAccess;
  /** Asks for a factor shown in this session, for this kind of act, within five minutes. */
  stepUp?: StepUpAct;
  /** How often it may be asked; by default what method and access say. */
  limit?: RouteClass;
  /** Names the object in the audit of a refusal, e.g. "payout". */
  object: string;
  body?: B;
  query?: Q;
  params?: P;
  output: O;
  /** Refuses a request without an Idempotency-Key; the command then stores its answer under it. */
  idempotent?: boolean;
  bodyCapBytes?: number;
  /** Reads much to answer little: only a few run at once, whoever asks. Searches, exports and reveals always do. */
  costly?: boolean;
  /** Asks what would happen and changes nothing, so its refusals are no attempts and stay out of the trail. */
  dryRun?: boolean;
  /** Default 200. */
  statusOf?: (answer: z.input<O>) => number;
  run: (ctx: Ctx, input: { body: Parsed<B>; query: Parsed<Q>; params: Parsed<P> }) => Promise<z.input<O>>;
};

/** The framework gives handlers without parameters no object at all. */
type NextContext = { params: Promise<Record<string, string | string[] | undefined> | undefined> };

export type RouteHandler = ((request: Request, context: NextContext) => Promise<Response>) & { access: RouteAccess; stepUp: StepUpAct | null; limit: RouteClass | null };

/** Declares one HTTP handler. GET specs take no body; every other method must come from our own origin with JSON. */
export function defineRoute<O extends Shape, B extends Shape | undefined = undefined, Q extends Shape | undefined = undefined, P extends Shape | undefined = undefined>(
  spec: RouteSpec<B, Q, P, O>,
): RouteHandler {
  const limitOf = (request: Request): RouteClass =>
    spec.limit ?? defaultClass(request.method, spec.access, { dryRun: spec.dryRun === true, stepUp: spec.stepUp ?? null, searching: searchesFor(request.url) });
  const inTurn = takingTurns();
  const handler = async (request: Request, context: NextContext): Promise<Response> => {
    const requestId = requestIdOf(request.headers);
    let ctx: Ctx = guestCtx(request, requestId);
    let limits: Record<string, string> = {};
    try {
      const changes = request.method !== "GET" && request.method !== "HEAD";
      const limit = limitOf(request);
      if (limit !== "health") await enter(request, ctx);
      if (changes) requireOwnOrigin(request.headers, config().appOrigin);
      if (spec.access !== "public") ctx = await recognise(request, ctx);
      limits = await requireQuota(ctx, limit);
      if (spec.access !== "public" && spec.access !== "session") {
        requirePermission(ctx.actor, spec.access);
        if (changes) await requireAddressFor(ctx, spec.access);
      }
      if (spec.stepUp !== undefined) await requireStepUp(ctx, spec.stepUp);
      const params = (await parsePart(spec.params, await context.params, "bad_request")) as Parsed<P>;
      const query = (await parsePart(spec.query, queryOf(request), "bad_request")) as Parsed<Q>;
      const raw = changes ? await readBody(request, spec.bodyCapBytes ?? 64 * 1024) : null;
      const body = (await parsePart(spec.body, raw === null || raw.length === 0 ? undefined : parseJson(raw), "unprocessable")) as Parsed<B>;
      if (spec.idempotent) ctx = withKey(ctx, request, raw ?? new Uint8Array());
      const act = () => spec.run(ctx, { body, query, params });
      const answer = spec.costly === true || costlyClasses.has(limit) ? await inTurn(act) : await act();
      return Response.json(z.parse(spec.output, answer), {
        status: spec.statusOf?.(answer) ?? 200,
        headers: { "cache-control": "no-store", "x-request-id": requestId, ...limits },
      });
    } catch (error) {
      return await refuse(error, { ctx, spec, request, context, limits });
    }
  };
  return Object.assign(handler, { access: spec.access, stepUp: spec.stepUp ?? null, limit: spec.limit ?? null });
}

async function enter(request: Request, ctx: Ctx): Promise<void> {
  await requireEntry(ctx, request.headers);
  requireOwnHost(request.headers, config().appOrigin);
}

/** The request's person; strangers who keep knocking with no or a dead session are counted by their address. */
async function recognise(request: Request, ctx: Ctx): Promise<Ctx> {
  try {
    return await authenticate(request, ctx, writeSessionCookie);
  } catch (error) {
    if (isAppError(error) && error.code === "unauthenticated") await requireQuota(ctx, "guest");
    throw error;
  }
}

type Refused = { ctx: Ctx; spec: { access: RouteAccess; object: string; dryRun?: boolean }; request: Request; context: NextContext; limits: Record<string, string> };

// The room that refused these has written its own row; a wish for a fresh factor is a question, not a refusal.
const auditedByRoom = new Set(["wrong_code", "code_used", "too_many_attempts", "passkey_refused", "step_up_needed", "rate_limited", "address_refused"]);

async function refuse(error: unknown, at: Refused): Promise<Response> {
  const { ctx, request } = at;
  const path = new URL(request.url).pathname;
  const params: Params = Object.entries((await at.context.params) ?? {});
  if (!(error instanceof AppError)) log.error({ requestId: ctx.requestId, path, error }, "request failed");
  else if (isAttempt(error, at)) await recordAttempt(at, params, error.kind);
  else if (ctx.actor.kind === "guest") log.info({ requestId: ctx.requestId, method: request.method, path, kind: error.kind, ip: ctx.ip }, "refused a guest");
  await noteRefusal(ctx, error, doorOf(request, params));
  return problemResponse(error, ctx.requestId, error instanceof LimitError ? error.headers : at.limits);
}

/** A refused act of a known person, or a look at what is not theirs. Guests are logged: a stranger must not fill the trail. */
function isAttempt(error: AppError, { ctx, spec, request }: Refused): boolean {
  if (ctx.actor.kind === "guest" || auditedByRoom.has(error.kind)) return false;
  if (error.kind === "permission_denied") return true;
  return request.method !== "GET" && spec.dryRun !== true && errorStatus[error.code] < 500;
}

type Params = [name: string, value: string | string[] | undefined][];

/** Method and path with its parameters' names: the door, not what somebody wrote into the address. */
function doorOf(request: Request, params: Params): string {
  const path = params.reduce((at, [name, value]) => at.replace(`/${encodeURIComponent(String(value))}`, `/[${name}]`), new URL(request.url).pathname);
  return `${request.method} ${path.slice(0, 120)}`;
}

async function recordAttempt({ ctx, spec, request }: Refused, params: Params, kind: string): Promise<void> {
  try {
    const id = params.find(([name]) => name === "id")?.[1];
    const objectId = typeof id === "string" && /^[a-z]{1,5}_[0-9a-z]{26}$/.test(id) ? id : "-";
    await recordDenial(ctx, { verb: doorOf(request, params), objectKind: spec.object, objectId, reason: kind });
  } catch (error) {
    log.error({ requestId: ctx.requestId, error }, "a refused attempt could not be audited");
  }
}

function withKey(ctx: Ctx, request: Request, raw: Uint8Array): Ctx {
  const key = request.headers.get("idempotency-key");
  if (key === null || !/^[A-Za-z0-9_-]{16,64}$/.test(key)) throw new AppError("bad_request", "idempotency_key", "Send an Idempotency-Key of 16 to 64 letters, digits, - or _.");
  return { ...ctx, idempotency: { key, route: new URL(request.url).pathname, bodyHash: createHash("sha256").update(raw).digest("hex") } };
}

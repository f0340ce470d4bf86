// The browser's one way to our own API: typed answers, problem+json as `ApiProblem`.
import * as z from "zod/mini";
import type { Reason } from "@/lib/errors";
import { askForFactor, sessionEnded, watchesSession } from "./shell-hooks.ts";

const problemShape = z.object({
  status: z.number(),
  code: z.string(),
  title: z.string(),
  requestId: z.string(),
  reasons: z.array(z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) })),
  detail: z.record(z.string(), z.string()),
});

export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly reasons: Reason[];
  readonly requestId: string;
  readonly retryAfterSeconds: number | null;
  readonly detail: Record<string, string>;

  constructor(problem: { status: number; code: string; title: string; requestId: string; reasons: Reason[]; detail: Record<string, string> }, retryAfterSeconds: number | null) {
    super(problem.title);
    this.name = "ApiProblem";
    this.status = problem.status;
    this.code = problem.code;
    this.reasons = problem.reasons;
    this.requestId = problem.requestId;
    this.retryAfterSeconds = retryAfterSeconds;
    this.detail = problem.detail;
  }
}

/** `background` says whether a person asked for it; left out, the browser knows whether a key or press came before. */
type Options = { idempotencyKey?: string; signal?: AbortSignal; background?: boolean };

type Asked<S> = { method: "GET" | "POST"; path: string; shape: S; body: unknown; options: Options };

/**
 * One request, and once more where that helps and nothing was done yet: after the person showed the fresh factor it asked
 * for, or when another tab's answer renewed the session's cookie while this request was on its way.
 */
async function call<S extends z.ZodMiniType>(asked: Asked<S>): Promise<z.output<S>> {
  try {
    return await callOnce(asked);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.code === "step_up_needed" && (await askForFactor(error.detail["act"] ?? ""))) return callOnce(asked);
    if (error.status !== 401 || error.code !== "signed_out" || !watchesSession()) throw error;
    await new Promise((resolve) => setTimeout(resolve, 400));
    return callOnce(asked).catch((again: unknown) => {
      if (again instanceof ApiProblem && again.status === 401) sessionEnded();
      throw again;
    });
  }
}

async function callOnce<S extends z.ZodMiniType>({ method, path, shape, body, options }: Asked<S>): Promise<z.output<S>> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (method === "POST") headers["content-type"] = "application/json";
  // A look no key or press of the person asked for (a poll) says so, and does not keep their session alive.
  if (method === "GET" && (options.background ?? navigator.userActivation?.isActive === false)) headers["x-background"] = "1";
  if (options.idempotencyKey !== undefined) headers["idempotency-key"] = options.idempotencyKey;
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (method === "POST") init.body = JSON.stringify(body);
  if (options.signal !== undefined) init.signal = options.signal;
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem({ status: 0, code: "offline", title: "The server cannot be reached. Check the connection and try again.", requestId: "", reasons: [], detail: {} }, null);
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return z.parse(shape, answer);
  const problem = problemShape.safeParse(answer);
  const retry = Number(response.headers.get("retry-after"));
  throw new ApiProblem(
    problem.success
      ? { ...problem.data, reasons: problem.data.reasons.map(({ wayOut, ...reason }) => (wayOut === undefined ? reason : { ...reason, wayOut })) }
      : {
          status: response.status,
          code: "unexpected",
          title: "The server gave an answer this page does not understand.",
          requestId: response.headers.get("x-request-id") ?? "",
          reasons: [],
          detail: {},
        },
    Number.isFinite(retry) && retry > 0 ? retry : null,
  );
}

/** The JSON of an answer whatever its status says: for health, where "not ready" is an answer and not a failure. */
async function look<S extends z.ZodMiniType>(path: string, shape: S, options: { signal?: AbortSignal } = {}): Promise<z.output<S>> {
  const init: RequestInit = { cache: "no-store", headers: { accept: "application/json" } };
  if (options.signal !== undefined) init.signal = options.signal;
  return z.parse(shape, await (await fetch(path, init)).json());
}

export const api = {
  look,
  get: <S extends z.ZodMiniType>(path: string, shape: S, options: Options = {}) => call({ method: "GET", path, shape, body: undefined, options }),
  post: <S extends z.ZodMiniType>(path: string, body: unknown, shape: S, options: Options = {}) => call({ method: "POST", path, shape, body, options }),
};

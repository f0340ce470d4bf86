// What a door does not do is refused in the same words everywhere, with what it does; the framework's own answer is empty.
import "server-only";
import { AppError } from "@/lib/errors";
import { methodNames } from "./method-names.ts";
import { problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

type Method = (typeof methodNames)[number];

type Declared = (request: Request, context: never) => Promise<Response>;
type Door = (request: Request, context: { params: Promise<Record<string, string | string[] | undefined> | undefined> }) => Promise<Response>;

/** The methods a route file does not declare itself: HEAD asks GET, OPTIONS tells what there is, and the rest is a 405. */
export function otherMethods<Own extends Method>(own: Record<Own, Declared>): Record<Exclude<Method, Own>, Door> {
  const declared = own as Partial<Record<Method, Door>>;
  const has = (method: Method): boolean => method === "OPTIONS" || (method === "HEAD" ? declared.GET : declared[method]) !== undefined;
  const allow = methodNames.filter(has).join(", ");
  const refuse: Door = async (request) =>
    problemResponse(new AppError("method_not_allowed", "method_not_allowed", `This address does not do ${request.method}; it does ${allow}.`), requestIdOf(request.headers), {
      allow,
    });
  const tell: Door = async (request) => new Response(null, { status: 204, headers: { allow, "cache-control": "no-store", "x-request-id": requestIdOf(request.headers) } });
  const doors: Record<Method, Door> = { GET: refuse, HEAD: declared.GET ?? refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse, OPTIONS: tell };
  return doors;
}

// The door frame of webhook receivers: no session and no origin, the signature decides. Statuses are a contract with the sender.
import "server-only";
import { isAppError } from "@/lib/errors";
import { AppError } from "@/lib/errors";
import { readCapped } from "./body.ts";
import { problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

const bodyCapBytes = 256 * 1024;

type Receive = (headers: Headers, readBody: () => Promise<Uint8Array>) => Promise<void>;
type Handler = ((request: Request) => Promise<Response>) & { access: "public" };

/** Declares a receiver: POST stores and answers 200, every other method 405. Anyone may knock; only a signature opens. */
export function defineWebhook(receive: Receive): { POST: Handler; refuse: Handler } {
  const post = async (request: Request): Promise<Response> => {
    const requestId = requestIdOf(request.headers);
    try {
      await receive(request.headers, () => readCapped(request, bodyCapBytes));
      return new Response(null, { status: 200, headers: { "x-request-id": requestId } });
    } catch (error) {
      return problemResponse(isAppError(error) ? error : new AppError("bad_request", "unreadable", "The request could not be read."), requestId);
    }
  };
  const refuse = async (request: Request): Promise<Response> =>
    problemResponse(new AppError("method_not_allowed", "method_not_allowed", "Send POST."), requestIdOf(request.headers), { allow: "POST" });
  return { POST: Object.assign(post, { access: "public" as const }), refuse: Object.assign(refuse, { access: "public" as const }) };
}

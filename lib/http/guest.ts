import type { Ctx } from "@/lib/context";
import { clockNow } from "@/lib/time";
import { clientIp } from "./address.ts";
import { userAgentOf } from "./user-agent.ts";

/** The context of a request before anybody is known: who comes from where, at what instant. */
export function guestCtx(request: { headers: Headers }, requestId: string): Ctx {
  return {
    actor: { kind: "guest", name: "guest", permissions: [] },
    requestId,
    now: clockNow(),
    ip: clientIp(request.headers),
    userAgent: userAgentOf(request.headers),
    idempotency: null,
  };
}

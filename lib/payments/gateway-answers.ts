import type { GatewayResult } from "@/lib/cashfree";
import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";

/** The value of a certain answer, null when the gateway knows no such thing; throws `bad_gateway` when it is not known now. */
export function certain<T>(result: GatewayResult<T>, what: string): T | null {
  if (result.kind === "answer") return result.value;
  if (result.kind === "not_found") return null;
  const retry = result.kind === "rate_limited" ? { retryAfterSeconds: result.retryAfterSeconds } : {};
  throw new AppError("bad_gateway", `gateway_${result.kind}`, `Cashfree did not say how ${what} stands. It is asked again by itself.`, retry);
}

/** Which gateway this process talks to; stored with each link, so that one made elsewhere is never mistaken for ours. */
export function gatewayEnvironment(): "emulator" | "sandbox" | "production" {
  const { cashfree, mode } = config();
  if (cashfree.emulatorUrl !== null) return "emulator";
  return mode === "production" ? "production" : "sandbox";
}

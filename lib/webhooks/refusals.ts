import { systemCtx } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import { addressKey } from "@/lib/http/address";
import { raiseQuietly } from "@/lib/monitoring";
import type { WebhookSource } from "./contract.ts";
import { receive } from "./receive.ts";

/** Receives a delivery, and notes a missing or wrong signature as a security event: one per address and minute at most. */
export async function receiveNoted(source: WebhookSource, headers: Headers, given: { readBody: () => Promise<Uint8Array>; ip: string | null }): Promise<void> {
  try {
    await receive(source, headers, given.readBody);
  } catch (error) {
    const ctx = { ...systemCtx("webhook sender", "guest"), ip: given.ip };
    if (isAppError(error, "bad_signature")) await raiseQuietly(ctx, { event: "webhook.bad_signature", fields: { source } }, `${source} ${addressKey(given.ip)}`);
    throw error;
  }
}

import { constants, publicEncrypt } from "node:crypto";
import { clockNow, secondMs } from "@/lib/time";
import type { CashfreeSettings } from "./http.ts";

/**
 * Proves to the payout product who calls where its addresses are not allow-listed: "client id . seconds", encrypted with the
 * gateway's own key (RSA-OAEP, SHA-1 on both places: its choice). Good for ten minutes, so made anew for every request.
 */
export function callerMark({ payoutKey, payout }: Pick<CashfreeSettings, "payoutKey" | "payout">): Record<string, string> {
  if (payoutKey === null) return {};
  const said = `${payout.clientId}.${Math.floor(clockNow().getTime() / secondMs)}`;
  const mark = publicEncrypt({ key: payoutKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" }, Buffer.from(said, "utf8"));
  return { "x-cf-signature": mark.toString("base64") };
}

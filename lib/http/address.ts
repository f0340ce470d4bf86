import { isIP } from "node:net";
import { config } from "@/lib/config";

/**
 * The caller's address: the socket's, as the web process's own preload notes it under a name nobody outside knows, or,
 * behind N trusted proxies, the N-th from the right of X-Forwarded-For. Null ("unknown") when neither can be had.
 */
export function clientIp(headers: Headers): string | null {
  const { peerHeader, trustedHops } = config();
  const peer = peerHeader === null ? null : plain(headers.get(peerHeader));
  if (trustedHops === 0 || peer === null) return peer;
  const hops = (headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  return plain(hops.at(-trustedHops) ?? null);
}

/** An IPv4 or IPv6 address without mapping prefix, zone or port; null for anything else. */
function plain(text: string | null): string | null {
  const address = (text ?? "").replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  return isIP(address) === 0 ? null : address;
}

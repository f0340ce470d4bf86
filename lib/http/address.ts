import { timingSafeEqual } from "node:crypto";
import ipaddr from "ipaddr.js";
import { config } from "@/lib/config";
import { undressed } from "./undressed.ts";

/** The header under which the trusted proxy in front proves that a request came through it. */
export const edgeSecretHeader = "x-edge-secret";

/**
 * The caller's address: the socket's, as the web process's own preload notes it under a name nobody outside knows, or,
 * behind N trusted proxies, the N-th from the right of X-Forwarded-For. Null ("unknown") when neither can be had.
 */
export function clientIp(headers: Headers): string | null {
  const { peerHeader, trustedHops } = config();
  const peer = peerHeader === null ? null : plain(headers.get(peerHeader));
  if (trustedHops === 0 || peer === null) return peer;
  // Who reached us around the proxy may have written the whole chain.
  if (!cameThroughEdge(headers)) return null;
  const hops = (headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  return plain(hops.at(-trustedHops) ?? null);
}

/** Whether the request carries the edge's secret, where there is one to carry. */
export function cameThroughEdge(headers: Headers): boolean {
  const { edgeSecret } = config();
  if (edgeSecret === null) return true;
  const given = Buffer.from(headers.get(edgeSecretHeader) ?? "");
  const wanted = Buffer.from(edgeSecret.reveal());
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/**
 * The key under which an address is counted: IPv4 itself, in whatever IPv6 clothes it came, because a translator's and a
 * Teredo server's /64 holds all its customers; IPv6 its /64, because one customer holds all of it.
 */
export function addressKey(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.parse(undressed(ip));
  if (address.kind() === "ipv4") return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`;
}

/** The network around an address: the smallest that one operator can announce to the world, a /24 or a /48; as it came, because a session stays with it. */
export function networkKey(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.process(ip);
  if (address.kind() === "ipv4") return `${ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/24`).toString()}/24`;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/48`).toString()}/48`;
}

/** An IPv4 or IPv6 address in its one spelling, without mapping prefix, zone or port; null for anything else. */
function plain(text: string | null): string | null {
  const address = (text ?? "").replace(/%.*$/, "");
  // Only the four-part form: "1", "0x7f.1" and the like are addresses to some parsers and not to others.
  if (!address.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(address)) return null;
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : null;
}

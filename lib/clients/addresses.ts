import { BlockList, isIP } from "node:net";
import { AppError } from "@/lib/errors";

const widest = { ipv4: 8, ipv6: 16 } as const;

type Range = { address: string; prefix: number; family: "ipv4" | "ipv6" };

function parseRange(text: string): Range | null {
  const [address = "", prefixText] = text.split("/");
  const version = isIP(address);
  if (version === 0) return null;
  const bits = version === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  const family = version === 4 ? "ipv4" : "ipv6";
  return prefix >= widest[family] && prefix <= bits ? { address, prefix, family } : null;
}

/** The ranges as they are stored; throws `unprocessable` for what is no range, or is nearly the whole world. */
export function requireRanges(texts: readonly string[]): string[] {
  return texts.map((text) => {
    const range = parseRange(text);
    if (range === null)
      throw new AppError(
        "unprocessable",
        "bad_range",
        `There is no range ${text} that this desk takes. Give an address or a range of at most /8 (IPv4) or /16 (IPv6), such as 203.0.113.0/24.`,
      );
    return `${range.address.toLowerCase()}/${range.prefix}`;
  });
}

/** Whether a caller's address is in one of the ranges. Without ranges everyone is; an unknown address is in none. */
export function isWithin(ranges: readonly string[], ip: string | null): boolean {
  if (ranges.length === 0) return true;
  const version = ip === null ? 0 : isIP(ip);
  if (ip === null || version === 0) return false;
  const list = new BlockList();
  for (const text of ranges) {
    const range = parseRange(text);
    if (range !== null) list.addSubnet(range.address, range.prefix, range.family);
  }
  return list.check(ip, version === 4 ? "ipv4" : "ipv6");
}

import { afterEach, beforeEach, expect, test } from "vitest";
import { setConfig } from "@/lib/config";
import { testConfig } from "@/lib/testing/config";
import { addressKey, clientIp, networkKey } from "./address.ts";

const base = testConfig();

function at(trustedHops: number, headers: Record<string, string>): string | null {
  setConfig({ ...base, peerHeader: "x-peer-secret", trustedHops });
  return clientIp(new Headers(headers));
}

beforeEach(() => setConfig(base));
afterEach(() => setConfig(base));

test("without trusted proxies the address is the socket's, whatever the client claims", () => {
  expect(at(0, { "x-peer-secret": "::ffff:203.0.113.9", "x-forwarded-for": "10.0.0.1", "x-real-ip": "10.0.0.2" })).toBe("203.0.113.9");
  expect(at(0, { "x-forwarded-for": "10.0.0.1" })).toBeNull();
});

test("behind N trusted proxies it is the N-th from the right, so that what a client prepends does not count", () => {
  const headers = { "x-peer-secret": "127.0.0.1", "x-forwarded-for": "6.6.6.6, 198.51.100.7, 192.0.2.1" };
  expect(at(1, headers)).toBe("192.0.2.1");
  expect(at(2, headers)).toBe("198.51.100.7");
});

test("what is no address, or a chain shorter than configured, is unknown", () => {
  expect(at(4, { "x-peer-secret": "127.0.0.1", "x-forwarded-for": "198.51.100.7" })).toBeNull();
  expect(at(1, { "x-peer-secret": "127.0.0.1", "x-forwarded-for": "<script>" })).toBeNull();
  expect(at(0, { "x-peer-secret": "fe80::1%eth0" })).toBe("fe80::1");
});

test("where nothing notes the socket's address, nothing a client sends is believed", () => {
  setConfig({ ...base, peerHeader: null, trustedHops: 0 });
  expect(clientIp(new Headers({ "x-peer-secret": "203.0.113.9", "x-forwarded-for": "203.0.113.9" }))).toBeNull();
});

test("the network around an address is a /24, or a /48: the smallest that one operator can announce", () => {
  expect(["203.0.113.9", "::ffff:203.0.113.9", "2001:db8:1:2:3::4", "2001:db8:1:ffff::1", null, "x"].map(networkKey)).toEqual([
    "203.0.113.0/24",
    "203.0.113.0/24",
    "2001:db8:1::/48",
    "2001:db8:1::/48",
    "unknown",
    "unknown",
  ]);
});

test("an IPv4 address in IPv6 clothes is counted as itself: the clothes' own network holds everybody who wears them", () => {
  const clothes = ["203.0.113.9", "::ffff:203.0.113.9", "2002:cb00:7109:5::1", "64:ff9b::203.0.113.9", "::ffff:0:203.0.113.9", "2001:0:4136:e378:8000:63bf:34ff:8ef6"];
  for (const ip of clothes) expect(addressKey(ip), ip).toBe("203.0.113.9");
  expect(addressKey("2001:db8:1:2:3::4")).toBe("2001:db8:1:2::/64");
});

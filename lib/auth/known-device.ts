// A browser in which a person has signed in fully: strangers' wrong passwords elsewhere do not lock it out.
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { config } from "@/lib/config";
import { secondMs } from "@/lib/time";
import type { TicketAnswer } from "./contract.ts";
import { sessionRules } from "./policy.ts";
import { newToken } from "./tokens.ts";

/** A full sign-in: its ticket, and what this browser shows the next time. */
export type SignedIn = TicketAnswer & { device: string };

function seal(userId: string, device: string, issued: string): Buffer {
  const key = Buffer.from(hkdfSync("sha256", config().keyEncryptionKey.reveal(), "", "countersign known device", 32));
  return createHmac("sha256", key)
    .update(JSON.stringify([userId, device, issued]))
    .digest();
}

/** What the cookie of a browser says after a full sign-in: a random name, when, and our mark that binds both to the person. */
export function deviceCookieFor(userId: string, now: Date): string {
  const device = newToken();
  const issued = String(Math.floor(now.getTime() / secondMs));
  return `${device}.${issued}.${seal(userId, device, issued).toString("base64url")}`;
}

/** The name of a browser this person signed in with in the last 90 days; null for any other, forged or late cookie. */
export function knownDevice(cookie: string | null, userId: string, now: Date): string | null {
  const [device = "", issued = "", mark = ""] = /^([\w-]{43})\.(\d{1,12})\.([\w-]{43})$/.exec(cookie ?? "")?.slice(1) ?? [];
  const expected = seal(userId, device, issued);
  const given = Buffer.from(mark, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const ageMs = now.getTime() - Number(issued) * secondMs;
  return ageMs >= -secondMs && ageMs < sessionRules.deviceKnownMs ? device : null;
}

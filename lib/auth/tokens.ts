// Secrets of the browser side: random tokens, of which the database keeps only hashes, and the cookie that carries one.
import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { decode, encode } from "next-auth/jwt";
import { config } from "@/lib/config";

export const sessionCookie = "__Host-sid";

export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What the database keeps of a token. 256 random bits need no slow hash. */
export function tokenHash(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

/** next-auth's key, derived so that there is no second secret to keep and rotate. */
export function cookieSecret(): string {
  return Buffer.from(hkdfSync("sha256", config().keyEncryptionKey.reveal(), "", "countersign session cookie", 32)).toString("base64url");
}

/** The session token inside the request's cookie, or null when there is none or it is not ours. */
export async function tokenFrom(headers: Headers): Promise<string | null> {
  const cookie = headers
    .get("cookie")
    ?.split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${sessionCookie}=`));
  if (cookie === undefined) return null;
  try {
    const claims = await decode({ token: cookie.slice(sessionCookie.length + 1), secret: cookieSecret() });
    return typeof claims?.["sid"] === "string" ? claims["sid"] : null;
  } catch {
    // Forged, expired or of another key: the same as none.
    return null;
  }
}

/** What every cookie of this house has: no script reads it, no other site sends it, no other host sets it. */
export const cookieOptions = { httpOnly: true, secure: true, sameSite: "strict" as const, path: "/" };

/** The cookie that names a session, as the handshake writes it; for tests that skip the browser. */
export async function cookieFor(token: string): Promise<string> {
  return `${sessionCookie}=${await encode({ token: { sid: token }, secret: cookieSecret() })}`;
}

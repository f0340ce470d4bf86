// The cookies this room writes into an answer and reads from a request, beside the session's own handshake.
import { encode } from "next-auth/jwt";
import { secondMs } from "@/lib/time";
import { sessionRules } from "./policy.ts";
import { cookieOptions, cookieSecret, sessionCookie } from "./tokens.ts";

// Loaded where it is used: the worker opens this room too and answers no requests.
const jar = async () => (await import("next/headers")).cookies();

/** Puts a session's new token into the answer's cookie; only inside a route handler. */
export async function writeSessionCookie(token: string): Promise<void> {
  const maxAge = sessionRules.cookieMs / secondMs;
  (await jar()).set(sessionCookie, await encode({ token: { sid: token }, secret: cookieSecret(), maxAge }), { ...cookieOptions, maxAge });
}

/** Takes the session's cookie out of the browser, when its person signs out. */
export async function dropSessionCookie(): Promise<void> {
  (await jar()).set(sessionCookie, "", { ...cookieOptions, maxAge: 0 });
}

const doorCookie = "__Host-passkey";
const doorSeconds = 300;

/** Binds a challenge to this browser while nobody has signed in yet. */
export async function writeDoorCookie(nonce: string): Promise<void> {
  (await jar()).set(doorCookie, nonce, { ...cookieOptions, maxAge: doorSeconds });
}

export async function readDoorCookie(): Promise<string | null> {
  const value = (await jar()).get(doorCookie)?.value ?? "";
  return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : null;
}

const deviceCookie = "__Host-device";

/** Notes that its person signed in fully with this browser. */
export async function writeDeviceCookie(value: string): Promise<void> {
  (await jar()).set(deviceCookie, value, { ...cookieOptions, maxAge: sessionRules.deviceKnownMs / secondMs });
}

export async function readDeviceCookie(): Promise<string | null> {
  return (await jar()).get(deviceCookie)?.value ?? null;
}

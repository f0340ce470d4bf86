// People of a test's own, added to the running desk's database: nobody else uses up their codes or limits.
import { randomBytes } from "node:crypto";
import { devices, type BrowserContext } from "@playwright/test";
import { generateSecret } from "otplib";
import type { Role } from "@/lib/access";
import { createPerson } from "@/lib/auth";
import { stepUpActs, type StepUpAct } from "@/lib/auth/contract";
import { parseConfig, setConfig } from "@/lib/config";
import { systemCtx, withTransaction } from "@/lib/context";
import { openFull, sharedPassword } from "@/lib/testing/people";
import { clockNow } from "@/lib/time";
import { settings } from "./settings.ts";
import { freshCode, type Person } from "./support.ts";

/** Adds a person to the desk under test; without `enrolled` they must add an authenticator app first. */
export async function addPerson(roles: readonly Role[], given: { enrolled?: boolean; name?: string } = {}): Promise<Person & { userId: string }> {
  setConfig(parseConfig({ DATA_DIR: settings.dataDir }));
  const person = {
    email: `${roles.join("-")}-${randomBytes(5).toString("hex")}@test.example`,
    password: sharedPassword.password,
    totpSecret: generateSecret({ length: 20 }),
  };
  const { email, password, totpSecret } = person;
  const factor = given.enrolled === false ? {} : { totpSecret };
  const { userId } = await withTransaction(systemCtx("browser tests", "operator"), (tx) =>
    createPerson(tx, { email, password, name: given.name ?? "Test Person", roles, ...factor }, sharedPassword.hashed),
  );
  return { ...person, roles: [...roles], userId };
}

// A session belongs to the kind of browser it began in: what is opened here is used there.
export const browserName = devices["Desktop Chrome"].userAgent;

export type Answer = { status: number; body: unknown; cookies: string[]; location: string };

/** One request as a browser page of the desk would send it, with the given cookies. */
export async function ask(method: string, path: string, given: { cookie?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<Answer> {
  const headers: Record<string, string> = { accept: "application/json", "user-agent": browserName, ...given.headers };
  if (given.cookie !== undefined) headers["cookie"] = given.cookie;
  if (method !== "GET") Object.assign(headers, { origin: settings.baseUrl, "content-type": "application/json", ...given.headers });
  const response = await fetch(`${settings.baseUrl}${path}`, { method, headers, redirect: "manual", ...(method === "GET" ? {} : { body: JSON.stringify(given.body ?? {}) }) });
  const text = await response.text();
  const json = (response.headers.get("content-type") ?? "").includes("json");
  return {
    status: response.status,
    body: json ? (JSON.parse(text) as unknown) : text,
    cookies: response.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? ""),
    location: response.headers.get("location") ?? "",
  };
}

function field(answer: Answer, name: string): string {
  const value = typeof answer.body === "object" && answer.body !== null ? (answer.body as Record<string, unknown>)[name] : undefined;
  if (typeof value !== "string") throw new Error(`Expected "${name}" in ${answer.status} ${JSON.stringify(answer.body)}`);
  return value;
}

async function handIn(ticket: string): Promise<string> {
  const csrf = await ask("GET", "/api/auth/csrf");
  const signed = await ask("POST", "/api/auth/callback/ticket", { cookie: csrf.cookies.join("; "), body: { csrfToken: field(csrf, "csrfToken"), ticket, json: "true" } });
  const cookie = signed.cookies.find((each) => each.startsWith("__Host-sid="));
  if (cookie === undefined) throw new Error(`The ticket was refused: ${signed.status} ${JSON.stringify(signed.body)}`);
  return cookie;
}

/** The first step of the sign-in: the cookie of whoever has given their password and nothing more. */
export async function pendingCookie(person: Person): Promise<string> {
  return handIn(field(await ask("POST", "/api/sign-in/password", { body: { email: person.email, password: person.password } }), "ticket"));
}

/** Both steps of the sign-in over HTTP, without a browser; answers the session's cookie. */
export async function sessionCookie(person: Person, code?: string): Promise<string> {
  const pending = await pendingCookie(person);
  const second = await ask("POST", "/api/sign-in/second-factor", { cookie: pending, body: { code: code ?? (await freshCode(person)) } });
  return handIn(field(second, "ticket"));
}

/** A full session of a person of the test's own, as their second step leaves it; uses up none of their codes, so that nothing waits for the next one. */
export async function openCookie(userId: string, acts: readonly StepUpAct[] = []): Promise<string> {
  const headers = await openFull(userId, clockNow(), acts);
  return /__Host-sid=[^;]+/.exec(headers.get("cookie") ?? "")?.[0] ?? "";
}

/** The same, with every kind of sensitive act opened for five minutes. */
export function steppedUpCookie(userId: string): Promise<string> {
  return openCookie(userId, stepUpActs);
}

type Seat = { userId: string; cookie: Promise<string>; at: number };
const seats = new Map<Role, Seat>();

/** As one person for each role, however long a file's tests take: fresh factors hold for five minutes, and who counts people finds no new one. */
export async function steppedUpAs(role: Role): Promise<string> {
  let seat = seats.get(role);
  if (seat === undefined || seat.at < performance.now() - 200_000) {
    const userId = seat?.userId ?? (await addPerson([role])).userId;
    seat = { userId, cookie: steppedUpCookie(userId), at: performance.now() };
    seats.set(role, seat);
  }
  return seat.cookie;
}

/** A new person's session alone, for what only has to be asked by somebody. */
export async function cookieOfNew(roles: readonly Role[], given: { name?: string } = {}): Promise<string> {
  return openCookie((await addPerson(roles, given)).userId);
}

/** Gives a browser this session. */
export async function wear(context: BrowserContext, cookie: string): Promise<void> {
  const [name = "", value = ""] = cookie.split(/=(.*)/s);
  await context.addCookies([{ name, value, domain: new URL(settings.baseUrl).hostname, path: "/", secure: true, httpOnly: true, sameSite: "Strict" }]);
}

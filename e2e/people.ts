// People of a test's own, added to the running desk's database: nobody else uses up their codes or limits.
import { randomBytes } from "node:crypto";
import { devices } from "@playwright/test";
import { generateSecret } from "otplib";
import type { Role } from "@/lib/access";
import { createPerson } from "@/lib/auth";
import { stepUpActs } from "@/lib/auth/contract";
import { parseConfig, setConfig } from "@/lib/config";
import { systemCtx, withTransaction } from "@/lib/context";
import { openFull } from "@/lib/testing/people";
import { clockNow } from "@/lib/time";
import { settings } from "./settings.ts";
import { freshCode, type Person } from "./support.ts";

/** Adds a person to the desk under test; without `enrolled` they must add an authenticator app first. */
export async function addPerson(roles: readonly Role[], given: { enrolled?: boolean; name?: string } = {}): Promise<Person & { userId: string }> {
  setConfig(parseConfig({ DATA_DIR: settings.dataDir }));
  const person = {
    email: `${roles.join("-")}-${randomBytes(5).toString("hex")}@test.example`,
    password: randomBytes(15).toString("base64url"),
    totpSecret: generateSecret({ length: 20 }),
  };
  const { email, password, totpSecret } = person;
  const factor = given.enrolled === false ? {} : { totpSecret };
  const { userId } = await withTransaction(systemCtx("browser tests", "operator"), (tx) =>
    createPerson(tx, { email, password, name: given.name ?? "Test Person", roles, ...factor }),
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

/** Both steps over HTTP, without a browser; answers the session's cookie. */
export async function sessionCookie(person: Person, code?: string): Promise<string> {
  const first = await ask("POST", "/api/sign-in/password", { body: { email: person.email, password: person.password } });
  const pending = await handIn(field(first, "ticket"));
  const second = await ask("POST", "/api/sign-in/second-factor", { cookie: pending, body: { code: code ?? (await freshCode(person)) } });
  return handIn(field(second, "ticket"));
}

/** A full session of a person of the test's own, with every kind of sensitive act opened for five minutes; uses up no code of theirs. */
export async function steppedUpCookie(userId: string): Promise<string> {
  const headers = await openFull(userId, clockNow(), stepUpActs);
  return /__Host-sid=[^;]+/.exec(headers.get("cookie") ?? "")?.[0] ?? "";
}

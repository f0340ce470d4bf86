// Passwords, codes and links for tests of signing in: given, mistaken and forgotten.
import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { authenticate, issueLink, signInWithPassword } from "@/lib/auth";
import { read, systemCtx, withTransaction, type Ctx } from "@/lib/context";
import type { AppError } from "@/lib/errors";
import { parseInstant } from "@/lib/time";
import { guestAt, type TestPerson } from "./people.ts";
import { refusalOf } from "./refusals.ts";

/** When these tests begin; each moves on from there by itself. */
export const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);

export const operator = (now = start): Ctx => ({ ...systemCtx("test", "operator"), now });

/** The context of whoever asks with these headers. */
export const asPerson = (headers: Headers, now = start): Promise<Ctx> => authenticate(new Request("https://desk.example/", { headers }), guestAt(now));

/** A one-time link carries its token behind the `#`. */
export const tokenOf = (path: string) => path.split("#")[1] ?? "";

/** The token of a new link that an operator hands out. */
export async function issue(userId: string, purpose: "invitation" | "reset" = "reset", now = start): Promise<string> {
  return tokenOf((await withTransaction(operator(now), (tx) => issueLink(tx, { userId, purpose }))).path);
}

/** A password nobody has. */
export const phrase = () => `lighthouse ${randomBytes(6).toString("hex")} fog`;

export function canSignIn(person: TestPerson, password: string): Promise<boolean> {
  return signInWithPassword(guestAt(start), { email: person.email, password }).then(
    () => true,
    () => false,
  );
}

export function wrongPassword(ctx: Ctx, email: string): Promise<AppError> {
  return refusalOf(signInWithPassword(ctx, { email, password: "certainly not this" }));
}

/** As if the keys that failed before had failed this often by now; policy.test.ts counts them one by one. */
export async function failedAlready(failures: number, keys = "password:%"): Promise<void> {
  await read((db) => db.execute(sql`update auth_limits set failures = ${failures} where key like ${keys}`));
}

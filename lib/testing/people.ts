// People for tests: each test makes its own, so that no two share a factor's codes or a limit.
import { randomBytes } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { generate } from "otplib";
import { authFactors } from "@/db/schema/auth";
import { stepUps } from "@/db/schema/passkeys";
import type { Role } from "@/lib/access";
import { createPerson } from "@/lib/auth";
import type { StepUpAct } from "@/lib/auth/contract";
import { hashPassword } from "@/lib/auth/password";
import { newTotpSecret } from "@/lib/auth/totp";
import { openSession, redeemTicket } from "@/lib/auth/sessions";
import { cookieFor } from "@/lib/auth/tokens";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { secondMs } from "@/lib/time";

export type TestPerson = { userId: string; email: string; password: string; totpSecret: string };

// One for all, because what makes a password hard to guess makes its hash slow; who signs in with it is told by the address.
const password = randomBytes(12).toString("hex");
let hash: Promise<string> | undefined;

/** A password that is good for anyone, and its hash, made once in this process. */
export const sharedPassword = { password, hashed: (): Promise<string> => (hash ??= hashPassword(password)) };

/** Adds a person with these roles; `enrolled: false` leaves them without a factor. */
export async function newPerson(roles: readonly Role[], given: { enrolled?: boolean; now?: Date } = {}): Promise<TestPerson> {
  const totpSecret = newTotpSecret();
  const made = { email: `person-${randomBytes(8).toString("hex")}@test.example`, password };
  const ctx = { ...systemCtx("test"), ...(given.now === undefined ? {} : { now: given.now }) };
  const { userId } = await withTransaction(ctx, (tx) =>
    createPerson(tx, { ...made, name: "Test Person", roles, ...(given.enrolled === false ? {} : { totpSecret }) }, sharedPassword.hashed),
  );
  return { userId, ...made, totpSecret };
}

/** The context of someone who has not signed in, at an instant of the test's choosing. */
export function guestAt(now: Date, ip: string | null = null): Ctx {
  return { ...systemCtx("test"), actor: { kind: "guest", name: "guest", permissions: [] }, now, ip };
}

/** Opens a full session as the second step does, with one step of the person's authenticator used up for it; `acts` are stepped up at once. */
export async function openFull(userId: string, now: Date, acts: readonly StepUpAct[] = []): Promise<Headers> {
  return headersFor(await openFullIn({ ...systemCtx("test"), now }, userId, acts), now);
}

/** The same from an address of the test's choosing; answers the ticket. */
export async function openFullIn(ctx: Ctx, userId: string, acts: readonly StepUpAct[] = []): Promise<string> {
  const { ticket } = await withTransaction(ctx, async (tx) => {
    await tx.db
      .update(authFactors)
      .set({ lastStep: sql`${authFactors.lastStep} + 1` })
      .where(and(eq(authFactors.userId, userId), eq(authFactors.status, "active")));
    const opened = await openSession(tx, { userId, level: "full", factor: "totp" });
    if (acts.length > 0) await tx.db.insert(stepUps).values(acts.map((act) => ({ sessionId: opened.sessionId, act, factor: "totp" as const, grantedAt: ctx.now })));
    return opened;
  });
  return ticket;
}

/** The code of a secret at an instant. */
export function codeAt(secret: string, now: Date): Promise<string> {
  return generate({ secret, epoch: Math.floor(now.getTime() / secondMs) });
}

/** Hands a ticket in, as the browser's handshake does, and answers the headers that carry its cookie. */
export async function headersFor(ticket: string, now: Date): Promise<Headers> {
  const token = await redeemTicket(guestAt(now), ticket);
  if (token === null) throw new Error("The ticket was refused.");
  return new Headers({ cookie: `theme=dark; ${await cookieFor(token)}` });
}

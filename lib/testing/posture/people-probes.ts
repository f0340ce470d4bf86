import { checkCode, grantRole, toSignIn } from "@/lib/auth";
import { requireStepUp, stepUp } from "@/lib/auth/step-up";
import { config } from "@/lib/config";
import { systemCtx, withTransaction } from "@/lib/context";
import { codeAt, newPerson, openFull } from "@/lib/testing/people";
import { ctxOf, personWith } from "@/lib/testing/payouts";
import { clockNow, minuteMs, plusMs } from "@/lib/time";
import { trueNow } from "./inject.ts";
import type { Probe } from "./probes.ts";

/** A GET as a page of the desk sends it; without the session's cookie when `cookie` is null. */
export function page(path: string, cookie: Headers | null): Request {
  const headers = new Headers(cookie ?? {});
  headers.set("host", new URL(config().appOrigin).host);
  return new Request(`${config().appOrigin}${path}`, { headers });
}

export const noParams = { params: Promise.resolve({}) };

const forged = new Headers({ cookie: "__Host-sid=not-one-of-ours" });

export const peopleProbes = {
  session_check: async ({ doors, failure }) => {
    const { userId } = await newPerson(["owner"]);
    const cookie = await openFull(userId, clockNow());
    return { good: () => doors.me(page("/api/me", failure === "header_missing" ? null : cookie), noParams), bad: () => doors.me(page("/api/me", forged), noParams) };
  },
  permission: async ({ desk, doors, failure }) => {
    const { userId } = await newPerson(["support"]);
    // The right ends before the skewed clock's now; the session does not, so that only the right can refuse.
    await withTransaction(systemCtx("test", "operator"), (tx) => grantRole(tx, { userId, role: "risk_analyst", validUntil: plusMs(clockNow(), 10 * minuteMs) }));
    const cookie = await openFull(userId, clockNow());
    await desk.database.superuser.begin(async (raw) => {
      await raw`set local session_replication_role = replica`;
      await raw`update auth_sessions set last_active_at = ${plusMs(clockNow(), 15 * minuteMs).toISOString()} where user_id = ${userId} and ended_at is null`;
    });
    return {
      good: () => doors.payoutList(page("/api/payouts", failure === "header_missing" ? null : cookie), noParams),
      bad: () => doors.auditList(page("/api/audit", cookie), noParams),
    };
  },
  step_up: async ({ desk }) => {
    const person = await personWith("owner");
    await openFull(person.userId, clockNow());
    const [session] = await desk.database.superuser<{ id: string }[]>`select id from auth_sessions where user_id = ${person.userId} and level = 'full' and ended_at is null`;
    person.sessionId = session?.id ?? "";
    await stepUp(ctxOf(person), { act: "settings", code: await codeAt(person.totpSecret, clockNow()) });
    return { good: () => requireStepUp(ctxOf(person), "settings"), bad: () => requireStepUp(ctxOf(person), "export") };
  },
  second_factor: async () => {
    const person = await personWith("finance_admin");
    return {
      bad: () => checkCode(ctxOf(person), person.userId, { code: "000000", use: toSignIn(person.userId) }),
      good: async () => checkCode(ctxOf(person), person.userId, { code: await codeAt(person.totpSecret, trueNow()), use: toSignIn(person.userId) }),
    };
  },
} satisfies Record<string, Probe>;

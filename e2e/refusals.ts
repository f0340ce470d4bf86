// What a refusal is, and the people whose cookies the refused requests carry.
import { expect } from "@playwright/test";
import { addPerson, ask, sessionCookie } from "./people.ts";
import { leavesNothing } from "./state.ts";
import { loadDemo } from "./support.ts";
import { target, wire, type WireAnswer } from "./wire.ts";

export type Case = { what: string; bytes: string; quietMs?: number; may: (answer: WireAnswer) => boolean };

export const own = target.origin;
export const json = ["Content-Type", "application/json"] as const;
export const sited = [["Origin", own], json] as const;
export const is =
  (...statuses: number[]) =>
  (answer: WireAnswer): boolean =>
    statuses.includes(answer.status);
export const saysCode =
  (status: number, code: string) =>
  ({ status: got, body }: WireAnswer): boolean =>
    got === status && body.includes(`"code":"${code}"`);

/** No page, no data: a way to the sign-in, an error, or nothing at all. */
export function isShut({ status, head, body }: WireAnswer): boolean {
  if (/(po|acct|usr|ses)_[0-9a-hjkmnp-tv-z]{26}/.test(body)) return false;
  if (status === 0 || status >= 400) return true;
  if (status >= 300) {
    const to = /^location: (.*)$/im.exec(head)?.[1]?.trim() ?? "";
    return (to.startsWith("/") && !/^\/[/\\]/.test(to)) || to.startsWith(`${own}/`);
  }
  return body.includes("NEXT_REDIRECT;") || /<title>Sign in/.test(body);
}

export type Seats = { maker: string; admin: string; support: string; ended: string; payoutBody: string };

/** Cookies of three people and of a session that was ended, and the body of a payout that would be let through. */
export async function takeSeats(): Promise<Seats> {
  const roles = ["finance_maker", "finance_admin", "support", "auditor"] as const;
  const [maker = "", admin = "", support = "", ended = ""] = await Promise.all(roles.map(async (role) => sessionCookie(await addPerson([role]))));
  await ask("POST", "/api/sign-out", { cookie: ended });
  const accountId = loadDemo().accounts[0]?.id ?? "";
  const listed = await ask("GET", `/api/accounts/${accountId}/beneficiaries?payable=true`, { cookie: maker });
  const { items } = listed.body as { items: { id: string }[] };
  // Good in itself: if any of the cases were let through, there would be one more payout.
  const payoutBody = JSON.stringify({ accountId, beneficiaryId: items[0]?.id ?? "", amountPaise: String(110_000 + (Date.now() % 9_991)), purpose: "Must be refused" });
  return { maker, admin, support, ended, payoutBody };
}

/** Sends every case as it is written and holds each to its refusal, and all of them to changing nothing. */
export async function all(cases: readonly Case[]): Promise<void> {
  await leavesNothing(async () => {
    for (const { what, bytes, may, quietMs } of cases) {
      const answer = await wire(bytes, quietMs);
      const shown = `${what} → ${answer.status}, ${answer.answers} answers\n${answer.head.slice(0, 400)}\n${answer.body.slice(0, 300)}`;
      expect.soft(may(answer), shown).toBe(true);
      expect.soft(answer.answers, shown).toBeLessThanOrEqual(1);
      expect.soft(answer.body, shown).not.toMatch(/\n\s+at |node_modules|drizzle|postgres:\/\/|SQLSTATE/);
      if (answer.status > 0) expect.soft(answer.head.toLowerCase(), shown).toContain("x-content-type-options: nosniff");
    }
  });
}

// A desk with people at it: signed-in browsers, and what they have asked for, without going through every page.
import { randomBytes, randomInt } from "node:crypto";
import { expect, type Browser, type ConsoleMessage, type Page } from "@playwright/test";
import type { Role } from "@/lib/access";
import { addPerson, ask, openCookie, wear } from "./people.ts";
import { freshCode, loadDemo, type Person } from "./support.ts";

export type Seat = { page: Page; person: Person & { userId: string }; cookie: string };

/** A person of the test's own with these roles, signed in, in a browser of their own. */
export async function sitDown(browser: Browser, roles: readonly Role[], name?: string): Promise<Seat> {
  const person = await addPerson(roles, name === undefined ? {} : { name });
  const cookie = await openCookie(person.userId);
  const context = await browser.newContext();
  await wear(context, cookie);
  return { page: await context.newPage(), person, cookie };
}

/** What the browser had to complain about on a page: script errors, refused resources, broken policy. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("console", (message: ConsoleMessage) => {
    if (message.type() === "error") complaints.push(`${page.url()}: ${message.text()}`);
  });
  return complaints;
}

export const newKey = (): string => randomBytes(16).toString("hex");

/** An amount nobody else asks for, so that a payout can be told apart and is no duplicate of another. */
export const uncommonRupees = (): number => randomInt(1_001, 1_999);

type Choice = { accountId: string; beneficiaryId: string };

/** One of the demo's first accounts and the beneficiary it lists first: paid before, past its cool-off. */
export async function firstChoice(cookie: string, account = 0): Promise<Choice> {
  const accountId = loadDemo().accounts[account]?.id ?? "";
  const listed = await ask("GET", `/api/accounts/${accountId}/beneficiaries?payable=true`, { cookie });
  expect(listed.status).toBe(200);
  const { items } = listed.body as { items: { id: string }[] };
  return { accountId, beneficiaryId: items[0]?.id ?? "" };
}

/** A payout request of whoever holds `cookie`, to the beneficiary listed first; answers its id. Of either of two accounts, because one that asks too often is held. */
export async function askForPayout(cookie: string, rupees: number, purpose = "Browser test"): Promise<string> {
  const body = { ...(await firstChoice(cookie, randomInt(2))), amountPaise: `${rupees}00`, purpose };
  const answer = await ask("POST", "/api/payouts", { cookie, body, headers: { "idempotency-key": newKey() } });
  expect(answer, "the request").toMatchObject({ status: 200, body: { status: "pending_approval" } });
  return (answer.body as { id: string }).id;
}

/** Signs a payout as the screen does: the statement's digest, a challenge for it, a fresh code. */
export async function signPayout(cookie: string, person: Person, payoutId: string): Promise<void> {
  const panel = await ask("GET", `/api/payouts/${payoutId}`, { cookie });
  const { digest } = (panel.body as { statement: { digest: string } }).statement;
  const challenge = await ask("POST", `/api/payouts/${payoutId}/challenge`, { cookie, body: { digest } });
  expect(challenge.status).toBe(200);
  const { challengeId } = challenge.body as { challengeId: string };
  const signed = await ask("POST", `/api/payouts/${payoutId}/approve`, { cookie, body: { challengeId, code: await freshCode(person) } });
  expect(signed, "the signature").toMatchObject({ status: 200 });
}

export async function statusOf(cookie: string, payoutId: string): Promise<string> {
  const panel = await ask("GET", `/api/payouts/${payoutId}`, { cookie });
  return (panel.body as { payout: { status: string } }).payout.status;
}

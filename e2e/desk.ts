// A desk with people at it: signed-in browsers, and what they have asked for, without going through every page.
import { randomBytes, randomInt } from "node:crypto";
import { expect, type Browser, type ConsoleMessage, type Page } from "@playwright/test";
import type { Role } from "@/lib/access";
import { addPerson, ask, openCookie, steppedUpCookie, wear } from "./people.ts";
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
export const uncommonRupees = (): number => randomInt(1_001, 48_999);

type Choice = { accountId: string; beneficiaryId: string };

/** The demo's first account and the beneficiary it lists first: paid before, past its cool-off. */
export async function firstChoice(cookie: string): Promise<Choice> {
  const accountId = loadDemo().accounts[0]?.id ?? "";
  const listed = await ask("GET", `/api/accounts/${accountId}/beneficiaries?payable=true`, { cookie });
  expect(listed.status).toBe(200);
  const { items } = listed.body as { items: { id: string }[] };
  return { accountId, beneficiaryId: items[0]?.id ?? "" };
}

/** A payout request of whoever holds `cookie`, to the beneficiary listed first; answers its id. */
export async function askForPayout(cookie: string, rupees: number, purpose = "Browser test"): Promise<string> {
  const body = { ...(await firstChoice(cookie)), amountPaise: `${rupees}00`, purpose };
  const answer = await ask("POST", "/api/payouts", { cookie, body, headers: { "idempotency-key": newKey() } });
  expect(answer, `the request: ${JSON.stringify(answer.body)}`).toMatchObject({ status: 200, body: { status: "pending_approval" } });
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

/** How many payouts of an account a day pass without a look while tests ask for them. */
export const manyADay = 100;

/** Two people agree on how many payouts of an account a day pass without a look. */
export async function allowPayoutsADay(value: number): Promise<void> {
  const [proposer = "", decider = ""] = await Promise.all((["owner", "security_admin"] as const).map(async (role) => steppedUpCookie((await addPerson([role])).userId)));
  const name = "velocityPayoutsMax";
  const { body } = await ask("GET", `/api/settings/${name}`, { cookie: proposer });
  if ((body as { setting: { value: number } }).setting.value === value) return;
  const why = "As the browser tests need it";
  const proposed = await ask("POST", "/api/settings", { cookie: proposer, body: { name, value, reason: why }, headers: { "idempotency-key": newKey() } });
  expect(proposed, "the proposal").toMatchObject({ status: 200 });
  const { id } = (proposed.body as { setting: { open: { id: string } } }).setting.open;
  const decided = await ask("POST", `/api/settings/proposals/${id}/decide`, {
    cookie: decider,
    body: { decision: "accept", reason: why },
    headers: { "idempotency-key": newKey() },
  });
  expect(decided, "the decision").toMatchObject({ status: 200, body: { setting: { value } } });
}

export async function statusOf(cookie: string, payoutId: string): Promise<string> {
  const panel = await ask("GET", `/api/payouts/${payoutId}`, { cookie });
  return (panel.body as { payout: { status: string } }).payout.status;
}

// A transfer that the gateway lost: what the desk says of it, and how two people give it up.
import { expect, test, type Page } from "@playwright/test";
import postgres from "postgres";
import { askForPayout, complaintsOf, signPayout, sitDown, statusOf, uncommonRupees } from "./desk.ts";
import { ask, cookieOfNew } from "./people.ts";
import { keepScreen, loadDemo } from "./support.ts";

async function loseNextTransfer(): Promise<void> {
  const answer = await fetch(`${loadDemo().emulatorUrl}/emulator/faults`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-emulator-control": "1" },
    body: JSON.stringify({ match: { method: "POST", path: "^/payout/transfers$" }, kind: "error_before", times: 1 }),
  });
  expect(answer.status).toBe(200);
}

async function unknownSince(cookie: string, payoutId: string): Promise<string | null> {
  return ((await ask("GET", `/api/payouts/${payoutId}`, { cookie })).body as { payout: { unknownSince: string | null } }).payout.unknownSince;
}

/** Makes the lost try a day and an hour old, and due to be asked about. */
async function aDayPasses(payoutId: string): Promise<void> {
  const sql = postgres(loadDemo().databaseUrl, { max: 1 });
  try {
    await sql.begin(async (tx) => {
      await tx`select set_config('app.actor', 'system:test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      // What was sent, and when, is otherwise kept by the database itself.
      await tx`alter table payout_attempts disable trigger user`;
      await tx`update payout_attempts set prepared_at = prepared_at - interval '25 hours', answered_at = answered_at - interval '25 hours' where payout_id = ${payoutId}`;
      await tx`alter table payout_attempts enable trigger user`;
      await tx`update payouts set unknown_since = unknown_since - interval '25 hours', next_check_at = created_at where id = ${payoutId}`;
    });
  } finally {
    await sql.end();
  }
}

async function freeOf(cookie: string, payoutId: string): Promise<bigint> {
  return BigInt(((await ask("GET", `/api/payouts/${payoutId}`, { cookie })).body as { headroom: { availablePaise: string } }).headroom.availablePaise);
}

test("a lost transfer says since when it is unknown and who decides, and two people, each with a reason, give it up", async ({ browser }) => {
  const signer = await sitDown(browser, ["finance_admin"], "Sana Signer");
  const first = await sitDown(browser, ["finance_admin"], "Farid First");
  const second = await sitDown(browser, ["finance_admin"], "Sunil Second");
  const maker = await cookieOfNew(["finance_maker"]);
  const complaints = [first, second].flatMap(({ page }) => complaintsOf(page));
  const rupees = uncommonRupees();
  const payoutId = await askForPayout(maker, rupees);
  const amount = `₹${rupees.toLocaleString("en-IN")}`;

  await loseNextTransfer();
  await signPayout(signer.cookie, signer.person, payoutId);
  await expect.poll(() => unknownSince(maker, payoutId), { timeout: 40_000 }).not.toBeNull();
  await first.page.goto(`/payouts/${payoutId}`);
  await expect(first.page.getByText(/^Unknown since/)).toBeVisible();
  const giveUp = first.page.getByRole("button", { name: new RegExp(`^Give up ${amount} to`) });
  await expect(giveUp, "not within the day").toHaveAttribute("aria-disabled", "true");
  await expect(first.page.getByText(/^Cashfree may still learn of it until/).first()).toBeVisible();

  await aDayPasses(payoutId);
  await expect(first.page.getByText(/has not known this transfer for a day/).first()).toBeVisible({ timeout: 40_000 });
  const before = await freeOf(maker, payoutId);
  await expect(giveUp).not.toHaveAttribute("aria-disabled", "true");
  await keepScreen(first.page, "unknown");
  await giveUp.click();
  const dialog = first.page.getByRole("dialog", { name: /^Give up ₹/ });
  await dialog.getByRole("button", { name: /^Give up ₹/ }).click();
  await expect(dialog.getByText(/^Say why/), "not without a reason").toBeVisible();
  await dialog.getByLabel("Reason").fill("The bank has no such credit");
  await dialog.getByRole("button", { name: /^Give up ₹/ }).click();
  await expect(first.page.getByText("You agreed to give it up."), "said where they look, far above the act").toBeInViewport();
  await expect(giveUp, "one person is not enough, twice the same one neither").toHaveAttribute("aria-disabled", "true");
  await expect(first.page.getByText("You have already agreed to this.").first()).toBeVisible();
  expect(await statusOf(maker, payoutId)).toBe("submitting");
  await keepScreen(first.page, "unknown-agreed");

  const waits = (page: Page) => page.locator(`[id="row-${payoutId}"]`);
  await first.page.goto("/payouts?queue=waiting");
  await expect(first.page.getByRole("heading", { level: 1, name: "Payouts" })).toBeVisible();
  await expect(waits(first.page), "who gave their word waits for another").toHaveCount(0);
  const overview = (await ask("GET", "/api/overview", { cookie: maker })).body as { queues: { key: string }[] };
  expect(
    overview.queues.find((queue) => queue.key === "unknown"),
    "whoever may not decide it reads who does",
  ).toMatchObject({ title: expect.stringMatching(/^Unknown(, \d+ of \d+| for a day,) for two people to decide$/), owner: "Finance admin" });
  await second.page.goto("/overview");
  await second.page.getByRole("link", { name: /Unknown(, \d+ of \d+| for a day,) for you to decide/ }).click();
  await expect(waits(second.page)).toBeVisible();
  await second.page.getByRole("link", { name: /^Waiting for me/ }).click();
  await expect(waits(second.page)).toBeVisible();
  await first.page.goto(`/payouts/${payoutId}`);

  await signer.page.goto(`/payouts/${payoutId}`);
  await expect(signer.page.getByText("You alone signed this payout, so others must decide it.").first()).toBeVisible();

  await second.page.setViewportSize({ width: 390, height: 844 });
  await second.page.goto(`/payouts/${payoutId}`);
  await expect(second.page.getByText(/Farid First agreed to give it up; one more finance admin must agree to the same\./)).toBeVisible();
  await second.page.getByRole("button", { name: new RegExp(`^Give up ${amount} to`) }).click();
  const question = second.page.getByRole("dialog", { name: /^Give up ₹/ });
  await question.getByLabel("Reason").fill("Asked the bank as well");
  await keepScreen(second.page, "unknown-phone");
  await question.getByRole("button", { name: /^Give up ₹/ }).click();
  await expect(question).toBeHidden();
  await expect(second.page.getByText("Two of you agreed: it is given up, and the money is free again.")).toBeInViewport();
  await expect(second.page.getByText("Failed", { exact: true }).first()).toBeVisible();
  await expect(second.page.getByText(/one more finance admin must agree/), "nothing is left to agree to").toHaveCount(0);
  await keepScreen(second.page, "unknown-given-up");
  expect(await statusOf(maker, payoutId)).toBe("failed");
  expect((await freeOf(maker, payoutId)) - before, "the money is free again").toBe(BigInt(rupees) * 100n);
  await expect(first.page.getByText("Failed", { exact: true }).first(), "the first one's screen follows by itself").toBeVisible({ timeout: 40_000 });
  await keepScreen(first.page, "unknown-ended");
  expect(complaints).toEqual([]);
});

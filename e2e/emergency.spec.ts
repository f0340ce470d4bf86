import { expect, test, type Browser, type Page } from "@playwright/test";
import postgres from "postgres";
import { askForPayout, signPayout, sitDown, statusOf, uncommonRupees, type Seat } from "./desk.ts";
import { ask, cookieOfNew } from "./people.ts";
import { loadDemo } from "./support.ts";

const why = "Strange transfers since this morning";
const stopped = (page: Page) => page.getByText("Payouts are stopped.", { exact: true });

async function transfersOf(payoutId: string): Promise<number> {
  const answer = await fetch(`${loadDemo().emulatorUrl}/emulator/state`, { headers: { "x-emulator-control": "1" } });
  const { transfers } = (await answer.json()) as { transfers: { transferId: string }[] };
  return transfers.filter((transfer) => transfer.transferId === payoutId).length;
}

/**
 * Signs a payout and stops everything before the worker has begun to send it: while another transaction keeps attempts
 * from being written, sending cannot begin, and stopping can.
 */
async function signThenStop(payoutId: string, signer: { cookie: string; person: Seat["person"] }, stop: () => Promise<void>): Promise<void> {
  const sql = postgres(loadDemo().databaseUrl, { max: 1 });
  try {
    await sql.begin(async (tx) => {
      await tx`lock table payout_attempts in exclusive mode`;
      await signPayout(signer.cookie, signer.person, payoutId);
      await stop();
    });
  } finally {
    await sql.end();
  }
}

/** From the menu under the person's name: a reason, and the button pressed until it is full. */
async function stopPayouts({ page }: Seat): Promise<void> {
  await page.getByRole("button", { name: /your menu$/ }).click();
  await page.getByRole("menuitem", { name: /Stop payouts/ }).click();
  const dialog = page.getByRole("dialog", { name: "Stop payouts" });
  const button = dialog.getByRole("button", { name: "Stop all payouts" });
  await expect(button, "not without a reason").toHaveAttribute("aria-disabled", "true");
  await dialog.getByLabel("Why").fill(why);
  await button.click();
  await expect(dialog.getByText("Press and hold for a second and a half."), "a click is not enough").toBeVisible();
  await expect(stopped(page)).toBeHidden();
  await button.hover();
  await page.mouse.down();
  await expect(stopped(page)).toBeVisible();
  await page.mouse.up();
  await expect(dialog).toBeHidden();
}

async function signRestart({ page }: Seat, button: string): Promise<void> {
  await page.goto("/overview");
  await page.getByRole("button", { name: "Sign the restart", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Restart payouts" });
  await expect(dialog.getByText(why)).toBeVisible();
  await dialog.getByLabel("Why it is safe to restart").fill("Looked at every transfer of the day");
  await dialog.getByRole("button", { name: button }).click();
}

/** A stop left open by a run that was cut off would fail every later one. */
async function restartLeftovers(): Promise<void> {
  const cookies = [];
  for (const role of ["owner", "security_admin", "finance_admin"] as const) cookies.push(await cookieOfNew([role]));
  for (const cookie of cookies) {
    const { stop } = (await ask("GET", "/api/emergency", { cookie })).body as { stop: { id: string } | null };
    if (stop !== null) await ask("POST", "/api/emergency/restart", { cookie, body: { stopId: stop.id, reason: "Left behind by a test run" } });
  }
}

test.beforeAll(restartLeftovers);
test.afterAll(restartLeftovers);

async function everybodySees(browser: Browser): Promise<void> {
  for (const [role, path] of [
    ["support", "/transactions"],
    ["finance_maker", "/payouts/new"],
    ["auditor", "/audit"],
  ] as const) {
    const { page } = await sitDown(browser, [role]);
    await page.goto(path);
    await expect(stopped(page), `${role} on ${path}`).toBeVisible();
    await expect(page.getByText(why).first()).toBeVisible();
    await page.context().close();
  }
}

test("one person stops every payout, a signed one waits, two others restart, and only then does it leave", async ({ browser }) => {
  const risk = await sitDown(browser, ["risk_analyst"], "Rita Risk");
  const first = await sitDown(browser, ["finance_admin"], "Farid First");
  const second = await sitDown(browser, ["security_admin"], "Sunil Second");
  const maker = await cookieOfNew(["finance_maker"]);
  const [signed, unsigned] = [await askForPayout(maker, uncommonRupees()), await askForPayout(maker, uncommonRupees() + 1_000)];
  await risk.page.goto("/overview");
  await first.page.goto(`/payouts/${signed}`);

  await signThenStop(signed, first, () => stopPayouts(risk));

  await expect(stopped(first.page), "a page that was open learns it by itself").toBeVisible({ timeout: 40_000 });
  await everybodySees(browser);

  const timeline = first.page.getByRole("list", { name: "Timeline" });
  await expect(timeline.getByText("Not sent: All payouts are stopped.", { exact: false })).toBeVisible({ timeout: 40_000 });
  expect(await statusOf(first.cookie, signed)).toBe("approved");
  expect(await transfersOf(signed)).toBe(0);

  await first.page.goto(`/payouts/${unsigned}`);
  const approve = first.page.getByRole("button", { name: /^Approve ₹/ });
  await expect(approve, "nobody signs anything meanwhile").toHaveAttribute("aria-disabled", "true");
  await expect(first.page.getByText("All payouts are stopped.").first()).toBeVisible();

  await risk.page.getByRole("button", { name: "Sign the restart", exact: true }).click();
  await expect(risk.page.getByRole("dialog", { name: "Restart payouts" }).getByText("You stopped payouts, so others must restart them.")).toBeVisible();

  await signRestart(first, "Sign the restart");
  await expect(first.page.getByText(/1 of 2 restart signatures/).first()).toBeVisible();
  const { stop } = (await ask("GET", "/api/emergency", { cookie: first.cookie })).body as { stop: { id: string } };
  expect(await ask("POST", "/api/emergency/restart", { cookie: first.cookie, body: { stopId: stop.id, reason: "Me again, a second time" } })).toMatchObject({ status: 409 });
  expect(await transfersOf(signed)).toBe(0);
  await signRestart(second, "Sign, and restart payouts");
  await expect(stopped(second.page)).toBeHidden();
  await expect(second.page.getByRole("dialog"), "no dialog offers to stop what was just restarted").toBeHidden();

  await expect.poll(() => statusOf(first.cookie, signed), { timeout: 90_000 }).toBe("succeeded");
  expect(await transfersOf(signed)).toBe(1);
});

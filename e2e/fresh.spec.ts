// What happened is on the screen of whoever looks, within a few seconds and without a press.
import { expect, test } from "@playwright/test";
import { askForPayout, sitDown, uncommonRupees } from "./desk.ts";
import { ask, cookieOfNew } from "./people.ts";

test("a movement that somebody else begins appears among the transactions within seconds", async ({ browser }) => {
  const { page } = await sitDown(browser, ["support"]);
  const maker = await cookieOfNew(["finance_maker"]);
  const rupees = uncommonRupees();
  await page.goto("/transactions?kind=payout&status=waiting");
  await expect(page.getByRole("heading", { level: 1, name: "Transactions" })).toBeVisible();
  const payoutId = await askForPayout(maker, rupees);
  // A list that is read every ten seconds or more would be late.
  await expect(page.getByRole("table", { name: "Transactions" }).getByText(`…${payoutId.slice(-6)}`)).toBeVisible({ timeout: 6_000 });
});

test("a payout that somebody else asks for appears among those that wait within seconds", async ({ browser }) => {
  const { page } = await sitDown(browser, ["finance_admin"]);
  const maker = await cookieOfNew(["finance_maker"]);
  await page.goto("/payouts?queue=waiting");
  await expect(page.getByRole("heading", { level: 1, name: "Payouts" })).toBeVisible();
  const payoutId = await askForPayout(maker, uncommonRupees());
  await expect(page.locator(`[id="row-${payoutId}"]`)).toBeVisible({ timeout: 6_000 });
});

test("whoever sees payouts and no other movements is not told when any of those changes, and still has the list follow", async ({ browser }) => {
  const { page, cookie } = await sitDown(browser, ["security_admin"]);
  const maker = await cookieOfNew(["finance_maker"]);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto("/payouts");
  await expect(page.getByRole("heading", { level: 1, name: "Payouts" })).toBeVisible();
  const payoutId = await askForPayout(maker, uncommonRupees());
  await expect(page.locator(`[id="row-${payoutId}"]`)).toBeVisible({ timeout: 20_000 });
  expect(asked.filter((path) => path.endsWith("/mark"))).toEqual([]);
  expect((await ask("GET", "/api/transactions/mark", { cookie })).status).toBe(403);
});

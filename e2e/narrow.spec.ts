// What a narrow or low window may not hide: a fact that is signed, a tab, who a row is about, which field lacks what.
import { randomInt } from "node:crypto";
import { expect, test, type Page } from "@playwright/test";
import { askForPayout, newKey, sitDown, uncommonRupees } from "./desk.ts";
import { ask, cookieOfNew } from "./people.ts";
import { freshCode, loadDemo } from "./support.ts";

async function beginSigning(page: Page, payoutId: string) {
  await page.goto(`/payouts/${payoutId}`);
  await page
    .getByRole("button", { name: /^Approve ₹/ })
    .last()
    .click();
  const dialog = page.getByRole("dialog", { name: "Sign this payout" });
  await expect(dialog.getByLabel("Code", { exact: true })).toBeAttached();
  return dialog;
}

test("on a phone every fact that is signed stands above the button, or how many more is said and the button stands below them", async ({ browser }) => {
  const [admin, maker] = await Promise.all([sitDown(browser, ["finance_admin"]), cookieOfNew(["finance_maker"])]);
  const { page } = admin;
  const payoutId = await askForPayout(maker, uncommonRupees());
  await page.setViewportSize({ width: 390, height: 844 });
  const dialog = await beginSigning(page, payoutId);
  const sign = dialog.getByRole("button", { name: /^Approve ₹/ });
  const facts = dialog.getByRole("term");
  await expect(sign).toBeInViewport({ ratio: 1 });
  expect(await facts.count()).toBeGreaterThan(10);
  for (const fact of await facts.all()) await expect(fact).toBeInViewport({ ratio: 1 });
  await expect(dialog.getByText(/more facts? below/)).toHaveCount(0);

  await page.setViewportSize({ width: 360, height: 480 });
  await expect(dialog.getByText(/^\d+ more facts below, then you sign$/)).toBeVisible();
  await expect(sign).not.toBeInViewport();
  await facts.last().scrollIntoViewIfNeeded();
  await sign.scrollIntoViewIfNeeded();
  await expect(sign).toBeInViewport({ ratio: 1 });
  await expect(dialog.getByText(/more facts? below/)).toHaveCount(0);
});

for (const [width, height] of [
  [320, 256],
  [1280, 300],
] as const) {
  test(`at ${width}x${height} a code and Enter sign nothing while facts were jumped over, and sign once each was on screen`, async ({ browser }) => {
    const [admin, maker] = await Promise.all([sitDown(browser, ["finance_admin"]), cookieOfNew(["finance_maker"])]);
    const { page } = admin;
    const payoutId = await askForPayout(maker, uncommonRupees());
    await page.setViewportSize({ width, height });
    const sent: string[] = [];
    await page.route("**/approve", (route) => {
      sent.push(route.request().url());
      return route.continue();
    });
    const dialog = await beginSigning(page, payoutId);
    const facts = dialog.getByRole("region", { name: "What you sign" });
    const code = dialog.getByLabel("Code", { exact: true });
    await expect(facts, "the facts are begun with").toBeFocused();
    await page.keyboard.press("Tab");
    await expect(code).toBeFocused();
    await expect(dialog.getByRole("status")).toHaveText(/^\d+ facts above were not on screen$/);
    await expect(dialog.getByText(/facts above were not on screen$/)).toBeInViewport({ ratio: 1 });

    await page.keyboard.type(await freshCode(admin.person));
    await page.keyboard.press("Enter");
    await expect(dialog.getByRole("status")).toHaveText(/^\d+ signed facts were not on screen yet: look at them, then sign\.$/);
    await expect(facts).toBeFocused();
    expect(sent, "nothing is sent").toEqual([]);

    for (const fact of await facts.getByRole("term").all()) {
      await fact.evaluate((term) => term.parentElement?.scrollIntoView({ block: "center" }));
      await expect(fact).toBeInViewport({ ratio: 1 });
    }
    await page.keyboard.press("Tab");
    await expect(code).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByText("You signed; it was the last signature.")).toBeVisible();
    expect(sent).toHaveLength(1);
  });
}

test("tabs without room for all say at their edge that there are more, and the keyboard reaches each in sight", async ({ browser }) => {
  const { page } = await sitDown(browser, ["auditor"]);
  await page.setViewportSize({ width: 240, height: 844 });
  await page.goto("/payouts?queue=held");
  const tabs = page.getByRole("navigation", { name: "Queues" });
  await expect(tabs.locator("[data-side=after]")).toBeVisible();
  await tabs.getByRole("link", { name: "All" }).focus();
  await expect(tabs.getByRole("link", { name: "All" })).toBeInViewport({ ratio: 0.9 });
  await expect(tabs.locator("[data-side=after]")).toHaveCount(0);
  await expect(tabs.locator("[data-side=before]")).toBeVisible();
});

test("on a phone a movement is called by whom it is with, and its reference stands beside its state", async ({ browser }) => {
  const [auditor, maker] = await Promise.all([sitDown(browser, ["auditor"]), cookieOfNew(["finance_maker"])]);
  const { page } = auditor;
  const payoutId = await askForPayout(maker, uncommonRupees());
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/transactions?kind=payout&status=waiting");
  const row = page
    .getByRole("table", { name: "Transactions" })
    .getByRole("row")
    .filter({ hasText: payoutId.slice(-6) });
  await expect(row.getByRole("button")).toHaveText(/^\p{L}•••• .*••\d{4}$/u, { useInnerText: true });
  await expect(row.getByText(payoutId.slice(-6), { exact: true })).toBeVisible();
});

test("on a phone a payout's row says when, and a link's whom and when; a link is found by its customer's number", async ({ browser }) => {
  const [support, maker] = await Promise.all([sitDown(browser, ["support"]), sitDown(browser, ["finance_maker"])]);
  for (const { page } of [support, maker]) await page.setViewportSize({ width: 390, height: 844 });
  const payoutId = await askForPayout(maker.cookie, uncommonRupees());
  await maker.page.goto(`/payouts?queue=mine&q=${payoutId}`);
  await expect(maker.page.getByRole("table", { name: "Payouts" }).getByText(/^\d\d:\d\d IST$/)).toBeVisible();

  const phone = `9${String(randomInt(1_000_000_000)).padStart(9, "0")}`;
  const body = { accountId: loadDemo().accounts[0]?.id, amountPaise: "125000", purpose: "Found by phone", phone, customerName: "Asha Rao" };
  const made = await ask("POST", "/api/links", { cookie: support.cookie, body, headers: { "idempotency-key": newKey() } });
  expect(made.status).toBe(200);
  await support.page.goto("/links");
  await support.page.getByRole("searchbox").fill(phone);
  await support.page.keyboard.press("Enter");
  const table = support.page.getByRole("table", { name: "Payment links" });
  await expect(table.getByRole("button")).toHaveText(["Found by phone"]);
  const row = table.getByRole("row").filter({ hasText: "Found by phone" });
  await expect(row).toContainText("A•••• R••••");
  await expect(row.getByText(/^\d\d:\d\d IST$/)).toBeVisible();
  await expect(support.page).toHaveURL(new RegExp(`/links\\?q=${phone}$`));
});

test("a request sent with nothing in it says beside each field what it lacks, and stands in the first; one that is made counts at once", async ({ browser }) => {
  const { page } = await sitDown(browser, ["finance_maker"]);
  await page.goto("/payouts/new");
  await expect(page.getByText("Choose the account it is paid from."), "nothing is blamed before it is tried").toHaveCount(0);
  await page.getByRole("button", { name: "Request a payout" }).click();
  for (const [label, lack] of [
    ["Account", "Choose the account it is paid from."],
    ["Beneficiary", "Choose an account first, then the beneficiary."],
    ["Amount", "Enter an amount of at least ₹1."],
    ["Purpose", "Say what it is for: 3 to 70 letters, digits and spaces."],
  ] as const) {
    await expect(page.getByLabel(label, { exact: true })).toHaveAccessibleDescription(new RegExp(lack));
  }
  await expect(page.getByLabel("Account", { exact: true })).toBeFocused();
  await page.getByLabel("Purpose", { exact: true }).fill("Rent (May)");
  await expect(page.getByText("leave “(” “)” out of the purpose.")).toBeVisible();
  await page.getByLabel("Account", { exact: true }).selectOption({ index: 1 });
  await page.getByLabel("Beneficiary", { exact: true }).selectOption({ index: 1 });
  await page.getByLabel("Amount", { exact: true }).fill(String(uncommonRupees()));
  await page.getByLabel("Purpose", { exact: true }).fill("Rent for May");
  const counted = page.waitForResponse((response) => response.url().endsWith("/api/overview"));
  await page.getByRole("button", { name: /^Request ₹/ }).click();
  await counted;
  await expect(page).toHaveURL(/\/payouts\/po_/);
});

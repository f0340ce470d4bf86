import { expect, test, type Browser, type Page } from "@playwright/test";
import { newKey } from "./desk.ts";
import { ask, cookieOfNew } from "./people.ts";
import { freshCode, loadDemo, personWith, signIn } from "./support.ts";

// The demo's own people, whose codes work once: the tests take turns with them.
test.describe.configure({ mode: "default" });

async function comeIn(browser: Browser, role: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, personWith(role));
  return page;
}

/** The first of the demo's links that nobody has paid yet, open on the customer's side. */
async function openUnpaidLink(page: Page): Promise<{ phone: string; amount: string }> {
  for (const link of loadDemo().links) {
    await page.goto(link.url);
    const pay = page.getByRole("button", { name: /^Pay ₹/ });
    if (await pay.isVisible()) return { phone: link.phone, amount: ((await pay.textContent()) ?? "").replace("Pay ", "") };
  }
  // A desk that earlier runs have used: one more link, as support makes them.
  const phone = loadDemo().links[0]?.phone ?? "";
  const body = { accountId: loadDemo().accounts[0]?.id, amountPaise: "125000", purpose: "Invoice 1110", phone };
  const made = await ask("POST", "/api/links", { cookie: await cookieOfNew(["support"]), body, headers: { "idempotency-key": newKey() } });
  await page.goto((made.body as { url: string }).url);
  return { phone, amount: "₹1,250.00" };
}

test("support sees a customer's payment appear, and finds it by the bank's number and by the customer's phone", async ({ browser }) => {
  const desk = await comeIn(browser, "support");
  await desk.getByRole("navigation", { name: "Desk" }).getByRole("link", { name: "Transactions" }).click();
  await expect(desk.getByRole("heading", { level: 1, name: "Transactions" })).toBeVisible();
  await desk.goto("/transactions?kind=payment");
  const rows = desk.getByRole("table", { name: "Transactions" }).locator("tbody tr");
  const newest = (): Promise<string | null> => rows.first().getAttribute("id");
  const before = await newest();

  const customer = await (await browser.newContext()).newPage();
  const link = await openUnpaidLink(customer);
  await customer.getByRole("button", { name: /^Pay ₹/ }).click();
  await expect(customer.getByRole("status")).toHaveText("Payment received.");
  const utr = await customer.getByText("Bank reference (UTR)").locator("+ dd").innerText();
  expect(utr).toMatch(/^\w{6,}$/);

  await expect.poll(newest, { message: "the payment appears by itself", timeout: 30_000 }).not.toBe(before);
  const rowId = (await newest()) ?? "";
  const row = desk.locator(`[id="${rowId}"]`);
  await expect(row).toContainText("Succeeded");
  await expect(row).toContainText(link.amount);

  const box = desk.getByRole("searchbox", { name: /UTR/ });
  const panel = desk.getByRole("complementary", { name: `Payment of ${link.amount}` });
  await box.fill(utr);
  await box.press("Enter");
  await expect(desk.getByText(/^Searched as .*bank reference/)).toBeVisible();
  await expect(panel, "the one answer opens by itself").toBeVisible();
  await expect(row).toHaveAttribute("aria-current", "true");
  await expect(rows).toHaveCount(1);
  for (const channel of ["Gateway", "Ledger", "Webhook"]) await expect(panel.getByRole("list", { name: "Timeline" }), "it says how it came about").toContainText(`· ${channel} ·`);

  await desk.getByRole("button", { name: "Close panel" }).click();
  await box.fill(link.phone);
  await box.press("Enter");
  await expect(desk.getByText(/^Searched as .*phone number/)).toBeVisible();
  await expect(row).toBeVisible();
});

/** The maker's form, filled in by hand up to its button. */
async function requestThousand(page: Page, beneficiary: RegExp | "first", purpose: string): Promise<string> {
  await page.getByRole("navigation", { name: "Desk" }).getByRole("link", { name: "Payouts" }).click();
  await page.getByRole("link", { name: "Request a payout" }).click();
  await page.getByLabel("Account", { exact: true }).selectOption({ label: loadDemo().accounts[0]?.name ?? "" });
  const choices = page.getByLabel("Beneficiary", { exact: true });
  const wanted = choices.locator("option:not([disabled])").filter(beneficiary === "first" ? {} : { hasText: beneficiary });
  await expect(wanted).not.toHaveCount(0);
  await choices.selectOption((await wanted.first().getAttribute("value")) ?? "");
  await page.getByLabel("Amount", { exact: true }).fill("1000");
  await page.getByLabel("Purpose", { exact: true }).fill(purpose);
  const headroom = page.getByRole("region", { name: "What it leaves" });
  await expect(headroom.getByText(/^.₹1,000\.00$/), "the headroom counts it in").toBeVisible();
  await page.getByRole("button", { name: /^Request ₹1,000 to / }).click();
  await page.waitForURL(/\/payouts\/po_/);
  return page.url().split("/").at(-1) ?? "";
}

test("a maker's ₹1,000 to the beneficiary listed first is signed by a finance admin with a code, leaves, and succeeds", async ({ browser }) => {
  const [admin, maker] = [await comeIn(browser, "finance_admin"), await comeIn(browser, "finance_maker")];
  const payoutId = await requestThousand(maker, "first", "First month of rent");
  await expect(maker.getByText(/^needs a finance admin/)).toHaveCount(1);
  await expect(maker.getByRole("button", { name: /^Approve ₹1,000/ }), "who asked sees why they cannot sign").toHaveAttribute("aria-disabled", "true");

  await admin.goto("/payouts?queue=waiting");
  await admin.locator(`[id="row-${payoutId}"]`).getByRole("button").click();
  const panel = admin.getByRole("complementary");
  await panel.getByRole("button", { name: /^Approve ₹1,000 to / }).click();
  const dialog = admin.getByRole("dialog", { name: "Sign this payout" });
  await expect(dialog.getByText("₹1,000.00").first()).toBeVisible();
  await dialog.getByLabel("Code", { exact: true }).fill(await freshCode(personWith("finance_admin")));
  await dialog.getByRole("button", { name: /^Approve ₹1,000 to / }).click();
  await expect(panel.getByText("You signed; it was the last signature.")).toBeVisible();
  await expect(panel.getByText("Succeeded", { exact: true }), "it succeeds without a reload").toBeVisible({ timeout: 60_000 });

  await maker.goto(`/transactions?id=${payoutId}`);
  await expect(maker.getByRole("complementary", { name: "Payout of ₹1,000.00" })).toContainText("Succeeded");
});

test("a maker's ₹1,000 to the new beneficiary is held, and says why, until when, and who can look at it", async ({ browser }) => {
  const maker = await comeIn(browser, "finance_maker");
  await requestThousand(maker, /new, cooling off/, "Logo of the shop");
  const next = maker.getByRole("region", { name: "What happens next" });
  await expect(next.getByText(/^Held until /)).toBeVisible();
  await expect(next.getByRole("listitem").first(), "why").toContainText(/new|cool/i);
  await expect(next.getByText(/risk analyst/), "who").toBeVisible();
});

test("the auditor verifies the trail from the screen and sees that it is good", async ({ browser }) => {
  const auditor = await comeIn(browser, "auditor");
  await auditor.getByRole("navigation", { name: "Desk" }).getByRole("link", { name: "Audit" }).click();
  await auditor.getByRole("button", { name: "Verify the trail" }).click();
  const report = auditor.getByRole("complementary", { name: "The trail against its signed heads" });
  await expect(report.getByRole("heading", { name: "The trail is whole" })).toBeVisible({ timeout: 30_000 });
  await expect(report.getByText("Good", { exact: true })).toBeVisible();
});

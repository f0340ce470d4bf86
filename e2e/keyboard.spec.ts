import { expect, test, type Page } from "@playwright/test";
import { askForPayout, sitDown, statusOf, uncommonRupees } from "./desk.ts";
import { addPerson, cookieOfNew } from "./people.ts";
import { freshCode, loadDemo } from "./support.ts";

/** Presses a key until `done`, as a person looking at the screen would. */
async function pressUntil(page: Page, key: string, done: () => Promise<boolean>): Promise<void> {
  await expect
    .poll(async () => {
      if (await done()) return true;
      await page.keyboard.press(key);
      return done();
    })
    .toBe(true);
}

/** A page is drawn before its script has come, and answers to keys once it is alive: the dot says so. */
const alive = (page: Page) => expect(page.getByText("live", { exact: true })).toBeVisible();

test("a payout is signed from sign-in to signature without a pointer, and no key confirms by itself", async ({ page }) => {
  const [admin, makerCookie] = await Promise.all([addPerson(["finance_admin"]), cookieOfNew(["finance_maker"])]);
  const rupees = uncommonRupees();
  const payoutId = await askForPayout(makerCookie, rupees);
  const amount = `₹${rupees.toLocaleString("en-IN")}`;

  await page.goto("/sign-in");
  await pressUntil(page, "Tab", () => page.getByLabel("Email").evaluate((field) => field === document.activeElement));
  await page.keyboard.type(admin.email);
  await pressUntil(page, "Tab", () => page.getByLabel("Password", { exact: true }).evaluate((field) => field === document.activeElement));
  await page.keyboard.type(admin.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/two-factor");
  const codeField = page.getByLabel("Code", { exact: true });
  await pressUntil(page, "Tab", () => codeField.evaluate((field) => field === document.activeElement));
  await page.keyboard.type(await freshCode(admin));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/overview");

  await alive(page);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Go, find, act" })).toBeVisible();
  await page.keyboard.type("payouts");
  await expect(page.getByRole("option", { name: /^Payouts/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/payouts/);

  const row = page.locator(`[id="row-${payoutId}"]`);
  await expect(row).toBeVisible();
  const panel = page.getByRole("complementary");
  await pressUntil(page, "ArrowDown", async () => (await row.getAttribute("aria-current")) === "true");
  await expect(panel.getByRole("button", { name: new RegExp(`^Approve ${amount} to`) })).toBeVisible();

  const signatures: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/approve")) signatures.push(request.url());
  });
  await page.keyboard.press("a");
  const dialog = page.getByRole("dialog", { name: "Sign this payout" });
  const code = dialog.getByLabel("Code", { exact: true });
  await expect(code, "the code is asked for at once").toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.keyboard.press("a");
  await expect(code).toBeFocused();
  await page.keyboard.press("a");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("A code is six digits.")).toBeVisible();
  const digits = await freshCode(admin);
  await page.keyboard.type(digits);
  await expect(code).toHaveValue(digits);
  expect(signatures, "six digits alone sign nothing").toEqual([]);
  expect(await statusOf(makerCookie, payoutId)).toBe("pending_approval");
  await page.keyboard.press("Enter");
  await expect(panel.getByText("You signed; it was the last signature.")).toBeVisible();
  expect(signatures).toHaveLength(1);
});

test("a wrong code is said once, at its field, which is marked, emptied and typed in again; whose account pays is read by its name", async ({ browser }) => {
  const [admin, maker] = await Promise.all([sitDown(browser, ["finance_admin"]), cookieOfNew(["finance_maker"])]);
  const { page } = admin;
  const payoutId = await askForPayout(maker, uncommonRupees());
  await page.goto(`/payouts/${payoutId}`);
  await alive(page);
  await page.keyboard.press("a");
  const dialog = page.getByRole("dialog", { name: "Sign this payout" });
  const code = dialog.getByLabel("Code", { exact: true });
  const account = loadDemo().accounts[0];
  await expect(dialog.getByRole("region", { name: "What you sign" })).toContainText(`From account${account?.name} signed as ${account?.id}`);
  await expect(code).toBeFocused();
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await expect(code).toHaveAttribute("aria-invalid", "true");
  await expect(code).toHaveAccessibleDescription(/The code is not right\.$/);
  await expect(code).toBeFocused();
  await expect(code).toHaveValue("");
  await expect(dialog.getByRole("alert")).toHaveText(["The code is not right."]);
  await page.keyboard.type("12");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("alert"), "one thing is wrong at a time").toHaveText(["A code is six digits."]);
  await expect(code).toBeFocused();
});

test("rejecting opens on a key, and ends only with a reason and its button", async ({ browser }) => {
  const [admin, maker] = await Promise.all([sitDown(browser, ["finance_admin"]), cookieOfNew(["finance_maker"])]);
  const rupees = uncommonRupees();
  const payoutId = await askForPayout(maker, rupees);
  const { page } = admin;
  await page.goto(`/payouts?id=${payoutId}`);
  await expect(page.getByRole("complementary").getByRole("button", { name: /^Reject ₹/ })).toBeVisible();
  await alive(page);
  await page.keyboard.press("r");
  const dialog = page.getByRole("dialog", { name: /^Reject ₹/ });
  await expect(dialog).toBeVisible();
  await pressUntil(page, "Tab", () => dialog.getByRole("button", { name: /^Reject ₹/ }).evaluate((button) => button === document.activeElement));
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(/^Say why/)).toBeVisible();
  expect(await statusOf(maker, payoutId)).toBe("pending_approval");
  await pressUntil(page, "Tab", () => dialog.getByLabel("Reason").evaluate((field) => field === document.activeElement));
  await page.keyboard.type("Paid twice already.");
  await pressUntil(page, "Tab", () => dialog.getByRole("button", { name: /^Reject ₹/ }).evaluate((button) => button === document.activeElement));
  await page.keyboard.press("Enter");
  await expect(page.getByText("You rejected it.")).toBeVisible();
  expect(await statusOf(maker, payoutId)).toBe("rejected");
});

test("transactions: / searches, f filters, arrows move with the panel, Escape closes the topmost thing", async ({ browser }) => {
  const { page } = await sitDown(browser, ["support"]);
  // Rows that no other test adds to, so that the second stays the second.
  await page.goto("/transactions?kind=payment&status=failed");
  const box = page.getByRole("searchbox", { name: /UTR/ });
  const rows = page.getByRole("table", { name: "Transactions" }).locator("tbody tr");
  const panel = page.getByRole("complementary");
  await expect(rows.nth(1)).toBeVisible();

  await alive(page);
  await page.keyboard.press("/");
  await expect(box).toBeFocused();
  await page.keyboard.type("f");
  await expect(box, "a letter typed into a field is text").toHaveValue("f");
  await expect(page.getByRole("dialog", { name: "Filters" })).toBeHidden();
  await page.keyboard.press("Backspace");
  await box.blur();

  await page.keyboard.press("f");
  await expect(page.getByRole("textbox", { name: "Find a filter" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Filters" })).toBeHidden();
  await page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined));

  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(0)).toHaveAttribute("aria-current", "true");
  await expect(panel.getByRole("heading", { level: 2 })).toContainText(/of ₹/);
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toHaveAttribute("aria-current", "true");
  await page.keyboard.press("ArrowUp");
  await expect(rows.nth(0)).toHaveAttribute("aria-current", "true");
  await page.keyboard.press("f");
  await expect(page.getByRole("dialog", { name: "Filters" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Filters" }), "the filters first").toBeHidden();
  await expect(panel).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(panel, "then the panel").toBeHidden();
});

test("the palette goes, finds, and offers only what this person may do; ? lists the keys", async ({ browser }) => {
  const { page } = await sitDown(browser, ["support"]);
  await page.goto("/overview");
  const palette = page.getByRole("dialog", { name: "Go, find, act" });
  await alive(page);
  // Nobody waits for it to be fetched before they type.
  await page.keyboard.press("Control+k");
  await page.keyboard.type("stop");
  await expect(palette.getByLabel("Find a page or a transaction")).toHaveValue("stop");
  await expect(page.getByRole("option", { name: /Stop payouts/ })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(palette).toBeVisible();
  await page.keyboard.type("9876501234");
  await expect(page.getByRole("option", { name: /^Find “9876501234”/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/transactions\?q=9876501234/);
  await expect(page.getByText(/^Searched as .*phone number/)).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toContainText("Search this list");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeHidden();
});

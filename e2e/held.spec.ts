// A payout that the risk screen holds: what the maker and the approver read, and how a risk analyst lets it go on.
import { expect, test } from "@playwright/test";
import { allowPayoutsADay, complaintsOf, manyADay, newKey, sitDown, statusOf } from "./desk.ts";
import { ask } from "./people.ts";
import { keepScreen, loadDemo } from "./support.ts";

/** Small payouts of one account until the screen holds one; answers its id. */
async function askUntilHeld(cookie: string, accountId: string): Promise<string> {
  const listed = await ask("GET", `/api/accounts/${accountId}/beneficiaries?payable=true`, { cookie });
  const beneficiaryId = (listed.body as { items: { id: string }[] }).items[0]?.id ?? "";
  const from = 20_000 + (Date.now() % 50_000);
  for (let made = 0; made < 4; made += 1) {
    const body = { accountId, beneficiaryId, amountPaise: String(from + made), purpose: "Many a day" };
    const answer = await ask("POST", "/api/payouts", { cookie, body, headers: { "idempotency-key": newKey() } });
    expect(answer.status).toBe(200);
    const { id, status } = answer.body as { id: string; status: string };
    if (status === "held") return id;
  }
  throw new Error("nothing was held");
}

test.beforeAll(() => allowPayoutsADay(3));
test.afterAll(() => allowPayoutsADay(manyADay));

test("a held payout says why and who can release it; a risk analyst does, with a reason, and then it waits for its signatures", async ({ browser }) => {
  const maker = await sitDown(browser, ["finance_maker"], "Mona Maker");
  const admin = await sitDown(browser, ["finance_admin"], "Farid First");
  const risk = await sitDown(browser, ["risk_analyst"], "Rita Risk");
  const complaints = [maker, admin, risk].flatMap(({ page }) => complaintsOf(page));
  const payoutId = await askUntilHeld(maker.cookie, loadDemo().accounts[1]?.id ?? "");

  await maker.page.goto(`/payouts/${payoutId}`);
  await expect(maker.page.getByText("Held until someone releases it")).toBeVisible();
  await expect(maker.page.getByText("A risk analyst who did not ask for it can release it.")).toBeVisible();
  await expect(maker.page.getByRole("button", { name: /^Release ₹/ })).toHaveCount(0);
  await admin.page.goto(`/payouts/${payoutId}`);
  await expect(admin.page.getByRole("button", { name: /^Approve ₹/ })).toHaveAttribute("aria-disabled", "true");

  await risk.page.goto(`/payouts?queue=waiting&id=${payoutId}`);
  const panel = risk.page.getByRole("complementary");
  await expect(risk.page.locator(`[id="row-${payoutId}"]`), "it is on the analyst's list").toContainText(/already asked for .* in the last 24 hours/);
  await expect(panel.getByText("Many payouts in a day").first()).toBeVisible();
  await keepScreen(risk.page, "held-release");
  await panel.getByRole("button", { name: /^Release ₹/ }).click();
  const dialog = risk.page.getByRole("dialog", { name: /^Release ₹/ });
  await dialog.getByRole("button", { name: /^Release ₹/ }).click();
  await expect(dialog.getByText(/^Say why/), "not without a reason").toBeVisible();
  expect(await statusOf(maker.cookie, payoutId)).toBe("held");
  await dialog.getByLabel("Reason").fill("Month-end batch, looked at each one");
  await dialog.getByRole("button", { name: /^Release ₹/ }).click();
  await expect(panel.getByText("You released it.")).toBeInViewport();
  await keepScreen(risk.page, "held-released");
  expect(await statusOf(maker.cookie, payoutId)).toBe("pending_approval");

  await admin.page.reload();
  await expect(admin.page.getByRole("button", { name: /^Approve ₹/ })).not.toHaveAttribute("aria-disabled", "true");
  await expect(admin.page.getByText(/Month-end batch, looked at each one/).first(), "who signs reads why it was let go on").toBeVisible();
  expect(complaints).toEqual([]);
});

// What the desk says where there is little to say: an id that nothing has, the last of a queue, a form under a question.
import { expect, test } from "@playwright/test";
import { askForPayout, sitDown, uncommonRupees } from "./desk.ts";
import { cookieOfNew } from "./people.ts";

test("a panel for an id that nothing has says what kind of thing it would be, and that there is no such one", async ({ browser }) => {
  const { page } = await sitDown(browser, ["auditor"]);
  const panel = page.getByRole("complementary");
  for (const [path, kind, none] of [
    ["/transactions?id=po_00000000000000000000000000", "Transaction", "No such transaction"],
    ["/payouts?id=po_00000000000000000000000000", "Payout", "No such payout"],
    ["/audit?id=ae_00000000000000000000000000", "Audit row", "No such audit row"],
  ] as const) {
    await page.goto(path);
    await expect(panel.getByRole("heading", { level: 2, name: none })).toBeVisible();
    await expect(panel.getByText(kind, { exact: true })).toBeVisible();
    await expect(panel.getByRole("button", { name: /^Next/ }), "it stands in no list").toHaveCount(0);
  }
});

test("after the last decision of a list its panel says that it was the last", async ({ browser }) => {
  const maker = await cookieOfNew(["finance_maker"]);
  const { page } = await sitDown(browser, ["finance_admin"]);
  const payoutId = await askForPayout(maker, uncommonRupees());
  await page.goto(`/payouts?status=pending_approval&q=${payoutId}&id=${payoutId}`);
  const panel = page.getByRole("complementary");
  await expect(panel.getByText("1 of 1")).toBeVisible();
  await panel.getByRole("button", { name: /^Reject/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("It was asked for twice.");
  await dialog.getByRole("button", { name: /^Reject/ }).click();
  await expect(panel.getByText("That was the last")).toBeVisible();
});

test("the factor asked once more in a low window leaves the head of its form to be seen, and all of itself to be reached", async ({ browser }) => {
  const { page } = await sitDown(browser, ["security_admin"]);
  await page.setViewportSize({ width: 700, height: 480 });
  await page.goto("/ip-rules");
  await page.getByRole("button", { name: "Ban a network" }).click();
  const form = page.getByRole("dialog", { name: "Ban a network" });
  await form.getByLabel("Network").fill("203.0.113.0/24");
  await form.getByLabel("Reason").fill("Knocks at every door.");
  const above = await form.boundingBox();
  await form.getByRole("button", { name: /^Ban/ }).click();
  const asked = page.getByRole("dialog", { name: "Sign once more" });
  await expect(asked).toBeVisible();
  const below = await asked.boundingBox();
  expect((below?.y ?? 0) - (above?.y ?? 0), "the form's title stands clear of it").toBeGreaterThan(40);
  for (const height of [480, 300, 220]) {
    await page.setViewportSize({ width: 390, height });
    await asked.getByRole("button", { name: "Sign and go on" }).scrollIntoViewIfNeeded();
    await expect(asked.getByRole("button", { name: "Sign and go on" })).toBeInViewport();
    await asked.getByText("Code", { exact: true }).scrollIntoViewIfNeeded();
    await expect(asked.getByText("Code", { exact: true })).toBeInViewport();
  }
});

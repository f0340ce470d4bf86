// What happens as it happens, who changes the numbers, and how guards fail: the three screens of those who watch.
import { expect, test, type Page } from "@playwright/test";
import { axeComplaints } from "./axe.ts";
import { sitDown, type Seat } from "./desk.ts";
import { ask, browserName, cookieOfNew } from "./people.ts";
import { settings } from "./settings.ts";
import { freshCode, keepScreen } from "./support.ts";

/** Light, dark and on a phone: nothing serious for axe, nothing wider than the screen. */
async function lookAt(page: Page, name: string): Promise<void> {
  for (const [scheme, width] of [
    ["light", 1440],
    ["dark", 1440],
    ["light", 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await keepScreen(page, `${name}-${scheme}-${width}`);
    expect.soft(await axeComplaints(page, "grave"), `${name}, ${scheme}, ${width}`).toEqual([]);
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${name}, ${width}`).toBeLessThanOrEqual(width);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

test("a refused look appears by itself, marked as a first time, in every tab; the filters stand in the address", async ({ browser }) => {
  const { page } = await sitDown(browser, ["security_admin"]);
  await page.goto("/security");
  await expect(page.getByRole("status", { name: "Live" })).toContainText("Live:");
  const second = await page.context().newPage();
  await second.goto("/security?severity=warning");
  await expect(second.getByRole("status", { name: "Live" })).toContainText("Live:");
  const name = `Nosy ${Date.now()}`;
  await ask("GET", "/api/audit", { cookie: await cookieOfNew(["support"], { name }) });
  for (const tab of [page, second]) {
    const row = tab.getByRole("row").filter({ hasText: `${name} tried to read the audit trail and was refused.` });
    await expect(row).toBeVisible({ timeout: 5_000 });
    await expect(row.getByText("First time").filter({ visible: true })).toHaveCount(1);
  }
  await page.keyboard.press("f");
  await page.getByRole("dialog", { name: "Filters" }).getByLabel("Critical").click();
  await expect(page).toHaveURL(/severity=critical/);
  await second.getByRole("button", { name: `${name} tried to read the audit trail and was refused.` }).click();
  await expect(second.getByRole("complementary")).toContainText("This person had never done this before.");
  await expect(second).toHaveURL(/id=\d+/);
  await lookAt(second, "security");
});

test("the stream ends within five seconds of signing out", async () => {
  const cookie = await cookieOfNew(["auditor"]);
  const response = await fetch(`${settings.baseUrl}/api/events`, { headers: { cookie, "user-agent": browserName } });
  expect(response.status).toBe(200);
  const ended = response.text();
  const since = performance.now();
  await ask("POST", "/api/sign-out", { cookie });
  expect(await ended).toContain('event: ended\ndata: {"why":"signed_out"}');
  expect(performance.now() - since).toBeLessThan(5_000);
});

async function stepUp({ page, person }: Seat): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Sign once more" });
  await dialog.getByLabel("Code", { exact: true }).fill(await freshCode(person));
  await dialog.getByRole("button", { name: "Sign and go on" }).click();
}

test("a setting changes when one proposes it, signs once more, and another lets it take effect; what is out of bounds says why", async ({ browser }) => {
  const [owner, guard] = [await sitDown(browser, ["owner"], "Olga Owner"), await sitDown(browser, ["security_admin"], "Gita Guard")];
  // A desk that has seen this test before has another value by now.
  const days = 31 + (Date.now() % 58);
  await owner.page.goto("/settings?name=dormantDays");
  const panel = owner.page.getByRole("complementary");
  await panel.getByLabel("New value").fill("365");
  await expect(panel.getByText("An account is dormant after 30 to 90 days.")).toBeVisible();
  await panel.getByLabel("New value").fill(String(days));
  await expect(panel.getByText(/^This (tightens|loosens) the rule: (less|more) will be possible than before\.$/)).toBeVisible();
  await panel.getByLabel("Reason").fill("The auditors asked for it");
  await panel.getByRole("button", { name: "Propose to a second person" }).click();
  await stepUp(owner);
  await expect(panel.getByText("You proposed this change, so another person must decide it.")).toBeVisible();
  await lookAt(owner.page, "settings");
  await guard.page.goto("/settings?name=dormantDays");
  const other = guard.page.getByRole("complementary");
  await other.getByLabel("Why").fill("Agreed in today's review");
  await other.getByRole("button", { name: `Let ${days} days take effect` }).click();
  await stepUp(guard);
  await expect(other.getByText(`to ${days} days: proposed by Olga Owner, accepted by Gita Guard`).first()).toBeVisible();
  await expect(guard.page.getByRole("row").filter({ hasText: "Dormant after" })).toContainText(`${days} days`);
});

test("the posture page says for every guard and failure what happens, why, and how that was proved", async ({ browser }) => {
  const { page } = await sitDown(browser, ["compliance"]);
  await page.goto("/posture");
  await expect(page.getByText(/(\d+) of \1 cells are proved/)).toBeVisible();
  await page.getByRole("button", { name: "Dispatch" }).click();
  const panel = page.getByRole("complementary", { name: "Dispatch" });
  await expect(panel).toContainText("The destination does not open, so nothing is sent; the money stays set aside.");
  await expect(panel.getByText(/^Proved on /)).toHaveCount(4);
  await lookAt(page, "posture");
});

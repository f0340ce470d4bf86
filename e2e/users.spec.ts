import { randomBytes } from "node:crypto";
import { expect, test, type Browser, type Page } from "@playwright/test";
import type { Role } from "@/lib/access";
import { axeComplaints } from "./axe.ts";
import { complaintsOf } from "./desk.ts";
import { addPerson, ask, steppedUpCookie, wear } from "./people.ts";
import { settings } from "./settings.ts";
import { keepScreen } from "./support.ts";

/** A person of the test's own at a browser, who showed a fresh factor a moment ago. */
async function seat(browser: Browser, role: Role, name: string): Promise<{ page: Page; cookie: string; userId: string }> {
  const { userId } = await addPerson([role], { name });
  const cookie = await steppedUpCookie(userId);
  const context = await browser.newContext();
  await wear(context, cookie);
  return { page: await context.newPage(), cookie, userId };
}

const unique = (first: string): string => `${first} ${randomBytes(4).toString("hex").replace(/\d/g, "q")}`;

test("an owner invites a colleague, a second admin countersigns, a toxic role is refused in words, and disabling cuts access at once", async ({ browser }) => {
  const [owner, second] = [await seat(browser, "owner", "Asha Test"), await seat(browser, "security_admin", "Arjun Test")];
  const complaints = complaintsOf(owner.page);
  const name = unique("Nisha");
  const { page } = owner;

  await page.goto("/users");
  await page.getByRole("button", { name: "Invite a person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Email").fill(`${randomBytes(6).toString("hex")}@test.example`);
  await dialog.getByLabel(/^Finance maker/).check();
  await dialog.getByLabel("Reason").fill("Joins the payouts team this week.");
  await dialog.getByRole("button", { name: `Invite ${name}` }).click();
  const link = (await dialog.getByText(/\/invitation#/).textContent()) ?? "";
  expect(link).toMatch(new RegExp(`^${settings.baseUrl}/invitation#[\\w-]{40,}$`));
  await dialog.getByRole("button", { name: "Show the person" }).click();
  const panel = page.getByRole("complementary");
  await expect(panel.getByText("You proposed this, so somebody else decides it.")).toBeVisible();
  await expect(page.getByText(link)).toHaveCount(0);

  await second.page.goto("/users?tab=proposals");
  await second.page.getByRole("button", { name: `Give Finance maker to ${name}` }).click();
  await expect(second.page.getByRole("button", { name: `Give Finance maker to ${name}` })).toHaveCount(0);

  await page.reload();
  await panel.getByRole("button", { name: `Give ${name} a role` }).click();
  await dialog.getByLabel("Role").selectOption("finance_admin");
  const path = `${name} could request a payout as Finance maker and approve it as Finance admin.`;
  await expect(dialog.getByRole("region", { name: "What it changes" }).getByText(path)).toBeVisible();
  await dialog.getByLabel("Reason").fill("Covers for a colleague on leave.");
  await dialog.getByRole("button", { name: `Propose Finance admin for ${name}` }).click();
  await expect(dialog.getByText(path)).toHaveCount(2);
  await dialog.getByRole("button", { name: "Cancel" }).click();

  const leaver = await seat(browser, "support", unique("Leaving"));
  expect((await ask("GET", "/api/me", { cookie: leaver.cookie })).status).toBe(200);
  await page.goto(`/users?id=${leaver.userId}`);
  await panel.getByRole("button", { name: /^Disable / }).click();
  await dialog.getByLabel("Reason").fill("Left the company today.");
  await dialog.getByRole("button", { name: /^Disable / }).click();
  await expect(panel.getByText("Disabled", { exact: true })).toBeVisible();
  expect(await ask("GET", "/api/me", { cookie: leaver.cookie })).toMatchObject({ status: 401 });
  // The refused proposal is the only complaint the browser may have had: it logs every answer that is not a success.
  expect(complaints.filter((line) => !line.includes("409"))).toEqual([]);
});

const looks = [
  { name: "dark", scheme: "dark", size: { width: 1440, height: 900 } },
  { name: "phone", scheme: "light", size: { width: 390, height: 844 } },
] as const;

test("people, roles and reviews are readable in the dark and on a phone, and say who could move money alone", async ({ browser }) => {
  const { page, userId } = await seat(browser, "owner", "Vikram Test");
  const screens: [string, string, string][] = [
    ["users-person", `/users?id=${userId}`, "Users"],
    ["users-proposals", "/users?tab=proposals", "Users"],
    ["roles", "/roles", "Roles"],
    ["roles-money", "/roles?tab=money", "Roles"],
    ["reviews", "/reviews", "Reviews"],
  ];
  for (const [screen, path, heading] of screens) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    if (screen === "users-person") await expect(page.getByRole("complementary").getByRole("heading", { name: "What can be done" })).toBeVisible();
    if (screen === "roles-money") await expect(page.getByText("Nobody.", { exact: true })).toBeVisible();
    for (const look of looks) {
      await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: "reduce" });
      await page.setViewportSize(look.size);
      await keepScreen(page, `${screen}-${look.name}`);
      expect.soft(await axeComplaints(page, "grave"), `${screen}, ${look.name}`).toEqual([]);
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${screen}, ${look.name}: sideways`).toBeLessThanOrEqual(look.size.width);
    }
    await page.setViewportSize(looks[0].size);
  }
});

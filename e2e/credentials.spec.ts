// What people sign in with, in their own hands: joining by a link, changing a password, coming in without the phone.
import { randomBytes } from "node:crypto";
import { expect, test, type Page } from "@playwright/test";
import { addInvited, grantRole, issueLink } from "@/lib/auth";
import { parseConfig, setConfig } from "@/lib/config";
import { systemCtx, withTransaction } from "@/lib/context";
import { axeComplaints } from "./axe.ts";
import { complaintsOf } from "./desk.ts";
import { addPerson, steppedUpCookie, wear } from "./people.ts";
import { settings } from "./settings.ts";
import { freshCode, keepScreen } from "./support.ts";

const phrase = (): string => `harbour ${randomBytes(6).toString("hex")} pencil`;

async function expectAccessible(page: Page): Promise<void> {
  expect(await axeComplaints(page, "all")).toEqual([]);
}

/** A signed-in browser that has just shown its factor, and has used up none of the person's codes. */
async function seat(page: Page, userId: string): Promise<void> {
  await wear(page.context(), await steppedUpCookie(userId));
}

test("a colleague joins by a one-time link: name, password with live guidance, authenticator, recovery codes", async ({ page }) => {
  const complaints = complaintsOf(page);
  setConfig(parseConfig({ DATA_DIR: settings.dataDir }));
  const email = `joins-${randomBytes(5).toString("hex")}@test.example`;
  const link = await withTransaction(systemCtx("browser tests", "operator"), async (tx) => {
    const { userId } = await addInvited(tx, { email });
    await grantRole(tx, { userId, role: "support" });
    return issueLink(tx, { userId, purpose: "invitation" });
  });
  await page.goto(link.path);
  await expect(page.getByText("invites you as Support")).toBeVisible();
  expect(page.url(), "the token is out of the address at once").toBe(`${settings.baseUrl}/invitation`);
  await page.getByLabel("Your name").fill("Ganymede Roy");
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("ganymede is my name");
  await expect(page.getByText("It holds “ganymede”", { exact: false })).toBeVisible();
  await password.fill("passwordpassword");
  await expect(page.getByText("tried first", { exact: false })).toBeVisible();
  await expectAccessible(page);
  await keepScreen(page, "invitation");
  await password.fill(phrase());
  await expect(page.getByText(/ard to guess/)).toBeVisible();
  await page.getByRole("button", { name: "Set my password" }).click();
  await page.waitForURL("**/two-factor");
  const shown = page.locator("[data-totp-key]");
  await expect(shown).not.toHaveText("");
  const totpSecret = ((await shown.textContent()) ?? "").replace(/\s/g, "");
  await page.getByLabel("Code").fill(await freshCode({ email, password: "", totpSecret, roles: [] }));
  await page.getByRole("button", { name: "Verify" }).click();
  await page.waitForURL("**/recovery-codes");
  await page.getByRole("button", { name: "Show my recovery codes" }).click();
  await expect(page.locator("[data-recovery-code]")).toHaveCount(10);
  await expectAccessible(page);
  const go = page.getByRole("button", { name: "Go to the desk" });
  await expect(go).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByText("Put the codes away first.")).toBeVisible();
  await page.getByLabel("I have stored them", { exact: false }).check();
  await go.click();
  await page.waitForURL("**/overview");
  await page.goto(link.path);
  await expect(page.getByText("This link was used already", { exact: false })).toBeVisible();
  // The browser itself notes a refused answer.
  expect(complaints.filter((complaint) => !complaint.includes("410"))).toEqual([]);
});

test("a person changes their password, moves to another phone, and comes in by a recovery code, which freezes their say in payouts", async ({ page }) => {
  const person = await addPerson(["finance_admin"], { name: "Meera Test" });
  await seat(page, person.userId);
  await page.goto("/profile");
  await page.getByRole("button", { name: "Make recovery codes" }).click();
  const code = (await page.locator("[data-recovery-code]").first().textContent()) ?? "";
  await page.getByLabel("I have stored them", { exact: false }).check();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("10 left")).toBeVisible();
  await expectAccessible(page);
  await keepScreen(page, "profile");

  const next = phrase();
  await page.getByRole("button", { name: "Change my password" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Present password").fill(person.password);
  await dialog.getByLabel("New password").fill(person.password);
  await dialog.getByLabel("Code").fill(await freshCode(person));
  await dialog.getByRole("button", { name: "Change my password" }).click();
  await expect(dialog.getByText("one of your last 4 passwords", { exact: false })).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel("New password").fill(next);
  await dialog.getByLabel("Code").fill(await freshCode({ ...person, email: `${person.email}-again` }));
  await dialog.getByRole("button", { name: "Change my password" }).click();
  await expect(page.getByText("Your password is changed", { exact: false })).toBeVisible();

  await page.getByRole("button", { name: "Move to another phone" }).click();
  await expect(dialog.locator("[data-totp-key]")).not.toHaveText("");
  await expectAccessible(page);
  const totpSecret = ((await dialog.locator("[data-totp-key]").textContent()) ?? "").replace(/\s/g, "");
  await dialog.getByLabel("Code").fill(await freshCode({ ...person, email: `${person.email}-moved`, totpSecret }));
  await dialog.getByRole("button", { name: "Let the new phone sign" }).click();
  await expect(page.getByText("Your new phone signs from now on", { exact: false })).toBeVisible();

  await page.context().clearCookies();
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(next);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/two-factor");
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await expectAccessible(page);
  await page.getByLabel("Recovery code").fill(code.toLowerCase());
  await page.getByRole("button", { name: "Sign in with this code" }).click();
  await page.waitForURL("**/overview");
  await expect(page.getByText("Your say in payouts is frozen.")).toBeVisible();
});

test("who forgot their password is told the same, whoever they are", async ({ page }) => {
  const person = await addPerson(["support"]);
  for (const email of [person.email, "nobody.at.all@test.example"]) {
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await page.waitForURL("**/reset");
    await page.getByLabel("Email").fill(email);
    await page.getByRole("button", { name: "Ask for a link" }).click();
    await expect(page.getByText("If this address belongs to someone here", { exact: false })).toBeVisible();
  }
  await expectAccessible(page);
});

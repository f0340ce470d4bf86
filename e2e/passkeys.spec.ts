// Signing with a device: adding it, signing in with it, showing it again for a sensitive act; and the end of sessions.
import { expect, test, type Page, type Route } from "@playwright/test";
import { axeComplaints } from "./axe.ts";
import { complaintsOf } from "./desk.ts";
import { addPerson, ask, openCookie, wear } from "./people.ts";
import { freshCode, keepScreen } from "./support.ts";

async function expectAccessible(page: Page): Promise<void> {
  expect(await axeComplaints(page, "all")).toEqual([]);
}

/** The device in the person's hand: it verifies them by itself, and keeps what it made. */
async function giveDevice(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

/** As a tab that is looked at again: the page asks at once whether its session still lives. */
const lookAgain = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

test("a passkey is added behind a code, signs in, opens a sensitive act, and alone brings a person back to their unsent form", async ({ page }) => {
  const complaints = complaintsOf(page);
  const person = await addPerson(["finance_maker"]);
  await giveDevice(page);
  await wear(page.context(), await openCookie(person.userId));

  await page.goto("/profile");
  await expectAccessible(page);
  await page.getByLabel("Name of the new passkey").fill("Work laptop");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const question = page.getByRole("dialog", { name: "Sign once more" });
  await question.getByLabel("Code", { exact: true }).fill(await freshCode(person));
  await question.getByRole("button", { name: "Sign and go on" }).click();
  await expect(page.getByText("Work laptop is added.")).toBeVisible();
  await expect(question).toBeHidden();
  await expectAccessible(page);
  await keepScreen(page, "profile");

  const elsewhere = await openCookie(person.userId);
  expect((await ask("GET", "/api/me", { cookie: elsewhere })).status).toBe(200);
  await page.reload();
  await page.getByRole("button", { name: "End all others" }).click();
  await expect(page.getByText("Ended. Whatever was open there")).toBeVisible();
  expect((await ask("GET", "/api/me", { cookie: elsewhere })).status).toBe(401);

  await page.context().clearCookies();
  await page.goto("/profile");
  await page.waitForURL("**/sign-in?next=%2Fprofile");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  // Exactly this one: the page before has "Use a passkey instead", and is still there while the password is on its way.
  await page.getByRole("button", { name: "Use a passkey", exact: true }).click();
  await page.waitForURL("**/profile");

  // A new session has shown nothing yet: the dialog above this dialog asks for the device, and both go on.
  await page.getByRole("button", { name: "Rename Work laptop" }).click();
  const rename = page.getByRole("dialog", { name: "Rename Work laptop" });
  await rename.getByLabel("Name", { exact: true }).fill("Desk laptop");
  await rename.getByRole("button", { name: "Rename", exact: true }).click();
  await question.getByRole("button", { name: "Use a passkey" }).click();
  await expect(rename).toBeHidden();
  await expect(page.getByText("Desk laptop")).toBeVisible();

  await page.goto("/payouts/new");
  const purpose = page.getByLabel("Purpose");
  await purpose.fill("Rent for the press");
  const cookie = (await page.context().cookies()).find((each) => each.name === "__Host-sid");
  expect((await ask("POST", "/api/sign-out", { cookie: `__Host-sid=${cookie?.value ?? ""}` })).status).toBe(200);
  await lookAgain(page);
  await page.waitForURL("**/sign-in?next=%2Fpayouts%2Fnew&why=ended");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await page.waitForURL("**/payouts/new");
  await expect(purpose).toHaveValue("Rent for the press");
  expect(complaints.filter((each) => !each.includes("401") && !each.includes("403"))).toEqual([]);
});

test("a minute before the idle end its person is asked, and a press keeps every tab signed in", async ({ page }) => {
  const person = await addPerson(["auditor"]);
  await wear(page.context(), await openCookie(person.userId));
  await page.goto("/overview");
  const other = await page.context().newPage();
  await other.goto("/profile");
  const nearTheEnd = (route: Route) => route.fulfill({ json: { idleSeconds: 50, absoluteSeconds: 20_000 } });
  for (const tab of [page, other]) {
    await tab.route("**/api/sessions/clock", nearTheEnd);
    await lookAgain(tab);
    await expect(tab.getByRole("dialog", { name: "Still there?" })).toBeVisible();
  }
  await expect(page.getByRole("timer")).toHaveText(/^(50|4\d) s$/);
  await expectAccessible(page);
  await page.unroute("**/api/sessions/clock");
  await page.getByRole("button", { name: "Stay signed in" }).click();
  for (const tab of [page, other]) await expect(tab.getByRole("dialog", { name: "Still there?" })).toBeHidden();
});

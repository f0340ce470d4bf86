// API clients: made, shown their secret once, given a new key, stopped; and the published program at the running desk.
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test, type Page } from "@playwright/test";
import { axeComplaints } from "./axe.ts";
import { complaintsOf, firstChoice, newKey, sitDown, statusOf, uncommonRupees } from "./desk.ts";
import { cookieOfNew } from "./people.ts";
import { settings } from "./settings.ts";
import { freshCode, keepScreen, loadDemo } from "./support.ts";

const run = promisify(execFile);
const program = join(import.meta.dirname, "..", "public", "api-examples", "client.sh");

/** Runs the published shell program against the desk; answers what it printed, also when it was refused. */
async function call(client: { id: string; key: string }, ...args: string[]): Promise<Record<string, unknown>> {
  const keyFile = join(mkdtempSync(join(tmpdir(), "countersign e2e-")), "key");
  writeFileSync(keyFile, client.key, { mode: 0o600 });
  const { stdout } = await run("bash", [program, settings.baseUrl, client.id, keyFile, ...args]).catch((error: { stdout: string }) => error);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function axe(page: Page, what: string): Promise<void> {
  expect.soft(await axeComplaints(page, "grave"), what).toEqual([]);
}

/** In the page: three steps back at once, and every address until it is where it was; runs into the test's own time when it never is. */
function threeStepsBack(): Promise<string[]> {
  const [start, ways] = [window.location.href, [] as string[]];
  return new Promise((done) => {
    window.navigation.addEventListener("currententrychange", () => {
      ways.push(`${window.location.pathname}${window.location.search}`);
      if (ways.length > 1 && window.location.href === start && window.navigation.currentEntry?.index === window.navigation.entries().length - 1) done(ways);
    });
    window.history.go(-3);
  });
}

test("a security admin makes a client with a secret, its program asks for a payout, and a stopped client is refused", async ({ browser }) => {
  const { page, person } = await sitDown(browser, ["security_admin"], "Sana Kapoor");
  const complaints = complaintsOf(page);
  await page.goto("/overview");
  await page.getByRole("link", { name: "API clients" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "API clients" })).toBeVisible();
  await page.getByRole("button", { name: "Create an API client" }).click();
  const form = page.getByRole("dialog", { name: "Create an API client" });
  await form.getByRole("button", { name: "Create the client" }).click();
  await expect(form.getByText("Choose who answers for it.")).toBeVisible();
  await expect(form.getByLabel("Name"), "one stands in the first field that is wrong").toBeFocused();
  const name = `Till ${newKey().slice(0, 6)}`;
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Owner").selectOption({ label: "Rohan Das" });
  await form.getByLabel("Ask for payouts").check();
  await form.getByLabel("Read payouts").check();
  await form.getByLabel("Signs with").selectOption({ label: "Shared secret (HMAC)" });
  await axe(page, "the form");
  await keepScreen(page, "client-create");
  await form.getByRole("button", { name: "Create the client" }).click();
  const fresh = page.getByRole("dialog", { name: "Sign once more" });
  await fresh.getByLabel("Code").fill(await freshCode(person));
  await fresh.locator('button[type="submit"]').click();
  const made = page.getByRole("dialog", { name: `${name} can call now` });
  await expect(made.getByText("This is shown once.")).toBeVisible();
  const [id = "", secret = ""] = await made.locator(".ref").allTextContents();
  expect([id.slice(0, 3), secret.length]).toEqual(["cl_", 43]);
  await axe(page, "the secret, shown once");
  await expect(made.getByText("GET /api/v1/payouts"), "a first call that its scopes allow").toBeVisible();
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 400);
  await expect(made.getByText(secret), "nothing but its own button takes the secret away").toBeVisible();
  await expect(made.getByRole("button", { name: "Close" })).toHaveCount(0);
  await page.goBack();
  await page.goBack();
  await expect(made.getByText("Going back would lose what is shown here"), "nor does Back, which says so").toBeVisible();
  await expect(made.getByText(secret)).toBeVisible();
  const ways = await page.evaluate(threeStepsBack);
  expect([ways[0], ways.at(-1)], "several steps at once are taken forward again as well").toEqual(["/overview", `/clients?id=${id}`]);
  await expect(made.getByText(secret), "and what is shown stays").toBeVisible();
  await axe(page, "the secret, after Back");
  await keepScreen(page, "client-secret-back");
  expect(await page.evaluate(() => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }))), "the browser asks before it loads anew").toBe(true);
  await made.getByRole("button", { name: "I have put the secret away" }).click();
  await expect(page).toHaveURL(`/clients?id=${id}`);
  await page.goBack();
  await expect(page, "with the secret put away, Back goes back").toHaveURL("/clients");
  await page.goForward();

  const rupees = uncommonRupees();
  const maker = await cookieOfNew(["finance_maker"]);
  const body = JSON.stringify({ ...(await firstChoice(maker)), amountPaise: `${rupees}00`, purpose: "Browser test" });
  const payout = await call({ id, key: secret }, "POST", "/api/v1/payouts", body, newKey());
  expect(payout).toMatchObject({ status: "pending_approval", amountPaise: `${rupees}00` });
  expect(await statusOf(maker, String(payout["id"]))).toBe("pending_approval");

  const panel = page.getByRole("complementary", { name });
  await expect(panel.getByText("created it")).toBeVisible();
  expect(await page.content(), "the secret is gone from the page").not.toContain(secret);
  await panel.getByRole("button", { name: "Give it a new key" }).click();
  const rotation = page.getByRole("dialog", { name: `Give ${name} a new key` });
  await expect(rotation.getByText("From then on you count"), "its maker need not be told").toHaveCount(0);
  await rotation.getByRole("button", { name: "Give it a new key" }).click();
  await page
    .getByRole("dialog", { name: `${name} has a new key` })
    .getByRole("button", { name: "I have put the secret away" })
    .click();
  await expect(panel.getByText("The newest, in use")).toBeVisible();
  await expect(panel.getByText("Replaced, ends")).toBeVisible();
  await panel.getByRole("button", { name: "Disable it" }).click();
  await page.getByLabel("Reason").fill("The till was stolen.");
  await page.getByRole("button", { name: "Disable the client" }).click();
  await expect(panel.getByText("Disabled")).toBeVisible();
  await axe(page, "the panel");
  await page.emulateMedia({ colorScheme: "dark" });
  await axe(page, "the panel, dark");
  await page.emulateMedia({ colorScheme: "light" });
  await keepScreen(page, "client");
  expect(await call({ id, key: secret }, "GET", "/api/v1/payouts")).toMatchObject({ status: 401, code: "client_disabled" });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await keepScreen(page, "client-phone");
  // The 403 that asks for a fresh factor is the only answer of its kind.
  expect(complaints.filter((each) => !each.includes("403 (Forbidden)"))).toEqual([]);
  expect(complaints.length).toBeLessThanOrEqual(1);
});

test("the demo's clients call as they are, and what is no path, not signed or not theirs is refused in one form", async () => {
  for (const client of loadDemo().apiClients) {
    const key = client.privateKey ?? client.secret ?? "";
    expect(await call({ id: client.id, key }, "GET", "/api/v1/accounts")).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id: loadDemo().accounts[0]?.id })]) as unknown,
    });
    expect(await call({ id: client.id, key }, "GET", "/api/v1/payouts?limit=1")).toMatchObject({ items: [{ currency: "INR" }] });
    expect(await call({ id: client.id, key }, "POST", "/api/v1/payouts/po_00000000000000000000000000/approve", "{}")).toMatchObject({ status: 404, code: "no_such_path" });
    expect(await call({ id: client.id, key: "0".repeat(43) }, "GET", "/api/v1/accounts")).toMatchObject({ status: 401, code: "bad_signature" });
  }
  const nowhere = await fetch(`${settings.baseUrl}/api/nowhere`);
  expect([nowhere.status, nowhere.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  const unsigned = await fetch(`${settings.baseUrl}/api/v1/payouts`);
  expect([unsigned.status, unsigned.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
  const document = (await (await fetch(`${settings.baseUrl}/api/v1/openapi.json`)).json()) as { openapi: string; paths: object };
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toContain("/api/v1/payouts/{id}");
});

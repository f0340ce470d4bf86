import { expect, test, type Page } from "@playwright/test";
import type { Role } from "@/lib/access";
import { axeComplaints } from "./axe.ts";
import { complaintsOf, sitDown, uncommonRupees, askForPayout } from "./desk.ts";
import { cookieOfNew } from "./people.ts";
import { expectProblem, send } from "./raw.ts";
import { settings } from "./settings.ts";
import { keepScreen, loadDemo } from "./support.ts";

const looks = [
  { name: "light", scheme: "light", size: { width: 1280, height: 800 } },
  { name: "dark", scheme: "dark", size: { width: 1280, height: 800 } },
  { name: "phone", scheme: "light", size: { width: 390, height: 844 } },
] as const;

/** Takes the screen in every look, and holds each to what a screen reader and a narrow phone need. */
async function lookAt(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: "reduce" });
    await page.setViewportSize(look.size);
    await keepScreen(page, `${name}-${look.name}`);
    expect.soft(await axeComplaints(page, "grave"), `${name}, ${look.name}`).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, `${name}, ${look.name}: the page itself never scrolls sideways`).toBeLessThanOrEqual(look.size.width);
  }
  await page.setViewportSize(looks[0].size);
}

type Screen = { name: string; path: string | ((cookie: string) => Promise<string>); shows: (page: Page) => Promise<void> };

const heading = (name: string) => async (page: Page) => {
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
};
const panelOpen = async (page: Page) => {
  await expect(page.getByRole("complementary").getByRole("heading", { level: 2 })).toContainText("₹");
  await expect(page.getByRole("complementary").getByRole("list", { name: "Timeline" })).toBeVisible();
};
const account = (): string => loadDemo().accounts[0]?.id ?? "";

async function firstRow(page: Page, table: string): Promise<void> {
  await page.getByRole("table", { name: table }).locator("tbody tr").first().getByRole("button").first().click();
}

const screens: Partial<Record<Role, Screen[]>> = {
  support: [
    { name: "overview-support", path: "/overview", shows: heading("Overview") },
    { name: "transactions", path: "/transactions", shows: heading("Transactions") },
    {
      name: "transaction",
      path: "/transactions?kind=payment&status=succeeded",
      shows: async (page) => {
        await firstRow(page, "Transactions");
        await panelOpen(page);
      },
    },
    { name: "links", path: "/links", shows: heading("Links") },
    { name: "not-found", path: "/nowhere", shows: async (page) => expect(page.getByRole("heading", { level: 1 })).toBeVisible() },
  ],
  finance_maker: [
    { name: "overview-maker", path: "/overview", shows: heading("Overview") },
    {
      name: "payout-new",
      path: () => Promise.resolve(`/payouts/new?account=${account()}`),
      shows: async (page) => {
        await heading("Request a payout")(page);
        await page.getByLabel("Beneficiary", { exact: true }).selectOption({ index: 1 });
        await page.getByLabel("Amount", { exact: true }).fill("1000");
        await page.getByLabel("Purpose", { exact: true }).fill("Fabric for August");
        await expect(page.getByRole("region", { name: "What it leaves" }).getByText(/^.₹1,000\.00$/)).toBeVisible();
      },
    },
    { name: "account", path: () => Promise.resolve(`/accounts/${account()}`), shows: heading(loadDemo().accounts[0]?.name ?? "") },
  ],
  finance_admin: [
    { name: "overview-admin", path: "/overview", shows: heading("Overview") },
    { name: "payouts", path: "/payouts", shows: heading("Payouts") },
    {
      name: "payout-decision",
      path: async () => `/payouts?id=${await askForPayout(await cookieOfNew(["finance_maker"], { name: "Rahul Bhat" }), uncommonRupees(), "Fabric for September")}`,
      shows: panelOpen,
    },
    { name: "payout-held", path: "/payouts?queue=held", shows: async (page) => firstRow(page, "Payouts").then(() => panelOpen(page)) },
    { name: "ledger", path: "/ledger", shows: async (page) => expect(page.getByRole("heading", { level: 1 })).toBeVisible() },
    { name: "webhooks", path: "/webhooks", shows: heading("Webhooks") },
  ],
  risk_analyst: [
    { name: "overview-risk", path: "/overview", shows: heading("Overview") },
    { name: "risk", path: "/risk", shows: async (page) => expect(page.getByRole("heading", { level: 1 })).toBeVisible() },
  ],
  auditor: [
    { name: "overview-auditor", path: "/overview", shows: heading("Overview") },
    { name: "audit", path: "/audit", shows: heading("Audit") },
    {
      name: "audit-verified",
      path: "/audit",
      shows: async (page) => {
        await page.getByRole("button", { name: "Verify the trail" }).click();
        await expect(page.getByRole("heading", { name: "The trail is whole" })).toBeVisible({ timeout: 30_000 });
      },
    },
  ],
};

for (const [role, shown] of Object.entries(screens) as [Role, Screen[]][]) {
  test(`${role}: every main screen in light, dark and on a phone, without complaints from the browser or from axe`, async ({ browser }) => {
    const { page, cookie } = await sitDown(browser, [role], "Kavya Shetty");
    const complaints = complaintsOf(page);
    for (const screen of shown) {
      await page.goto(typeof screen.path === "string" ? screen.path : await screen.path(cookie));
      await screen.shows(page);
      await lookAt(page, screen.name);
    }
    expect(complaints.filter((complaint) => !complaint.includes("/nowhere"))).toEqual([]);
  });
}

test("the emulator's checkout in light, dark and on a phone", async ({ page }) => {
  await page.goto(loadDemo().links[0]?.url ?? "");
  await expect(page.getByRole("note")).toContainText("No money moves");
  await lookAt(page, "checkout");
});

const secured = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

test("every page, refusal and API answer carries the security headers, and every script of a page the nonce of its policy", async () => {
  const cookie = await cookieOfNew(["support"]);
  const html = { accept: "text/html", cookie };
  const nonces = new Set<string>();
  for (const [path, status] of [
    ["/sign-in", 307],
    ["/overview", 200],
    ["/transactions", 200],
    ["/audit", 403],
    ["/payouts/new", 403],
    ["/nowhere", 404],
    ["/api/me", 200],
    ["/api/audit", 403],
    ["/api/nowhere", 404],
    ["/api/v1/nowhere", 404],
    ["/api/v1/openapi.json", 200],
    ["/api-examples/client.ts", 200],
    ["/.well-known/security.txt", 200],
    ["/_next/static/nowhere", 404],
    ["/%ff", 404],
    ["/api/health/live", 200],
  ] as const) {
    const answer = await send(path, { method: "GET", headers: html });
    expect(answer.status, path).toBe(status);
    expect(Object.fromEntries(answer.headers), path).toMatchObject(secured);
    const policy = answer.headers.get("content-security-policy") ?? "";
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
    expect(policy, path).toContain("default-src 'self'");
    expect(policy, path).not.toMatch(/unsafe-(inline|eval)/);
    expect(nonce, path).not.toBe("");
    nonces.add(nonce);
    expect(answer.headers.get("x-powered-by"), path).toBeNull();
    for (const [script] of answer.text.matchAll(/<script\b[^>]*>/g)) expect(script, path).toContain(`nonce="${nonce}"`);
    expect(answer.text, `${path}: no handler written into markup`).not.toMatch(/<[a-z][^>]* on[a-z]+="/);
  }
  expect(nonces.size, "a nonce is used once").toBe(16);
});

test("what a role may not see is a true 403 for the page, and a problem for its data", async ({ browser }) => {
  const { page, cookie } = await sitDown(browser, ["support"]);
  for (const path of ["/audit", "/payouts", "/payouts/new", "/risk", "/webhooks", "/ledger"]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(403);
    await expect(page.getByRole("heading", { level: 1, name: "Your roles do not include this page" })).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Desk" }).getByRole("link", { name: "Audit" })).toHaveCount(0);
  }
  await lookAt(page, "forbidden");
  for (const path of ["/api/audit", "/api/payouts", `/api/accounts/${account()}/beneficiaries`, "/api/webhooks", "/api/risk/verdicts"]) {
    expectProblem(await send(path, { method: "GET", headers: { origin: settings.baseUrl, cookie } }), path, [403]);
  }
});

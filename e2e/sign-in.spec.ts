import { expect, test, type Page } from "@playwright/test";
import { axeComplaints } from "./axe.ts";
import { addPerson, ask, sessionCookie } from "./people.ts";
import { settings } from "./settings.ts";
import { freshCode, keepScreen, signIn, type Person } from "./support.ts";

async function present(page: Page, person: Pick<Person, "email" | "password">): Promise<void> {
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a person signs in with password and code, and the cookie is host-only, secure, strict and out of a script's reach", async ({ page, context }) => {
  const person = await addPerson(["support"], { name: "Priya Test" });
  await page.goto("/sign-in");
  await keepScreen(page, "sign-in");
  await present(page, person);
  await page.waitForURL("**/two-factor");
  await expect(page.getByText("Priya Test")).toBeVisible();
  await keepScreen(page, "two-factor");
  await page.getByLabel("Code").fill(await freshCode(person));
  await page.getByRole("button", { name: "Verify" }).click();
  await page.waitForURL("**/overview");
  const cookie = (await context.cookies()).find(({ name }) => name === "__Host-sid");
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict", path: "/" });
  await page.goto("/sign-in");
  await expect(page).toHaveURL(/\/overview$/);
});

test("a wrong password and an unknown address read the same, and the address typed stays", async ({ page }) => {
  const person = await addPerson(["support"]);
  await page.goto("/sign-in");
  for (const email of [person.email, "nobody.at.all@test.example"]) {
    await present(page, { email, password: "certainly not this one" });
    await expect(page.getByText("The e-mail address or password is not right.")).toBeVisible();
    await expect(page.getByLabel("Email")).toHaveValue(email);
    await expect(page.getByLabel("Password")).toHaveValue("");
  }
  expect(page.url()).not.toContain("password");
});

test("a used code says in how many seconds the next one is good", async ({ page }) => {
  const person = await addPerson(["support"]);
  await page.goto("/sign-in");
  await present(page, person);
  await page.waitForURL("**/two-factor");
  const code = await freshCode(person);
  await sessionCookie(person, code);
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByText(/^This code was already used\. (The next one is good in \d+ seconds?|The one shown now is good)\.$/)).toBeVisible();
});

test("a person without an authenticator app is shown a QR code and the key, and is in once a code of it is right", async ({ page }) => {
  const person = await addPerson(["auditor"], { enrolled: false });
  await page.goto("/sign-in");
  await present(page, person);
  await page.waitForURL("**/two-factor");
  await expect(page.getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
  const key = ((await page.locator("[data-totp-key]").textContent()) ?? "").replace(/\s/g, "");
  expect(key).toMatch(/^[A-Z2-7]{32}$/);
  await keepScreen(page, "enrolment");
  await page.goto("/overview");
  await expect(page, "the desk stays shut until then").toHaveURL(/\/two-factor$/);
  const shown = page.locator("[data-totp-key]");
  await expect(shown).not.toHaveText("");
  const enrolled = { ...person, totpSecret: ((await shown.textContent()) ?? "").replace(/\s/g, "") };
  expect(enrolled.totpSecret, "each showing is a new key").not.toBe(key);
  await page.getByLabel("Code").fill(await freshCode(enrolled));
  await page.getByRole("button", { name: "Verify" }).click();
  await page.waitForURL("**/recovery-codes");
});

test("after signing out, a copied cookie opens nothing", async () => {
  const cookie = await sessionCookie(await addPerson(["support"]));
  expect((await ask("GET", "/api/me", { cookie })).status).toBe(200);
  expect((await ask("GET", "/api/auth/session", { cookie })).body).toMatchObject({ level: "full" });
  expect(await ask("POST", "/api/sign-out", { cookie })).toMatchObject({ status: 200, body: { done: true } });
  expect((await ask("GET", "/api/me", { cookie })).status).toBe(401);
  expect((await ask("GET", "/api/auth/session", { cookie })).status).toBe(401);
  expect((await ask("GET", "/overview", { cookie, headers: { accept: "text/html" } })).status).toBe(307);
});

test("the session's own view names no token, and what the sign-in library would open by itself is not there", async () => {
  const cookie = await sessionCookie(await addPerson(["support"]));
  const session = await ask("GET", "/api/auth/session", { cookie });
  expect(Object.keys(session.body as object).sort()).toEqual(["expires", "level"]);
  for (const path of ["providers", "signin", "signin/ticket", "signout", "error", "verify-request", "callback/ticket", "_log"]) {
    expect((await ask("GET", `/api/auth/${path}`)).status, path).toBe(404);
  }
  for (const path of ["_log", "signin/ticket", "session", "signout", "callback/email"]) expect((await ask("POST", `/api/auth/${path}`)).status, path).toBe(404);
});

test("a ticket is handed in once, from this site, with its token, or not at all", async () => {
  const person = await addPerson(["support"]);
  const mint = async (): Promise<unknown> =>
    ((await ask("POST", "/api/sign-in/password", { body: { email: person.email, password: person.password } })).body as { ticket?: unknown }).ticket;
  const csrf = await ask("GET", "/api/auth/csrf");
  const { csrfToken } = csrf.body as { csrfToken: string };
  const cookie = csrf.cookies.join("; ");
  const handIn = (body: unknown, headers: Record<string, string> = {}, sent = cookie) => ask("POST", "/api/auth/callback/ticket", { cookie: sent, body, headers });
  const signedIn = (answer: { cookies: string[] }): boolean => answer.cookies.some((each) => /^__Host-sid=./.test(each));
  const good = await mint();
  expect(await handIn({ csrfToken, ticket: good }, { origin: "https://elsewhere.example" })).toMatchObject({ status: 403 });
  for (const body of [
    { ticket: good },
    { csrfToken: "no", ticket: good },
    { csrfToken, ticket: [good] },
    { csrfToken, ticket: null },
    { csrfToken, ticket: "made-up" },
    { csrfToken },
    [],
  ]) {
    const answer = await handIn(body);
    expect([answer.status, signedIn(answer)], JSON.stringify(body)).toEqual([401, false]);
  }
  expect(signedIn(await handIn({ csrfToken, ticket: good }))).toBe(true);
  expect((await handIn({ csrfToken, ticket: good })).status).toBe(401);
  expect((await handIn({ csrfToken, ticket: await mint() }, {}, "")).status).toBe(401);
});

test("odd bodies at the sign-in doors are refused with a problem and nothing else", async () => {
  const odd: [string, unknown, number][] = [
    ["/api/sign-in/password", { email: "a@b.example" }, 422],
    ["/api/sign-in/password", { email: "a@b.example", password: "x", admin: true }, 422],
    ["/api/sign-in/password", { email: ["a@b.example"], password: "x" }, 422],
    ["/api/sign-in/password", { email: "a@b.example", password: "x".repeat(129) }, 422],
    ["/api/sign-in/password", { email: "a@b.example", password: "x".repeat(5000) }, 413],
    ["/api/sign-in/password", null, 422],
    ["/api/sign-in/second-factor", { code: "１２３４５６" }, 422],
    ["/api/sign-in/second-factor", { code: null }, 422],
    ["/api/sign-in/second-factor", { code: ["123456"] }, 422],
    ["/api/sign-in/second-factor", { code: 123456 }, 422],
    ["/api/sign-in/second-factor", { code: "123456" }, 401],
    ["/api/sign-in/enrol", {}, 401],
  ];
  for (const [path, body, status] of odd) {
    expect(await ask("POST", path, { body }), `${path} ${JSON.stringify(body).slice(0, 60)}`).toMatchObject({
      status,
      body: { status, requestId: expect.stringMatching(/^req_/) as unknown },
    });
  }
});

test("the sign-in pages can be used with a screen reader, light and dark, and fit a phone", async ({ page }) => {
  const person = await addPerson(["support"], { enrolled: false });
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("/sign-in");
    expect(await axeComplaints(page, "all")).toEqual([]);
    await present(page, person);
    await page.waitForURL("**/two-factor");
    await expect(page.getByRole("button", { name: "Verify" })).toBeVisible();
    expect(await axeComplaints(page, "all")).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await keepScreen(page, `sign-in-phone-${scheme}`);
    await page.context().clearCookies();
  }
});

test("an ended session sends its page back to sign in", async ({ page }) => {
  const person = await addPerson(["support"]);
  await signIn(page, person);
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  // An open page hears of the end by itself, and would leave while this one is being opened.
  await page.goto("about:blank");
  await ask("POST", "/api/sign-out", { cookie });
  await page.goto("/overview");
  await expect(page).toHaveURL(`${settings.baseUrl}/sign-in`);
});

// Who may come from where: the dry run before a change, the guard against locking oneself out, a rule and a ban and their end.
import { expect, test, type Browser, type Page } from "@playwright/test";
import type { IpRules } from "../lib/edge/contract.ts";
import { axeComplaints } from "./axe.ts";
import { complaintsOf } from "./desk.ts";
import { addPerson, cookieOfNew, pendingCookie, steppedUpCookie, wear, browserName } from "./people.ts";
import { startSecondWeb } from "./second-web.ts";
import { settings } from "./settings.ts";
import { keepScreen } from "./support.ts";

async function axe(page: Page, what: string): Promise<void> {
  expect.soft(await axeComplaints(page, "grave"), what).toEqual([]);
}

// Of its own, so that a second try does not meet what a first one left.
const tested = `203.0.113.${1 + (Date.now() % 250)}/32`;
const why = "A browser test, over in a moment.";

// What the page says of all rules is part of both tests, so they take turns.
test.describe.configure({ mode: "default" });

/** Somebody who has just shown a factor, so that no second code has to be waited for. */
async function sitDownFresh(browser: Browser): Promise<Page> {
  const { userId } = await addPerson(["security_admin"], { name: "Irfan Shaikh" });
  const context = await browser.newContext();
  await wear(context, await steppedUpCookie(userId));
  return context.newPage();
}

test("a security admin sees who a rule would cut off, cannot shut themselves out, and adds and ends a rule and a ban", async ({ browser }) => {
  const page = await sitDownFresh(browser);
  const complaints = complaintsOf(page);
  await page.goto("/ip-rules");
  await expect(page.getByRole("heading", { level: 1, name: "IP rules" })).toBeVisible();
  await expect(page.getByText("You come from 127.0.0.1")).toBeVisible();
  await axe(page, "the page");

  await page.getByRole("button", { name: "Add a rule" }).click();
  const form = page.getByRole("dialog", { name: "Add an IP rule" });
  await form.getByLabel("Effect").selectOption({ label: "Deny, whatever else allows it" });
  await form.getByLabel("Network", { exact: true }).fill("127.0.0.0/8");
  await expect(form.getByText("This would shut you out yourself (console)").first()).toBeVisible();
  await axe(page, "the form that would lock out");
  await keepScreen(page, "ip-rules-preview");
  await expect(form.getByRole("button", { name: "Deny 127.0.0.0/8" })).toHaveAttribute("aria-disabled", "true");
  await form.getByLabel("Network", { exact: true }).fill(tested);
  await expect(form.getByText(/^Nobody of the \d+ seen here would be cut off\.$/)).toBeVisible();
  await form.getByLabel("Reason").fill(why);
  await form.getByRole("button", { name: `Deny ${tested}` }).click();
  await expect(page.getByRole("row", { name: tested })).toContainText("Irfan Shaikh");
  await expect(page.getByText(/^Open to everybody but \d+ networks?\.$/)).toBeVisible();

  await page.getByRole("button", { name: "Ban a network" }).click();
  await page.getByLabel("Network", { exact: true }).fill("198.51.100.7");
  await page.getByLabel("Reason").fill(why);
  await page.getByRole("button", { name: "Ban 198.51.100.7/32" }).click();
  await expect(page.getByRole("row", { name: /198\.51\.100\.7\/32/ })).toBeVisible();
  await axe(page, "the page with a rule and a ban");
  await keepScreen(page, "ip-rules");
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await keepScreen(page, "ip-rules-phone");
  await page.setViewportSize({ width: 1280, height: 720 });

  await page.getByRole("button", { name: "Lift the ban of 198.51.100.7/32" }).click();
  await page.getByLabel("Reason").fill(why);
  await page.getByRole("button", { name: "Lift the ban", exact: true }).click();
  await expect(page.getByText("Nobody is banned")).toBeVisible();
  await page.getByRole("button", { name: `End the rule for ${tested}, Console` }).click();
  await page.getByLabel("Reason").fill(why);
  await page.getByRole("button", { name: "End the rule", exact: true }).click();
  await expect(page.getByRole("dialog"), "behind a dialog no row is found, whether it is there or not").toBeHidden();
  await expect(page.getByRole("row", { name: tested })).toHaveCount(0);
  expect(complaints).toEqual([]);

  const trail = (await (await page.request.get("/api/audit?objectKind=ip_rule&outcome=done")).json()) as { rows: { verb: string }[] };
  expect(trail.rows.map((row) => row.verb).slice(0, 2)).toEqual(["ip_rule.end", "ip_rule.add"]);
});

test("a country is chosen by its name, with who it would cut off beside it, and its rule ends like any other", async ({ browser }) => {
  const page = await sitDownFresh(browser);
  const complaints = complaintsOf(page);
  await page.goto("/ip-rules");
  await page.getByRole("button", { name: "Add a rule" }).click();
  const form = page.getByRole("dialog", { name: "Add an IP rule" });
  await form.getByLabel("By", { exact: true }).selectOption({ label: "A country" });
  await form.getByLabel("Country", { exact: true }).selectOption({ label: "India" });
  // A loopback address is in no country, so closing the console to all but one would shut out who asks.
  await expect(form.getByText("This would shut you out yourself (console)").first()).toBeVisible();
  await expect(form.getByRole("button", { name: "Allow India" })).toHaveAttribute("aria-disabled", "true");
  await form.getByLabel("Effect").selectOption({ label: "Deny, whatever else allows it" });
  await form.getByLabel("Country", { exact: true }).selectOption({ label: "Bouvet Island" });
  await expect(form.getByText(/^Nobody of the \d+ seen here would be cut off\.$/)).toBeVisible();
  await axe(page, "the form with a country");
  await keepScreen(page, "ip-rules-country");
  await form.getByLabel("Where", { exact: true }).selectOption({ label: "Webhooks" });
  await expect(form.getByLabel("By", { exact: true })).toHaveCount(0);
  await form.getByLabel("Where", { exact: true }).selectOption({ label: "API clients" });
  await form.getByLabel("Reason").fill(why);
  await form.getByRole("button", { name: "Deny Bouvet Island" }).click();
  await expect(page.getByRole("row", { name: "Bouvet Island (BV)" })).toContainText("API clients");
  await expect(page.getByText("Open to everybody but 1 country.")).toBeVisible();
  await page.getByRole("button", { name: "End the rule for Bouvet Island (BV), API clients" }).click();
  await page.getByLabel("Reason").fill(why);
  await page.getByRole("button", { name: "End the rule", exact: true }).click();
  await expect(page.getByRole("dialog"), "behind a dialog no row is found, whether it is there or not").toBeHidden();
  await expect(page.getByRole("row", { name: "Bouvet Island (BV)" })).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test("an answer says its quota and how much of it is left, in the words of the draft standard", async () => {
  const cookie = await cookieOfNew(["auditor"]);
  const answer = await fetch(`${settings.baseUrl}/api/me`, { headers: { cookie, "user-agent": browserName } });
  expect(answer.headers.get("ratelimit-policy")).toMatch(/^"read";q=\d+;w=60$/);
  expect(answer.headers.get("ratelimit")).toMatch(/^"read";r=\d+;t=60$/);
});

test("whoever comes from where nobody may is told so before they type a password, with their address and who can open the desk to it", async ({ browser }) => {
  const banned = `198.51.100.${1 + (Date.now() % 250)}`;
  const { userId } = await addPerson(["security_admin"]);
  const cookie = await steppedUpCookie(userId);
  const change = async (path: string, body: object): Promise<IpRules> => {
    const answer = await fetch(`${settings.baseUrl}${path}`, {
      method: "POST",
      headers: { "user-agent": browserName, "content-type": "application/json", origin: settings.baseUrl, "sec-fetch-site": "same-origin", cookie },
      body: JSON.stringify({ ...body, reason: why }),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as IpRules;
  };
  const { bans } = await change("/api/ip-rules/bans", { network: `${banned}/32`, minutes: 15 });
  const web = await startSecondWeb({ TRUSTED_HOPS: "1" });
  try {
    const words = `Requests from this network are not accepted here. Your address is ${banned}; an owner or a security admin can open the desk to it.`;
    for (const path of ["/sign-in", "/reset", "/invitation", "/overview"]) {
      const load = (from: string) => fetch(`${web.origin}${path}`, { redirect: "manual", headers: { "user-agent": browserName, accept: "text/html", "x-forwarded-for": from } });
      const refused = await load(banned);
      expect([refused.status, refused.headers.get("cache-control")], path).toEqual([403, "no-store"]);
      expect(await refused.text()).toContain(words);
      expect((await load("192.0.2.7")).status, path).toBeLessThan(400);
    }
    // Nor does a page tell them whose password it was, be it asked for whole, or alone as by a browser that has its layout.
    const known = await pendingCookie(await addPerson(["support"], { name: "Tarabai Named" }));
    const alone = encodeURIComponent(JSON.stringify(["", { children: ["(auth)", { children: ["two-factor", { children: ["__PAGE__", {}] }, null, "refetch"] }] }]));
    const second = async (from: string, headers: Record<string, string>): Promise<[number, boolean]> => {
      const send = (path: string) =>
        fetch(`${web.origin}${path}`, { redirect: "manual", headers: { "user-agent": browserName, accept: "*/*", cookie: known, "x-forwarded-for": from, ...headers } });
      const first = await send("/two-factor");
      // The framework wants a key of the router's headers in the address.
      const answer = first.status === 307 ? await send(first.headers.get("location") ?? "") : first;
      return [answer.status, (await answer.text()).includes("Tarabai")];
    };
    for (const headers of [{}, { rsc: "1" }, { rsc: "1", "next-router-state-tree": alone }]) {
      expect(await second("192.0.2.7", headers)).toEqual([200, true]);
      expect(await second(banned, headers)).toEqual([403, false]);
    }
    const context = await browser.newContext({ baseURL: web.origin, extraHTTPHeaders: { "x-forwarded-for": banned } });
    const page = await context.newPage();
    await page.goto("/sign-in");
    await expect(page.getByRole("heading", { name: "The desk is not open to you from here" })).toBeVisible();
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.getByLabel("Password")).toHaveCount(0);
    await axe(page, "the page of a banned address");
    await keepScreen(page, "refused-address");
    await context.close();
  } finally {
    web.stop();
    for (const { id, network } of bans) if (network === `${banned}/32`) await change(`/api/ip-rules/bans/${id}/lift`, {});
  }
});

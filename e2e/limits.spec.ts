// What a page answers, and a person sees, when they ask too often: on a web process of its own over the desk's database,
// because the desk under test is given limits that nobody meets.
import { expect, test } from "@playwright/test";
import { complaintsOf } from "./desk.ts";
import { addPerson, browserName, steppedUpCookie } from "./people.ts";
import { startSecondWeb, type SecondWeb } from "./second-web.ts";

// One such process is enough for all of them.
test.describe.configure({ mode: "default" });

let web: SecondWeb;
test.beforeAll(async () => {
  // Twelve searches and sixty reads a minute.
  web = await startSecondWeb({ RATE_LIMIT_FACTOR: "0.1" });
});
test.afterAll(() => web.stop());

type Seat = { cookie: string };

async function newSeat(): Promise<Seat> {
  const { userId } = await addPerson(["support"]);
  return { cookie: await steppedUpCookie(userId) };
}

const load = (path: string, { cookie }: Seat, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${web.origin}${path}`, { redirect: "manual", headers: { "user-agent": browserName, accept: "text/html", cookie, ...headers } });

// What the browser's router asks for; the framework wants its key in the address, or sends the browser there first.
async function ask(path: string, seat: Seat, headers: Record<string, string> = {}): Promise<Response> {
  const router = { accept: "*/*", rsc: "1", ...headers };
  const answer = await load(path, seat, router);
  const location = answer.headers.get("location");
  return answer.status === 307 && location !== null ? load(location, seat, router) : answer;
}

/** Searches until told to wait; how often it was answered before. */
async function searchOn(seat: Seat): Promise<number> {
  for (let asked = 0; asked < 40; asked += 1) {
    const answer = await load("/transactions?q=nobody", seat);
    await answer.body?.cancel();
    if (answer.status !== 200) return asked;
  }
  return Number.NaN;
}

test("a page over its limit answers 429 and says when to come back, on a full load and to the browser's router; another person's is drawn", async () => {
  const [busy, calm] = [await newSeat(), await newSeat()];
  expect(await searchOn(busy)).toBeGreaterThanOrEqual(12);
  const whole = await load("/transactions?q=nobody", busy);
  const part = await ask("/transactions?q=nobody", busy);
  const head = await fetch(`${web.origin}/transactions?q=nobody`, { method: "HEAD", headers: { "user-agent": browserName, cookie: busy.cookie } });
  for (const answer of [whole, part, head]) {
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(65);
    expect(answer.headers.get("ratelimit-policy")).toBe('"search";q=12;w=60');
    expect(answer.headers.get("ratelimit")).toBe(`"search";r=0;t=${answer.headers.get("retry-after")}`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
    expect(answer.headers.get("content-security-policy")).toMatch(/script-src 'self' 'nonce-[^']+'/);
  }
  const html = await whole.text();
  const nonce = /'nonce-([^']+)'/.exec(whole.headers.get("content-security-policy") ?? "")?.[1] ?? "-";
  expect(html).toContain(`nonce="${nonce}"`);
  expect(html).toMatch(/Too many searches\. Try again in \d+ s\./);
  expect(part.headers.get("content-type")).toContain("text/x-component");
  expect(await part.text()).toMatch(/Too many searches/);
  for (const answer of [await load("/transactions?q=nobody", calm), await ask("/transactions?q=nobody", calm)]) {
    expect(answer.status).toBe(200);
    expect(answer.headers.get("retry-after")).toBeNull();
    await answer.body?.cancel();
  }
});

test("a page before the desk that asks who is there answers 429 over its limit too", async () => {
  const seat = await newSeat();
  await expect.poll(async () => (await load("/api/me", seat, { accept: "application/json" })).status, { intervals: [0], timeout: 30_000 }).toBe(429);
  for (const answer of [await load("/recovery-codes", seat), await ask("/recovery-codes", seat)]) {
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.text()).toMatch(/Too many requests/);
  }
});

test("whoever meets a limit on a page or by a click reads when to come back, and the page is not asked for again by itself", async ({ browser }) => {
  const seat = await newSeat();
  const context = await browser.newContext({ baseURL: web.origin });
  const [name = "", value = ""] = seat.cookie.split(/=(.*)/s);
  await context.addCookies([{ name, value, domain: "localhost", path: "/", secure: true, httpOnly: true, sameSite: "Strict" }]);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto("/transactions");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // Reads of the same person, elsewhere.
  await expect.poll(async () => (await load("/api/me", seat, { accept: "application/json" })).status, { intervals: [0], timeout: 30_000 }).toBe(429);
  await page.getByRole("navigation").getByRole("link", { name: "Links" }).first().click();
  await expect(page.getByRole("heading", { name: "A moment, please" })).toBeVisible();
  await expect(page.getByText(/Too many requests\. Try again in \d+ s\./)).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.waitForLoadState("networkidle");
  expect(asked.filter((url) => !url.includes("/_next/static/"))).toEqual([]);
  // The status, and the framework saying that a page was not drawn, are what was to be seen.
  expect(complaints.filter((line) => !/429|React error #441/.test(line))).toEqual([]);
  await context.close();
});

test("whoever is nobody yet is counted by their address, on the pages before the sign-in and on those behind it", async () => {
  for (const path of ["/sign-in", "/overview"]) {
    const statuses: number[] = [];
    // Thirty a minute here, and what the ones before took.
    for (let asked = 0; asked < 40 && statuses.at(-1) !== 429; asked += 1) {
      const answer = await load(path, { cookie: "" });
      await answer.body?.cancel();
      statuses.push(answer.status);
    }
    expect(statuses.at(-1), path).toBe(429);
  }
});

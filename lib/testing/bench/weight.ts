// What a browser really loads on a cold visit to the transactions page.
import { gzipSync } from "node:zlib";
import { chromium, type Page } from "playwright";
import { findBrowser } from "@/lib/cli/browser";
import { clockNow } from "@/lib/time";
import { codeAt, newPerson } from "../people.ts";
import { figure, type Row } from "./measure.ts";
import type { Stage } from "./stage.ts";
import { startWeb } from "./web.ts";

const what = "JavaScript of /transactions, cold";
const limitBytes = 230_000;
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Signs in as support, then visits the page again with an empty cache and adds up the scripts' bytes on the wire. */
export async function benchWeight(stage: Stage, say: (line: string) => void): Promise<Row[]> {
  const executablePath = findBrowser(say);
  if (executablePath === null) return [{ ...figure(what, "", null), target: "≤ 230 kB", met: "not measured" }];
  await startWeb(stage, say);
  say("Visiting the transactions page …");
  const browser = await chromium.launch({ executablePath, args: flags });
  try {
    const entering = await browser.newContext();
    await signIn(await entering.newPage(), stage.config.appOrigin);
    const fresh = await browser.newContext({ storageState: await entering.storageState() });
    const { bytes, scripts } = await scriptsOf(await fresh.newPage(), `${stage.config.appOrigin}/transactions`);
    return [figure(`${what}, ${scripts} files`, `${(bytes / 1000).toFixed(1)} kB`, { text: "≤ 230 kB", met: bytes <= limitBytes })];
  } finally {
    await browser.close();
  }
}

async function signIn(page: Page, origin: string): Promise<void> {
  const person = await newPerson(["support"]);
  await page.goto(`${origin}/sign-in`);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/two-factor/);
  await page.getByLabel("Code", { exact: true }).fill(await codeAt(person.totpSecret, clockNow()));
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await page.waitForURL((url) => !/\/(sign-in|two-factor)/.test(url.pathname));
}

async function scriptsOf(page: Page, url: string): Promise<{ bytes: number; scripts: number }> {
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() !== "script") return;
    // A server that compresses otherwise, or not at all, is measured by the same yardstick.
    const zipped = response.headers()["content-encoding"] === "gzip";
    sizes.push(
      zipped
        ? response
            .request()
            .sizes()
            .then((size) => size.responseBodySize)
        : response.body().then((body) => gzipSync(body).length),
    );
  });
  await page.goto(url, { waitUntil: "networkidle" });
  if (!page.url().endsWith("/transactions")) throw new Error(`The visit ended on ${page.url()}.`);
  const bytes = await Promise.all(sizes);
  return { bytes: bytes.reduce((sum, size) => sum + size, 0), scripts: bytes.length };
}

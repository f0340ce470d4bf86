import { defineConfig, devices } from "@playwright/test";
import { settings } from "./settings.ts";

const alone = /\/(bad-input|emergency|held|refused|refused-bytes|unknown)\.spec\.ts$/;

export default defineConfig({
  testDir: ".",
  globalSetup: "./before-all.ts",
  outputDir: "../test-results",
  // For what hangs; a machine that is busy with other things may take thrice the time it takes alone.
  timeout: 180_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env["CI"] !== undefined,
  // A shared machine may stall for seconds; what needed its second try is named at the end of `npm test`.
  retries: process.env["CI"] === undefined ? 0 : 1,
  // One more than this house's smallest machine has cores: a browser test waits as often as it works.
  workers: 3,
  projects: [
    // Each test brings people and rows of its own, so that any may run beside any other.
    { name: "desk", testIgnore: alone, fullyParallel: true },
    // These count every row, or stop every payout: one at a time, when nobody else is at the desk.
    { name: "alone", testMatch: alone, dependencies: ["desk"], workers: 1 },
  ],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: settings.baseUrl,
    locale: "en-IN",
    timezoneId: "Asia/Kolkata",
    // Without its film, which costs more than all the rest and shows what the picture of the failure shows; and where there is a
    // second try, only of that one: a tenth of the time goes into traces that nobody keeps.
    trace: { mode: process.env["CI"] === undefined ? "retain-on-failure" : "on-first-retry", screenshots: false, snapshots: true, sources: true },
    screenshot: "only-on-failure",
    launchOptions: {
      ...(settings.browser === undefined ? {} : { executablePath: settings.browser }),
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});

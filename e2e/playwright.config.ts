import { defineConfig, devices } from "@playwright/test";
import { settings } from "./settings.ts";

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env["CI"] !== undefined,
  retries: 0,
  workers: 2,
  fullyParallel: false,
  use: {
    ...devices["Desktop Chrome"],
    baseURL: settings.baseUrl,
    locale: "en-IN",
    timezoneId: "Asia/Kolkata",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(settings.browser === undefined ? {} : { executablePath: settings.browser }),
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});

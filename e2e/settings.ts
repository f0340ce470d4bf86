import { join, resolve } from "node:path";

const dataDir = resolve(process.env["E2E_DATA_DIR"] ?? ".data");

/** Where the tests look; `npm test` sets these, and without them they use a running `npm start`. */
export const settings = {
  baseUrl: process.env["E2E_BASE_URL"] ?? `http://localhost:${process.env["PORT"] ?? "3000"}`,
  dataDir,
  demoFile: join(dataDir, "demo.json"),
  browser: process.env["E2E_BROWSER"],
  screens: resolve(process.env["SCREENSHOTS_DIR"] ?? join(import.meta.dirname, "..", "test-results", "screens")),
};

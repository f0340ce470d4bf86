// `npm test`: unit, database, HTTP and browser tests; the last line is the count of the whole.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { browserHowTo, findBrowser } from "./browser.ts";
import { inheritedEnvironment, projectRoot, tsEntry } from "./children.ts";
import { runCommand } from "./environment.ts";
import { readJson, readText } from "./files.ts";
import { freePort } from "./ports.ts";
import { waitUntilReady } from "./ready.ts";

type Count = { passed: number; failed: number };

const scratch = mkdtempSync(join(tmpdir(), "countersign npm test-"));
const running = new Set<ChildProcess>();

// Tests choose their own modes and databases; what the caller's shell says must not reach them.
const clean = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(CASHFREE_|DATABASE_|COUNTERSIGN_|KEY_ENCRYPTION|AUDIT_|APP_ORIGIN$|DATA_DIR$|PORT$|CLOCK_|TRUSTED_HOPS$|EDGE_SECRET$|RATE_LIMIT_)/.test(name))
    .map((name) => [name, undefined]),
);

function run(args: string[], env: Record<string, string | undefined>): Promise<number | null> {
  const child = spawn(process.execPath, args, { cwd: projectRoot, env: inheritedEnvironment({ ...clean, ...env }), stdio: ["ignore", "inherit", "inherit"] });
  running.add(child);
  return new Promise((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

async function runVitest(): Promise<Count> {
  const file = join(scratch, "vitest.json");
  const vitest = join(projectRoot, "node_modules", "vitest", "vitest.mjs");
  const code = await run([vitest, "run", "--config", "lib/testing/vitest.config.ts", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`], {});
  const report = readJson(file, vitestReport);
  if (report === null) return { passed: 0, failed: 1 };
  // A file that cannot even be loaded has no failed test in it, and still counts.
  const broken = report.testResults.filter((result) => result.status === "failed" && !result.assertionResults.some((test) => test.status === "failed")).length;
  const failed = report.numFailedTests + broken;
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

const playwrightReport = z.object({ stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }), errors: z.array(z.unknown()) });

async function runBrowser(): Promise<Count & { howTo?: string }> {
  const browser = findBrowser(console.log);
  if (browser === null) return { passed: 0, failed: 1, howTo: browserHowTo };
  const dataDir = join(scratch, "data dir");
  const port = await freePort();
  const log = join(scratch, "start.log");
  const output = openSync(log, "w", 0o600);
  console.log("Starting Countersign for the browser tests …");
  const desk = spawn(process.execPath, tsEntry("lib/cli/start.ts"), {
    cwd: projectRoot,
    // The refusal suites send in a minute what a desk sends in a day.
    env: inheritedEnvironment({ ...clean, DATA_DIR: dataDir, PORT: String(port), RATE_LIMIT_FACTOR: "500" }),
    stdio: ["ignore", output, output, "ipc"],
  });
  closeSync(output);
  running.add(desk);
  try {
    if (!(await waitUntilReady(`http://127.0.0.1:${port}`, desk, 600_000))) {
      console.error(`Countersign did not become ready:\n${readText(log) ?? ""}`);
      return { passed: 0, failed: 1 };
    }
    return await runPlaywright({ E2E_BASE_URL: `http://localhost:${port}`, E2E_DATA_DIR: dataDir, E2E_BROWSER: browser });
  } finally {
    await stop(desk);
  }
}

async function runPlaywright(env: Record<string, string>): Promise<Count> {
  const file = join(scratch, "playwright.json");
  const cli = join(projectRoot, "node_modules", "@playwright", "test", "cli.js");
  // The condition lets specs use server rooms, whose doors refuse to be loaded otherwise.
  const code = await run([cli, "test", "-c", "e2e/playwright.config.ts", "--reporter=list,json"], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    NODE_OPTIONS: "--conditions=react-server",
  });
  const report = readJson(file, playwrightReport);
  if (report === null) return { passed: 0, failed: 1 };
  const failed = report.stats.unexpected + report.errors.length;
  return { passed: report.stats.expected + report.stats.flaky, failed: failed === 0 && code !== 0 ? 1 : failed };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
  running.delete(child);
}

function endEverything(): void {
  for (const child of running) child.kill("SIGTERM");
  process.exit(130);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, endEverything);
process.once("disconnect", endEverything);
process.channel?.unref();

await runCommand(async () => {
  try {
    const unit = await runVitest();
    const browser = await runBrowser();
    if (browser.howTo !== undefined) console.log(browser.howTo);
    const failed = unit.failed + browser.failed;
    console.log(`${unit.passed + browser.passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

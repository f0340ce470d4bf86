// `npm test`: unit, database, HTTP and browser tests; the last line is the count of the whole.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browserHowTo, findBrowser } from "./browser.ts";
import { inheritedEnvironment, projectRoot, tsEntry } from "./children.ts";
import { runCommand } from "./environment.ts";
import { readText } from "./files.ts";
import { freePort } from "./ports.ts";
import { waitUntilReady } from "./ready.ts";
import { notRun, readPlaywright, readVitest, type Outcome } from "./test-report.ts";

const scratch = mkdtempSync(join(tmpdir(), "countersign npm test-"));
const running = new Set<ChildProcess>();

// Tests choose their own modes and databases; what the caller's shell says must not reach them.
const clean = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(CASHFREE_|DATABASE_|COUNTERSIGN_|KEY_ENCRYPTION|AUDIT_|APP_ORIGIN$|DATA_DIR$|PORT$|CLOCK_|TRUSTED_HOPS$|EDGE_SECRET$|RATE_LIMIT_)/.test(name))
    .map((name) => [name, undefined]),
);

/** Runs Node with these arguments; what it says while `behind` lasts is kept back until then, so that two never speak at once. */
function run(args: string[], env: Record<string, string | undefined>, behind?: Promise<unknown>): Promise<number | null> {
  const output = behind === undefined ? "inherit" : "pipe";
  const child = spawn(process.execPath, args, { cwd: projectRoot, env: inheritedEnvironment({ ...clean, ...env }), stdio: ["ignore", output, output] });
  running.add(child);
  const kept: Buffer[] = [];
  let maySpeak = false;
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (maySpeak ? process.stdout.write(chunk) : kept.push(chunk)));
  void behind?.then(() => {
    maySpeak = true;
    process.stdout.write(Buffer.concat(kept));
  });
  return new Promise((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
}

async function runVitest(): Promise<Outcome> {
  const file = join(scratch, "vitest.json");
  const vitest = join(projectRoot, "node_modules", "vitest", "vitest.mjs");
  const code = await run([vitest, "run", "--config", "lib/testing/vitest.config.ts", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`], {});
  return readVitest(file, code);
}

type Desk = { child: ChildProcess; log: string; env: Record<string, string>; ready: Promise<boolean> };

async function startDesk(browser: string): Promise<Desk> {
  const dataDir = join(scratch, "data dir");
  const port = await freePort();
  const log = join(scratch, "start.log");
  const output = openSync(log, "w", 0o600);
  console.log("Starting Countersign for the browser tests, beside the unit tests …");
  const child = spawn(process.execPath, tsEntry("lib/cli/start.ts"), {
    cwd: projectRoot,
    // The refusal suites send in a minute what a desk sends in a day.
    env: inheritedEnvironment({ ...clean, DATA_DIR: dataDir, PORT: String(port), RATE_LIMIT_FACTOR: "500" }),
    stdio: ["ignore", output, output, "ipc"],
  });
  closeSync(output);
  running.add(child);
  const env = { E2E_BASE_URL: `http://localhost:${port}`, E2E_DATA_DIR: dataDir, E2E_BROWSER: browser };
  return { child, log, env, ready: waitUntilReady(`http://127.0.0.1:${port}`, child, 600_000) };
}

/** One project of the browser tests, without those it would wait for when run by hand. */
async function runPlaywright(project: "desk" | "alone", env: Record<string, string>, behind?: Promise<unknown>): Promise<Outcome> {
  const file = join(scratch, `${project}.json`);
  const cli = join(projectRoot, "node_modules", "@playwright", "test", "cli.js");
  const args = [cli, "test", "-c", "e2e/playwright.config.ts", `--project=${project}`, "--no-deps", "--reporter=list,json", `--output=test-results/${project}`];
  // The condition lets specs use server rooms, whose doors refuse to be loaded otherwise.
  const code = await run(args, { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file, NODE_OPTIONS: "--conditions=react-server" }, behind);
  return readPlaywright(file, code);
}

/** The tests that need the desk for themselves run beside the unit tests, which leave it alone; then the others have the machine. */
async function runAll(): Promise<Outcome[]> {
  const browser = findBrowser(console.log);
  if (browser === null) {
    const unit = await runVitest();
    return [unit, notRun(browserHowTo)];
  }
  const desk = await startDesk(browser);
  try {
    const unit = runVitest();
    if (!(await desk.ready)) {
      return [await unit, notRun(`Countersign did not become ready:\n${readText(desk.log) ?? ""}`)];
    }
    const beside = await Promise.all([unit, runPlaywright("alone", desk.env, unit)]);
    return [...beside, await runPlaywright("desk", desk.env)];
  } finally {
    await stop(desk.child);
  }
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
    const outcomes = await runAll();
    const failures = outcomes.flatMap((outcome) => outcome.failures);
    // Said once more here, because what a runner says of a failure stands thousands of lines above.
    for (const title of outcomes.flatMap((outcome) => outcome.secondTries)) console.log(`\nPASSED AT ITS SECOND TRY: ${title}`);
    for (const failure of failures) console.log(`\nFAILED: ${failure}`);
    console.log(`${outcomes.reduce((total, outcome) => total + outcome.passed, 0)} passed, ${failures.length} failed`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

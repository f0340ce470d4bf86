// The stages of `npm start` between an open database and running children.
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { migrate } from "@/db/migrate";
import { ConfigError, parseConfig, type Environment } from "@/lib/config";
import { inheritedEnvironment, projectRoot, SupervisedChild, tsEntry, type ChildPlan, type Voices } from "./children.ts";
import { clockWarning } from "./clock.ts";
import { readDemoFile, writeDemoFile } from "./demo-file.ts";
import { databaseState, emptyDatabase, markDatabase, requireOwnDatabase } from "./mark.ts";
import type { OpenDatabase } from "./open-database.ts";
import type { StartPlan } from "./plan.ts";
import { portTaken } from "./ports.ts";
import { ensureKeys, type DemoCredentials } from "./runtime.ts";

/** Refuses a wrong database, restarts an interrupted demo seeding, makes the keys, migrates, marks, and compares the clocks. */
export async function prepareDatabase(plan: StartPlan, database: OpenDatabase, tools: { env: Environment; say: (line: string) => void }): Promise<void> {
  const { owner } = database.urls;
  const state = await databaseState(owner);
  requireOwnDatabase(state, plan.mode);
  const interrupted = plan.mode === "demo" && existsSync(join(plan.dataDir, "seeding"));
  if (interrupted) await restartSeeding(plan, database, tools.say);
  ensureKeys(plan, tools.env, !interrupted && state.kind === "ours" && state.people > 0);
  const { applied } = await migrate(owner);
  if (applied > 0) tools.say(`Applied ${applied} migration${applied === 1 ? "" : "s"}.`);
  await markDatabase(owner, plan.mode);
  const warning = await clockWarning(owner);
  if (warning !== null) tools.say(warning);
}

async function restartSeeding(plan: StartPlan, database: OpenDatabase, say: (line: string) => void): Promise<void> {
  if (database.provision === null) throw new ConfigError(["the demo's first seeding was interrupted, and the database cannot be emptied from here: give an empty one"]);
  say("The demo's first seeding was interrupted; starting it afresh.");
  await emptyDatabase(database.urls.owner);
  await database.provision();
  for (const leftover of ["emulator", "audit", "demo.json", "seeding"]) rmSync(join(plan.dataDir, leftover), { recursive: true, force: true });
}

/** Seeds the demo the first time; later starts only bring the addresses in its file up to date. */
export async function seedOnce(plan: StartPlan, owner: string, tools: { env: Environment; say: (line: string) => void; signal: AbortSignal }): Promise<void> {
  const kept = readDemoFile(plan.dataDir);
  if (kept !== null) {
    writeDemoFile(parseConfig({ ...tools.env, DATA_DIR: plan.dataDir }), kept);
    return;
  }
  const state = await databaseState(owner);
  if (state.kind === "ours" && state.people > 0) {
    tools.say("The demo's file of sign-ins is gone and cannot be made again; its people stay as they are. Remove the data folder to start a new demo.");
    return;
  }
  tools.say("Filling the demo with people, links and payouts …");
  const child = spawn(process.execPath, tsEntry("lib/cli/db-seed.ts"), {
    cwd: projectRoot,
    env: inheritedEnvironment({ DATA_DIR: plan.dataDir }),
    signal: tools.signal,
    killSignal: "SIGTERM",
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-8000)));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`The demo could not be seeded:\n${output.trim()}`);
}

type ChildTools = Voices & { onStop: (stop: () => Promise<void>) => void };
type Child = Pick<ChildPlan, "name" | "args" | "hopeless"> & { env: Record<string, string | undefined> };

function startChild(plan: StartPlan, tools: ChildTools, child: Child): SupervisedChild {
  const env = inheritedEnvironment({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", DATA_DIR: plan.dataDir, ...child.env });
  const logFile = plan.mode === "demo" ? join(plan.dataDir, "logs", `${child.name}.log`) : null;
  const supervised = new SupervisedChild({ ...child, env, logFile }, tools);
  tools.onStop(() => supervised.stop());
  supervised.start();
  return supervised;
}

/** Starts the demo's Cashfree emulator and waits until it answers. */
export async function startEmulator(plan: StartPlan, tools: ChildTools, emulator: { port: number; url: string; credentials: DemoCredentials }): Promise<void> {
  const { credentials } = emulator;
  const child = startChild(plan, tools, {
    name: "emulator",
    args: tsEntry("lib/cli/emulator.ts"),
    env: {
      EMULATOR_PORT: String(emulator.port),
      EMULATOR_DIR: join(plan.dataDir, "emulator"),
      EMULATOR_WEBHOOK_TARGET: `http://127.0.0.1:${plan.port}`,
      CASHFREE_PG_CLIENT_ID: credentials.pgClientId,
      CASHFREE_PG_CLIENT_SECRET: credentials.pgClientSecret,
      CASHFREE_PAYOUT_CLIENT_ID: credentials.payoutClientId,
      CASHFREE_PAYOUT_CLIENT_SECRET: credentials.payoutClientSecret,
    },
  });
  await waitFor([child], `${emulator.url}/`, (response) => response.status < 500);
}

/** Starts the worker and the web server and waits until the whole is ready. */
export async function startDesk(plan: StartPlan, tools: ChildTools): Promise<void> {
  const worker = startChild(plan, tools, { name: "worker", args: tsEntry("lib/cli/worker.ts"), env: {} });
  // Building and seeding take long enough for somebody else to have come.
  const taken = await portTaken(plan.port, plan.host);
  if (taken !== null) throw new Error(taken);
  const next = join("node_modules", "next", "dist", "bin", "next");
  const web = startChild(plan, tools, {
    name: "web",
    args: ["--import", "./lib/cli/peer.mjs", next, "start", "-H", plan.host, "-p", String(plan.port)],
    env: { PORT: String(plan.port), APP_ORIGIN: plan.appOrigin, NEXTAUTH_URL: plan.appOrigin },
    hopeless: () => portTaken(plan.port, plan.host),
  });
  await waitFor([web, worker], `http://127.0.0.1:${plan.port}/api/health/ready`, (response) => response.status === 200);
}

async function waitFor(children: readonly SupervisedChild[], url: string, isGood: (response: Response) => boolean): Promise<void> {
  let last = "it does not answer";
  for (const startedAt = performance.now(); performance.now() - startedAt < 90_000; await pause(100)) {
    const broken = children.find((child) => child.failures >= 3);
    if (broken !== undefined) throw new Error(`${broken.name} ends as soon as it is started.\n${broken.lastWords()}`);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: "manual" });
      if (isGood(response)) return;
      last = (await response.text()).slice(0, 1000);
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Error(`${children[0]?.name ?? ""} was not ready after 90 s: ${last}`);
}

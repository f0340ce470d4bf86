// `npm start`: database, migrations, build, emulator (demo), worker and web; supervises them until it is told to stop.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildWeb, isBuildStale, sourcesHash } from "./build.ts";
import { demoFilePath, readDemoFile } from "./demo-file.ts";
import { loadEnvironment } from "./environment.ts";
import { readText, writePrivate } from "./files.ts";
import { takeLock } from "./lock.ts";
import { openDatabase } from "./open-database.ts";
import { planStart, type StartPlan } from "./plan.ts";
import { portTaken, rememberedPort } from "./ports.ts";
import { demoCredentials, writeRuntime } from "./runtime.ts";
import { prepareDatabase, seedOnce, startDesk, startEmulator } from "./stages.ts";

const stops: (() => Promise<void> | void)[] = [];
const ending = new AbortController();

function say(line: string): void {
  if (!ending.signal.aborted) console.log(line);
}

// Last started, first stopped: the database outlives everything that writes to it.
async function end(code: number): Promise<never> {
  if (ending.signal.aborted) return new Promise(() => undefined);
  if (code === 0) console.log("Stopping …");
  ending.abort();
  for (const stop of stops.toReversed()) {
    try {
      await stop();
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
    }
  }
  process.exit(code);
}

function onStop(stop: () => Promise<void> | void): void {
  stops.push(stop);
  // Started while we were already ending, so nobody else will stop it.
  if (ending.signal.aborted) void stop();
}

function giveUp(sentence: string): void {
  if (ending.signal.aborted) return;
  console.error(sentence);
  void end(1);
}

async function takePort(plan: StartPlan): Promise<void> {
  const runFile = join(plan.dataDir, "running");
  const lock = takeLock(join(plan.dataDir, "start.lock"));
  // After kill -9 the children need a moment to notice; only then is a taken port somebody else's.
  const graceMs = lock === null || readText(runFile) === null ? 0 : 8000;
  for (let waitedMs = 0; ; waitedMs += 100) {
    const taken = await portTaken(plan.port, plan.host);
    if (taken === null) break;
    if (waitedMs >= graceMs) throw new Error(taken);
    await pause(100);
  }
  if (lock === null) throw new Error(`Countersign is already running with the data in ${plan.dataDir}. Stop it, or set DATA_DIR to another folder.`);
  writePrivate(runFile, `${process.pid}\n`);
  onStop(() => {
    rmSync(runFile, { force: true });
    lock.release();
  });
}

async function build(): Promise<void> {
  const lockFile = join(import.meta.dirname, "..", "..", ".cache", "build.lock");
  let lock = takeLock(lockFile);
  for (; lock === null; lock = takeLock(lockFile)) {
    say("Another build is running; waiting for it …");
    await pause(2000, undefined, { signal: ending.signal });
  }
  const hash = sourcesHash();
  if (isBuildStale(hash)) {
    say("Building the web application; half a minute on a free machine, some minutes on a busy one …");
    const since = performance.now();
    await buildWeb(hash, ending.signal);
    say(`Built in ${Math.ceil((performance.now() - since) / 1000)} s.`);
  }
  lock.release();
}

async function main(): Promise<void> {
  const env = loadEnvironment();
  const plan = planStart(env);
  await takePort(plan);
  say(plan.database.kind === "embedded" ? "Starting the database …" : "Connecting to the database …");
  const database = await openDatabase(plan, { say, onStop });
  await prepareDatabase(plan, database, { env, say });
  const emulator = plan.mode === "demo" ? await chooseEmulator(plan.dataDir) : null;
  writeRuntime(plan, database.urls, emulator);
  await build();
  say(emulator === null ? "Starting worker and web server …" : "Starting Cashfree emulator, worker and web server …");
  const emulating = emulator === null ? Promise.resolve() : startEmulator(plan, { say, onStop, giveUp }, emulator);
  if (emulator !== null) {
    // The seed makes its links at the emulator, so only a first start has to wait for it.
    if (readDemoFile(plan.dataDir) === null) await emulating;
    await seedOnce(plan, database.urls.owner, { env, say, signal: ending.signal });
  }
  await Promise.all([emulating, startDesk(plan, { say, onStop, giveUp })]);
  say("");
  say(`Countersign is ready: ${plan.appOrigin}`);
  if (emulator !== null) {
    say(`Demo sign-ins: ${demoFilePath(plan.dataDir)}`);
    say(`Emulator (pay links here): ${emulator.url}`);
    say(`Logs: ${join(plan.dataDir, "logs")}`);
  }
  say("Ctrl-C stops everything.");
}

async function chooseEmulator(dataDir: string): Promise<{ port: number; url: string; credentials: ReturnType<typeof demoCredentials> }> {
  const port = await rememberedPort(join(dataDir, "ports.json"), "emulator", 5000);
  return { port, url: `http://127.0.0.1:${port}`, credentials: demoCredentials(dataDir) };
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
process.once("disconnect", () => void end(0));

try {
  await main();
} catch (error) {
  if (!ending.signal.aborted) {
    console.error(error instanceof Error ? error.message : String(error));
    await end(1);
  }
}

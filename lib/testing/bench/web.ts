// A production web server over the bench's database: `next start`, as `npm start` runs it.
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { join } from "node:path";
import { buildWeb, isBuildStale, sourcesHash } from "@/lib/cli/build";
import { inheritedEnvironment, projectRoot } from "@/lib/cli/children";
import { takeLock } from "@/lib/cli/lock";
import type { Stage } from "./stage.ts";

let built: Promise<void> | undefined;

/** Builds what is stale, starts the server and waits until it answers; it ends with the stage. Answers its origin. */
export async function startWeb(stage: Stage, say: (line: string) => void): Promise<string> {
  // Once a run: both parts that need a server measure the same program.
  await (built ??= build(say));
  const next = join("node_modules", "next", "dist", "bin", "next");
  const env = inheritedEnvironment({ ...stage.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
  const child = spawn(process.execPath, [next, "start", "-H", "127.0.0.1", "-p", String(stage.config.port)], { cwd: projectRoot, env, stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  stage.onClose(async () => {
    child.kill("SIGTERM");
    await Promise.race([ended, pause(5000, undefined, { ref: false }).then(() => child.kill("SIGKILL"))]);
  });
  const origin = `http://127.0.0.1:${stage.config.port}`;
  for (const startedAt = performance.now(); performance.now() - startedAt < 60_000; await pause(100)) {
    if (child.exitCode !== null) throw new Error(`The web server ended with ${child.exitCode}.`);
    const alive = await fetch(`${origin}/api/health/live`).then(
      (response) => response.ok,
      () => false,
    );
    if (alive) return origin;
  }
  throw new Error("The web server did not answer within a minute.");
}

async function build(say: (line: string) => void): Promise<void> {
  const file = join(projectRoot, ".cache", "build.lock");
  let lock = takeLock(file);
  for (; lock === null; lock = takeLock(file)) await pause(1000);
  const hash = sourcesHash();
  if (isBuildStale(hash)) {
    say("Building the web application …");
    await buildWeb(hash, new AbortController().signal);
  }
  lock.release();
}

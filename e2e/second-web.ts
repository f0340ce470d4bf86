// Another web process over the desk's database, for what the one under test is not set up to show.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { inheritedEnvironment, projectRoot } from "../lib/cli/children.ts";
import { freePort } from "../lib/cli/ports.ts";
import { settings } from "./settings.ts";

export type SecondWeb = { origin: string; stop: () => void };

/** Starts it with these settings beside the usual ones, and waits until it answers. */
export async function startSecondWeb(env: Record<string, string>): Promise<SecondWeb> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const next = join("node_modules", "next", "dist", "bin", "next");
  const web = spawn(process.execPath, ["--import", "./lib/cli/peer.mjs", next, "start", "-H", "127.0.0.1", "-p", String(port)], {
    cwd: projectRoot,
    env: inheritedEnvironment({
      NODE_ENV: "production",
      NODE_OPTIONS: undefined,
      DATA_DIR: settings.dataDir,
      PORT: String(port),
      APP_ORIGIN: origin,
      NEXTAUTH_URL: origin,
      ...env,
    }),
    stdio: "ignore",
  });
  const answers = (path: string) => () =>
    fetch(`${origin}${path}`, { redirect: "manual" }).then(
      (response) => response.status,
      () => 0,
    );
  await expect.poll(answers("/api/health/live"), { timeout: 50_000 }).toBe(200);
  // On a busy machine it may live before it knows who may come from where; a page says 503 until then.
  await expect.poll(answers("/sign-in"), { timeout: 50_000 }).not.toBe(503);
  return { origin, stop: () => void web.kill("SIGTERM") };
}

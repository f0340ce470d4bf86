import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inheritedEnvironment, projectRoot } from "./children.ts";
import { readText, writePrivate } from "./files.ts";

const folders = ["app", "components", "lib", "db", "public"];
const files = ["package-lock.json", "package.json", "tsconfig.json", "next.config.ts", "proxy.ts", "instrumentation.ts", "instrumentation-client.ts"];
const stamp = join(projectRoot, ".next", "countersign-sources");

function sourceFiles(): string[] {
  const inside = folders.flatMap((folder) => {
    const home = join(projectRoot, folder);
    if (!existsSync(home)) return [];
    return readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  });
  const own = inside.filter((file) => !/\.test\.tsx?$|\.md$|\/lib\/(testing|cli)\//.test(file));
  return [...own, ...files.map((file) => join(projectRoot, file)).filter((file) => existsSync(file))].sort();
}

/** One hash over everything the web build is made from, and where it stands. */
export function sourcesHash(): string {
  const hash = createHash("sha256").update(projectRoot);
  for (const file of sourceFiles()) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

/** True when the last finished build was made from other sources, or there is none. */
export function isBuildStale(hash: string): boolean {
  return readText(stamp)?.trim() !== hash || !existsSync(join(projectRoot, ".next", "BUILD_ID"));
}

/** Builds the web application; throws with the build's own output when it fails. */
export async function buildWeb(hash: string, signal: AbortSignal): Promise<void> {
  const next = join(projectRoot, "node_modules", "next", "dist", "bin", "next");
  const env = inheritedEnvironment({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", DATA_DIR: undefined, PORT: undefined });
  const child = spawn(process.execPath, [next, "build"], { cwd: projectRoot, env, signal, killSignal: "SIGTERM", stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`The web application could not be built:\n${output.trim()}`);
  writePrivate(stamp, hash);
}

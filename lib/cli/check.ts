// `npm run check`: everything that can be judged without running the product, one line each.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { inheritedEnvironment, projectRoot } from "./children.ts";
import { runCommand } from "./environment.ts";

type Check = { name: string; command: string; args: string[]; after?: () => string | null };

function bin(name: string): string {
  return join(projectRoot, "node_modules", ".bin", name);
}

// drizzle-kit writes a migration when tables and migrations differ, so it runs on a copy that should stay the same.
function migrationsInStep(): Check {
  const cache = join(projectRoot, ".cache");
  mkdirSync(cache, { recursive: true });
  const copy = mkdtempSync(join(cache, "migrations-"));
  const real = join(projectRoot, "db", "migrations");
  if (existsSync(real)) cpSync(real, copy, { recursive: true });
  const before = readdirSync(copy).length;
  const after = (): string | null => {
    const grown = readdirSync(copy).filter((name) => name.endsWith(".sql")).length > readdirSync(real).filter((name) => name.endsWith(".sql")).length;
    const [newest] = grown ? readdirSync(copy).filter((name) => name.endsWith(".sql") && !existsSync(join(real, name))) : [];
    const sql = newest === undefined ? "" : readFileSync(join(copy, newest), "utf8");
    rmSync(copy, { recursive: true, force: true });
    if (before === 0) return "db/migrations is empty";
    return grown ? `the tables have changes without a migration (npm run db:generate -- --name …):\n${sql}` : null;
  };
  return {
    name: "migrations",
    command: bin("drizzle-kit"),
    args: ["generate", "--dialect", "postgresql", "--schema", "./db/schema/*.ts", "--out", `./${relative(projectRoot, copy)}`],
    after,
  };
}

function checks(): Check[] {
  return [
    { name: "format", command: bin("oxfmt"), args: ["--check", "."] },
    { name: "lint", command: bin("oxlint"), args: ["--type-aware", "--deny-warnings"] },
    { name: "types", command: bin("tsc"), args: ["--noEmit", "--incremental", "false", "-p", "."] },
    {
      name: "house rules",
      command: process.execPath,
      args: [join(projectRoot, "node_modules", "vitest", "vitest.mjs"), "run", "--config", "lib/testing/vitest.config.ts", "tidy", "import"],
    },
    { name: "dead code", command: bin("knip"), args: [] },
    migrationsInStep(),
  ];
}

function run(command: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd: projectRoot, env: inheritedEnvironment({ FORCE_COLOR: undefined, NO_COLOR: "1" }), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, output: output + error.message }));
    child.once("close", (code) => resolve({ code, output }));
  });
}

async function runCheck(check: Check): Promise<boolean> {
  const startedAt = performance.now();
  const { code, output } = await run(check.command, check.args);
  const complaint = check.after?.() ?? null;
  const good = code === 0 && complaint === null;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${good ? "ok    " : "FAILED"} ${check.name} (${seconds} s)`);
  if (!good) console.log(indent(complaint ?? output));
  return good;
}

function indent(text: string): string {
  return text
    .trim()
    .split("\n")
    .slice(-200)
    .map((line) => `       ${line}`)
    .join("\n");
}

await runCommand(async () => {
  // The types of routes are generated; without them, or with stale ones, types and lint judge another program.
  const generated = await run(process.execPath, [join(projectRoot, "node_modules", "next", "dist", "bin", "next"), "typegen"]);
  if (generated.code !== 0) throw new Error(`The route types could not be generated:\n${generated.output.trim()}`);
  const results = await Promise.all(checks().map(runCheck));
  return results.every(Boolean) ? 0 : 1;
});

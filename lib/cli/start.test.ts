import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseConfig, runtimeFile } from "@/lib/config";
import { environment, inheritedEnvironment, projectRoot, SupervisedChild, tsEntry } from "./children.ts";
import { readDemoFile, writeDemoFile } from "./demo-file.ts";
import { takeLock } from "./lock.ts";
import { planStart } from "./plan.ts";
import { freePort, portTaken, rememberedPort } from "./ports.ts";
import { demoCredentials, ensureKeys, writeRuntime } from "./runtime.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign start with space-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ended = { code: number | null; output: string };

function run(args: string[], env: Record<string, string>): { done: Promise<Ended>; kill: (signal: NodeJS.Signals) => void; said: (text: string) => Promise<void> } {
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: environment({ PATH: process.env["PATH"], HOME: folder, ...env }),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const done = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, output })));
  const said = (text: string): Promise<void> => new Promise((resolve) => child.stdout?.on("data", () => output.includes(text) && resolve()));
  return { done, kill: (signal) => child.kill(signal), said };
}

const start = (env: Record<string, string>): Promise<Ended> => run(tsEntry("lib/cli/start.ts"), env).done;

test("a taken port ends the start with 1 and names PORT=", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  try {
    const ended = await start({ PORT: String(port), DATA_DIR: join(folder, "taken") });
    expect(ended.code).toBe(1);
    expect(ended.output).toMatch(new RegExp(`Port ${port} is taken.*PORT=\\d+`));
  } finally {
    other.close();
  }
});

test("a second start with the same data folder is refused while the first one holds it", async () => {
  const dataDir = join(folder, "held");
  const lock = takeLock(join(dataDir, "start.lock"));
  try {
    const ended = await start({ PORT: String(await freePort()), DATA_DIR: dataDir });
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.output).toMatch(/already running with the data in/);
  } finally {
    lock?.release();
  }
});

test("a lock whose holder was killed with -9 is free at once", async () => {
  const file = join(folder, "kernel.lock");
  const script = join(folder, "hold.ts");
  writeFileSync(
    script,
    `import { takeLock } from ${JSON.stringify(join(projectRoot, "lib/cli/lock.ts"))};\nconsole.log(takeLock(${JSON.stringify(file)}) === null ? "refused" : "held");\nsetInterval(() => {}, 1000);\n`,
  );
  const holder = run(["--import", "tsx", script], {});
  await holder.said("held");
  expect(takeLock(file)).toBeNull();
  holder.kill("SIGKILL");
  await holder.done;
  const lock = takeLock(file);
  expect(lock).not.toBeNull();
  lock?.release();
});

test("real credentials without CASHFREE_ENV are refused before anything is created", async () => {
  const dataDir = join(folder, "refused");
  const ended = await start({ PORT: String(await freePort()), DATA_DIR: dataDir, CASHFREE_PG_CLIENT_ID: "real" });
  expect(ended).toMatchObject({ code: 1 });
  expect(ended.output).toMatch(/Countersign cannot start:\n {2}- .*CASHFREE_ENV/);
  expect(() => statSync(dataDir)).toThrow(/ENOENT/);
});

test("a child ends when its supervisor is killed with -9", async () => {
  const script = join(folder, "supervisor.ts");
  const childScript = join(folder, "child.mjs");
  const pidFile = join(folder, "child.pid");
  writeFileSync(childScript, `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(pidFile)}, String(process.pid));\nsetInterval(() => {}, 1000);\n`);
  writeFileSync(
    script,
    `import { SupervisedChild, inheritedEnvironment } from ${JSON.stringify(join(projectRoot, "lib/cli/children.ts"))};
     import { existsSync } from "node:fs";
     new SupervisedChild({ name: "child", args: [${JSON.stringify(childScript)}], env: inheritedEnvironment({}), logFile: null }, { say: console.log, giveUp: console.error }).start();
     const waiting = setInterval(() => { if (existsSync(${JSON.stringify(pidFile)})) { clearInterval(waiting); console.log("running"); } }, 20);\n`,
  );
  const supervisor = run(["--import", "tsx", script], {});
  await supervisor.said("running");
  const pid = Number(readFileSync(pidFile, "utf8"));
  expect(process.kill(pid, 0)).toBe(true);
  supervisor.kill("SIGKILL");
  await supervisor.done;
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
});

// Where nobody reaps orphans, an ended process stays as a zombie that still answers signal 0.
function isAlive(pid: number): boolean {
  try {
    const stat = existsSync("/proc/self/stat") ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
    return !/\) Z /.test(stat) && process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a child that finds its port taken is not started again and again: the start gives up, and names PORT=", async () => {
  const script = join(folder, "listener.mjs");
  writeFileSync(script, `import { createServer } from "node:net";\ncreateServer().listen(Number(process.argv[2]), "127.0.0.1");\n`);
  const thief = createServer();
  await new Promise<void>((resolve) => thief.listen(0, "127.0.0.1", resolve));
  const address = thief.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const said: string[] = [];
  const gaveUp = new Promise<string>((giveUp) => {
    const plan = { name: "web", args: [script, String(port)], env: inheritedEnvironment({}), logFile: join(folder, "listener.log"), hopeless: () => portTaken(port, "127.0.0.1") };
    new SupervisedChild(plan, { say: (line) => said.push(line), giveUp }).start();
  });
  expect(await gaveUp).toBe(`Port ${port} is taken. Choose another one: PORT=${port + 1} npm start`);
  expect(said, "no promise to try again").toEqual([]);
  thief.close();
});

test("a chosen port is remembered while it is free and replaced when somebody took it", async () => {
  const file = join(folder, "ports.json");
  const port = await rememberedPort(file, "postgres");
  expect(await rememberedPort(file, "postgres")).toBe(port);
  const thief = createServer();
  await new Promise<void>((resolve) => thief.listen(port, "127.0.0.1", resolve));
  const next = await rememberedPort(file, "postgres");
  thief.close();
  expect(next).not.toBe(port);
});

test("what a start chose is enough for every other command, is readable by its owner only, and secrets that were given are not copied", () => {
  const dataDir = join(folder, "runtime");
  const plan = planStart({ DATA_DIR: dataDir, PORT: "4123" });
  ensureKeys(plan, {}, false);
  const credentials = demoCredentials(dataDir);
  const urls = { owner: "postgres://o@h/d", app: "postgres://a@h/d", jobs: "postgres://j@h/d", readonly: "postgres://r@h/d" };
  writeRuntime(plan, urls, { url: "http://127.0.0.1:5000", credentials });
  const config = parseConfig({ DATA_DIR: dataDir });
  expect(config).toMatchObject({ mode: "demo", port: 4123, appOrigin: "http://localhost:4123", database: { owner: urls.owner, app: urls.app } });
  expect(config.cashfree.pg.clientSecret.reveal()).toBe(demoCredentials(dataDir).pgClientSecret);
  for (const file of [runtimeFile(dataDir), join(dataDir, "keys", "kek"), join(dataDir, "keys", "audit-signing.pem"), join(dataDir, "keys", "demo-cashfree.json")]) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
  writeRuntime({ ...plan, mode: "sandbox", database: { kind: "given", urls } }, urls, null);
  expect(Object.keys(JSON.parse(readFileSync(runtimeFile(dataDir), "utf8")) as object)).toEqual(["PORT", "APP_ORIGIN", "COUNTERSIGN_MODE"]);

  const seeded = { users: [], apiClients: [], links: [{ linkId: "lnk_1", url: "http://127.0.0.1:4999/links/1", phone: "9", email: "a@b.in" }], accounts: [] };
  writeDemoFile(config, seeded);
  expect(readDemoFile(dataDir)).toMatchObject({ origin: "http://localhost:4123", databaseUrl: urls.owner, links: [{ url: "http://127.0.0.1:5000/links/1" }] });
  expect(statSync(join(dataDir, "demo.json")).mode & 0o777).toBe(0o600);
});

test("keys are made once; a lost key-encryption key is never replaced while there is data, and never made in production", () => {
  const dataDir = join(folder, "keys");
  const plan = planStart({ DATA_DIR: dataDir });
  ensureKeys(plan, {}, false);
  const kek = readFileSync(join(dataDir, "keys", "kek"), "utf8");
  expect(Buffer.from(kek, "base64")).toHaveLength(32);
  ensureKeys(plan, {}, true);
  expect(readFileSync(join(dataDir, "keys", "kek"), "utf8")).toBe(kek);
  rmSync(join(dataDir, "keys", "kek"));
  expect(() => ensureKeys(plan, {}, true)).toThrow(/put the file back/);
  ensureKeys({ ...plan, mode: "production" }, {}, false);
  expect(() => statSync(join(dataDir, "keys", "kek"))).toThrow(/ENOENT/);
});

import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { freePort } from "./ports.ts";
import { chooseLaunch } from "./postgres-binaries.ts";
import { startPostgres, type PostgresServer } from "./postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign pg with space-"));
const running: PostgresServer[] = [];

afterAll(async () => {
  for (const server of running) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string, extra: { launch?: ReturnType<typeof chooseLaunch>; elsewhere?: string } = {}): Promise<PostgresServer> {
  const server = await startPostgres({ folder: join(folder, name), port: await freePort(), settings: { fsync: "off" }, ...extra });
  running.push(server);
  return server;
}

async function query(url: string, text: string): Promise<readonly postgres.Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

test("a cluster in a path with a space is PostgreSQL 18 on loopback with checksums, and asks for a password", async () => {
  const server = await start("plain");
  const [row] = await query(
    server.superuserUrl("postgres"),
    "select current_setting('server_version_num')::int / 10000 as major, current_setting('listen_addresses') as host, current_setting('data_checksums') as sums, current_setting('server_encoding') as encoding",
  );
  expect(row).toEqual({ major: 18, host: "127.0.0.1", sums: "on", encoding: "UTF8" });
  expect(statSync(join(folder, "plain", "password")).mode & 0o777).toBe(0o600);
  await expect(query(`postgres://postgres:wrong@127.0.0.1:${server.port}/postgres`, "select 1")).rejects.toThrow(/password authentication failed/);
  await server.stop();
});

test("committed data survives kill -9 of the server", async () => {
  const first = await start("killed");
  await query(first.superuserUrl("postgres"), "create table kept (id int); insert into kept values (7)");
  process.kill(first.pid, "SIGKILL");
  await first.exited;
  const second = await start("killed");
  expect(await query(second.superuserUrl("postgres"), "select id from kept")).toEqual([{ id: 7 }]);
  await second.stop();
});

test.runIf(process.platform === "linux")("a server left behind by a killed start is stopped, and the next one takes over", async () => {
  const orphan = await start("orphan");
  const next = await start("orphan");
  await orphan.exited;
  expect(await query(next.superuserUrl("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  await next.stop();
});

test.runIf(process.platform === "linux")("a stale pid file that names another program's live process does not block the start, and that process lives on", async () => {
  const first = await start("stale");
  const pidFile = join(first.dataFolder, "postmaster.pid");
  const content = readFileSync(pidFile, "utf8");
  process.kill(first.pid, "SIGKILL");
  await first.exited;
  const bystander = spawn("sleep", ["60"], { stdio: "ignore" });
  try {
    writeFileSync(pidFile, content.replace(/^\d+/, String(bystander.pid)));
    const second = await start("stale");
    await second.stop();
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
  } finally {
    bystander.kill();
  }
});

test.runIf(process.getuid?.() === 0)("root without user namespaces runs the server as nobody from a folder outside, and remembers it", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "countersign elsewhere-"));
  chmodSync(elsewhere, 0o755);
  const launch = chooseLaunch(false);
  try {
    const first = await start("relocated", { launch, elsewhere });
    expect(first.dataFolder.startsWith(elsewhere)).toBe(true);
    expect(readFileSync(`/proc/${first.pid}/status`, "utf8")).toMatch(/^Uid:\t65534\t/m);
    await query(first.superuserUrl("postgres"), "create table kept (id int)");
    await first.stop();
    const second = await start("relocated", { launch, elsewhere });
    expect(second.dataFolder).toBe(first.dataFolder);
    expect(await query(second.superuserUrl("postgres"), "select * from kept")).toEqual([]);
    await second.stop();
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test("an interrupted creation of the cluster is started afresh", async () => {
  const home = join(folder, "interrupted");
  const done = await start("interrupted");
  await done.stop();
  rmSync(join(home, "data"), { recursive: true });
  writeFileSync(join(home, "data.new"), "half");
  const again = await start("interrupted");
  expect(existsSync(join(home, "data.new"))).toBe(false);
  await again.stop();
});

import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readlinkSync, realpathSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { environment } from "./children.ts";
import { keepPrivate, readText, writePrivate } from "./files.ts";
import { chooseLaunch, nativeFolder, type Launch } from "./postgres-binaries.ts";

export type PostgresServer = {
  port: number;
  pid: number;
  dataFolder: string;
  /** Address for the superuser; provisioning and tests only, the product never gets it. */
  superuserUrl: (database: string) => string;
  /** Settles when the server process ends, whoever ended it. */
  exited: Promise<number | null>;
  stop: () => Promise<void>;
};

export type PostgresOptions = {
  /** Folder for the cluster, its password and its log. */
  folder: string;
  port: number;
  settings?: Record<string, string>;
  say?: (line: string) => void;
  launch?: Launch;
  /** Where the cluster lives when it cannot live in `folder` (root without user namespaces). */
  elsewhere?: string;
};

type Place = { native: string; data: string; log: string; password: string; launch: Launch };

/** Starts the embedded PostgreSQL, creating its cluster the first time and recovering it after any kind of death. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const place = findPlace(options);
  if (!existsSync(join(place.data, "PG_VERSION"))) {
    options.say?.("Creating the database cluster …");
    await createCluster(place);
  }
  await clearStalePid(place.data);
  const child = launchServer(place, options);
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  await waitUntilReady(place, child);
  return {
    port: options.port,
    pid: child.pid ?? 0,
    dataFolder: place.data,
    superuserUrl: (database) => `postgres://postgres:${place.password}@127.0.0.1:${options.port}/${database}`,
    exited,
    stop: () => stopServer(child, exited),
  };
}

function findPlace(options: PostgresOptions): Place {
  const launch = options.launch ?? chooseLaunch();
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const password = keepPrivate(join(options.folder, "password"), () => randomBytes(24).toString("base64url"));
  const home = launch.relocate ? relocatedHome(options) : options.folder;
  const native = launch.relocate ? join(home, "native") : nativeFolder();
  return { native, data: join(launch.relocate ? join(home, "cluster") : home, "data"), log: join(options.folder, "server.log"), password, launch };
}

// Without user namespaces root's own folders are unreadable to the server's user, so programs and data live outside.
function relocatedHome(options: PostgresOptions): string {
  const base = options.elsewhere ?? "/var/lib/countersign";
  const home = keepPrivate(join(options.folder, "elsewhere"), () => {
    mkdirSync(base, { recursive: true, mode: 0o755 });
    return mkdtempSync(join(base, "postgres-"));
  });
  mkdirSync(join(home, "cluster"), { recursive: true, mode: 0o700 });
  // The server's user owns only the folder it writes in; the programs beside it stay root's.
  chmodSync(home, 0o755);
  chownSync(join(home, "cluster"), 65534, 65534);
  if (!existsSync(join(home, "native", "bin", "postgres"))) {
    const partial = join(home, "native.new");
    rmSync(partial, { recursive: true, force: true });
    cpSync(nativeFolder(), partial, { recursive: true, verbatimSymlinks: true });
    renameSync(partial, join(home, "native"));
  }
  return home;
}

function spawnOptions(launch: Launch): SpawnOptions {
  const owner = launch.uid !== undefined && launch.gid !== undefined && launch.prefix.length === 0 ? { uid: launch.uid, gid: launch.gid } : {};
  // Detached: Ctrl-C in a terminal reaches the supervisor only, which stops the database last.
  return { env: environment({ PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" }), detached: true, ...owner };
}

function command(launch: Launch, program: string, args: string[]): { file: string; args: string[] } {
  const [file = program, ...rest] = [...launch.prefix, program, ...args];
  return { file, args: rest };
}

async function createCluster(place: Place): Promise<void> {
  const { launch } = place;
  const partial = `${place.data}.new`;
  const passwordFile = `${place.data}.password`;
  rmSync(partial, { recursive: true, force: true });
  writePrivate(passwordFile, `${place.password}\n`);
  if (launch.relocate && launch.uid !== undefined && launch.gid !== undefined) chownSync(passwordFile, launch.uid, launch.gid);
  const locale = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const initdb = command(launch, join(place.native, "bin", "initdb"), [
    "-D",
    partial,
    "-U",
    "postgres",
    ...locale,
    "--data-checksums",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
  ]);
  const child = spawn(initdb.file, initdb.args, { ...spawnOptions(launch), cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4000)));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  rmSync(passwordFile, { force: true });
  if (code !== 0) throw new Error(`The database cluster could not be created (initdb ended with ${code}): ${complaint.trim()}`);
  // Renamed last, so that an interrupted initdb is never taken for a cluster.
  renameSync(partial, place.data);
}

function launchServer(place: Place, options: PostgresOptions): ChildProcess {
  const settings: Record<string, string> = { listen_addresses: "127.0.0.1", unix_socket_directories: "", port: String(options.port), ...options.settings };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = command(place.launch, join(place.native, "bin", "postgres"), ["-D", place.data, ...flags]);
  const log = openSync(place.log, "w", 0o600);
  try {
    const child = spawn(server.file, server.args, { ...spawnOptions(place.launch), cwd: "/", stdio: ["ignore", log, log] });
    child.on("error", () => undefined);
    return child;
  } finally {
    closeSync(log);
  }
}

async function waitUntilReady(place: Place, child: ChildProcess): Promise<void> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 20) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`PostgreSQL did not start; its log ends with:\n${(readText(place.log) ?? "").slice(-2000)}`);
    }
    const lines = (readText(join(place.data, "postmaster.pid")) ?? "").split("\n");
    if (lines[0] === String(child.pid) && lines[7]?.trim() === "ready") return;
    await pause(20);
  }
  child.kill("SIGQUIT");
  throw new Error(`PostgreSQL was not ready after 60 s; see ${place.log}.`);
}

async function stopServer(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const ended = await Promise.race([exited.then(() => true), pause(10_000, false, { ref: false })]);
    if (ended) return;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isOurs(pid: number, data: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return false;
  }
}

/**
 * Deals with the pid file a killed run leaves: a server of this very folder is stopped, a pid that another program has by
 * now would block for ever and is removed. A dead pid is left to PostgreSQL, which checks for surviving backends.
 */
async function clearStalePid(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  const pid = Number((readText(file) ?? "").split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return;
  if (process.platform !== "linux") return;
  if (!isOurs(pid, data)) return rmSync(file, { force: true });
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    process.kill(pid, signal);
    for (let waitedMs = 0; waitedMs < 5000; waitedMs += 50) {
      if (!isOurs(pid, data)) return;
      await pause(50);
    }
  }
  throw new Error(`An earlier PostgreSQL (pid ${pid}) still holds ${data} and cannot be stopped.`);
}

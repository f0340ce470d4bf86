// The one file that runs before anything is installed: plain JavaScript for Node ≥ 20.9.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const commands = ["start", "test", "check"];
const stamp = join(root, "node_modules", ".countersign-lock");

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

function packages(file) {
  const { packages: listed = {} } = JSON.parse(readFileSync(file, "utf8"));
  return Object.entries(listed).filter(([path]) => path !== "");
}

// An install made by hand (`npm install`) counts when npm's own record of it equals the lockfile.
function installedMatches() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = new Map(packages(record));
  return packages(join(root, "package-lock.json")).every(([path, wanted]) => {
    const found = installed.get(path);
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

function isInstalled(hash) {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return true;
  if (!installedMatches()) return false;
  writeFileSync(stamp, hash);
  return true;
}

function install(hash) {
  console.log("Installing packages (npm ci); a minute or more the first time …");
  const npm = process.env.npm_execpath;
  // Errors alone: npm warns of packages this Node is too old for, which run on the Node that is installed here.
  const args = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const [file, all] = npm ? [process.execPath, [npm, ...args]] : ["npm", args];
  const result = spawnSync(file, all, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (result.status !== 0) {
    console.error("The packages could not be installed; see npm's message above.");
    process.exit(1);
  }
  writeFileSync(stamp, hash);
}

function chooseNode() {
  const bundled = join(root, "node_modules", ".bin", "node");
  if (existsSync(bundled) && spawnSync(bundled, ["--version"], { stdio: "ignore" }).status === 0) return bundled;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  console.error(`Countersign needs Node 22.18 or newer on this platform; this is ${process.version}.`);
  process.exit(1);
}

function ancestors() {
  const parent = process.ppid;
  try {
    // "pid (name) state ppid …"; the name may itself hold brackets and spaces.
    return `${parent} ${readFileSync(`/proc/${parent}/stat`, "utf8").split(")").at(-1).split(" ")[2]}`;
  } catch {
    return `${parent}`;
  }
}

function run(command, args) {
  const flags = ["--conditions=react-server", "--import", "tsx", join(root, "lib", "cli", `${command}.ts`), ...args];
  // The IPC channel tells the command when this process is gone, whatever ended it.
  const child = spawn(chooseNode(), flags, { cwd: root, stdio: ["inherit", "inherit", "inherit", "ipc"] });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const above = ancestors();
  // Under npm, npm and its shell are above us; when either is killed, nobody is left to tell us to stop.
  if (process.env.npm_lifecycle_event) setInterval(() => ancestors() === above || child.kill("SIGTERM"), 500).unref();
  child.on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}

const [command = "", ...args] = process.argv.slice(2);
if (!commands.includes(command)) {
  console.error(`Use one of: ${commands.join(", ")}.`);
  process.exit(1);
}
const hash = lockHash();
if (!isInstalled(hash)) install(hash);
run(command, args);

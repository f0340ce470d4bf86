import { spawn } from "node:child_process";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { permissionList } from "@/lib/access";
import { systemCtx, type Ctx } from "@/lib/context";
import { useDatabase } from "@/lib/testing/database";
import { kindOf } from "@/lib/testing/refusals";
import type { Asking } from "@/lib/testing/limited";
import { guestAt } from "@/lib/testing/people";
import { watchStatements } from "@/lib/testing/statements";
import { clockNow, minuteMs, secondMs, setClockOffsetMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { requireQuota } from "./guard.ts";
import { Limiter } from "./limiter.ts";
import { defaultClass, limitedClasses, ruleOf, searchesFor, secondsUntilOpen, shifted, type LimitedClass, type QuotaRule } from "./policy.ts";
import { resetEdge } from "./snapshot.ts";

const database = useDatabase();

beforeAll(() => ensureVaultKeys(systemCtx("test")));
afterEach(() => {
  vi.useRealTimers();
  resetEdge();
  setClockOffsetMs(0);
});

const read = ruleOf("read", { factor: 1 });
const money = ruleOf("money", { factor: 1 });

/** Begins a slice and stays there, so that what a test does at once falls into one however long it takes. */
function alignClock(): number {
  vi.useFakeTimers({ toFake: ["Date"] });
  setClockOffsetMs(0);
  const offset = minuteMs - (clockNow().getTime() % minuteMs) + 50;
  setClockOffsetMs(offset);
  return offset;
}

async function takeMany(limiter: Limiter, times: number, given: { name: LimitedClass; subject: string; rule: QuotaRule }): Promise<number> {
  const taken = await Promise.all(Array.from({ length: times }, () => limiter.take(given.name, given.subject, given.rule)));
  return taken.filter((each) => each.allowed).length;
}

function askElsewhere(task: Asking): Promise<number[]> {
  const child = spawn(process.execPath, ["--conditions=react-server", "--import", "tsx", "lib/testing/limited.ts"], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(task));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(JSON.parse(output || "[]") as number[]));
  });
}

describe("several processes keep one quota", () => {
  test("two processes asking at once give out the money quota exactly, and the reading quota with at most one process's share more", async () => {
    alignClock();
    const kinds = [
      ["money", money, money.quota],
      ["read", read, read.quota + read.free],
    ] as const;
    const asks = kinds.map(([name, rule]) => ({ name, subject: `usr_${name}`, rule, times: rule.quota * 2 }));
    const task = { databaseUrl: database.urls.app, dataDir: database.config.dataDir, atMs: clockNow().getTime(), asks };
    const given = await Promise.all([askElsewhere(task), askElsewhere(task)]);
    for (const [index, [name, rule, most]] of kinds.entries()) {
      const total = given.reduce((sum, each) => sum + (each[index] ?? Number.NaN), 0);
      expect(total, name).toBeLessThanOrEqual(most);
      // What a lease does not use up is lost, so somewhat fewer than the quota is right and far fewer is not.
      expect(total, name).toBeGreaterThanOrEqual(rule.quota * 0.9);
    }
  });

  test("within any window, wherever it is laid, no more than the quota is granted", async () => {
    const base = alignClock();
    const limiter = new Limiter();
    const given: { at: number; count: number }[] = [];
    for (let at = 0; at < 4 * minuteMs; at += 3500) {
      setClockOffsetMs(base + at);
      given.push({ at, count: await takeMany(limiter, 13, { name: "money", subject: "usr_window", rule: money }) });
    }
    for (const { at } of given) {
      const within = given.filter((each) => each.at >= at && each.at < at + minuteMs).reduce((sum, each) => sum + each.count, 0);
      expect(within, `from ${at} ms`).toBeLessThanOrEqual(money.quota);
    }
    expect(given.reduce((sum, each) => sum + each.count, 0)).toBeGreaterThan(2.5 * money.quota);
  });
});

describe("what a caller is told", () => {
  test("after the quota the answer is no, until the seconds it names have passed", async () => {
    const base = alignClock();
    const limiter = new Limiter();
    const ask = { name: "money", subject: "usr_told", rule: money } as const;
    expect(await takeMany(limiter, money.quota, ask)).toBe(money.quota);
    const refused = await limiter.take("money", "usr_told", money);
    expect(refused).toMatchObject({ allowed: false, quota: 60, windowSeconds: 60, remaining: 0 });
    setClockOffsetMs(base + (refused.resetSeconds - 1) * secondMs - 500);
    expect(await takeMany(limiter, 1, ask)).toBe(0);
    setClockOffsetMs(base + refused.resetSeconds * secondMs);
    expect(await takeMany(limiter, 1, ask)).toBe(1);
  });

  test("a flood that was told no does not reach the store again within its slice", async () => {
    alignClock();
    const limiter = new Limiter();
    await takeMany(limiter, money.quota + 1, { name: "money", subject: "usr_flood", rule: money });
    const watched = await watchStatements(() => undefined);
    expect(await takeMany(limiter, 500, { name: "money", subject: "usr_flood", rule: money })).toBe(0);
    watched.stop();
    expect(watched.count()).toBe(0);
  });

  test("the everyday request costs no statement, and a busy minute of reads one in ten at most", async () => {
    alignClock();
    const limiter = new Limiter();
    const watched = await watchStatements(() => undefined);
    const ask = { name: "read", subject: "usr_everyday", rule: read } as const;
    expect(await takeMany(limiter, read.free, ask)).toBe(read.free);
    expect(watched.count()).toBe(0);
    for (let done = 0; done < 300; done += 1) await limiter.take("read", "usr_everyday", read);
    watched.stop();
    expect(watched.count()).toBeLessThanOrEqual(45);
  });
});

describe("when the store does not answer", () => {
  const person: Ctx = { ...systemCtx("test"), actor: { kind: "user", userId: "usr_down", sessionId: "ses_down", roles: [], permissions: [], factor: "totp" } };

  test("money, exports, reveals and sign-in are refused, reads go on and say so, and nothing is remembered of it", async () => {
    await database.superuser`alter function edge_take(text, bigint, integer, integer) rename to edge_take_gone`;
    try {
      for (const name of ["money", "export", "reveal"] as const) expect(await kindOf(requireQuota(person, name)), name).toBe("limiter_down");
      await expect(requireQuota(guestAt(clockNow(), "203.0.113.7"), "auth")).rejects.toMatchObject({ code: "unavailable", kind: "limiter_down" });
      for (let asked = 0; asked <= read.free; asked += 1) await requireQuota(person, "read");
    } finally {
      await database.superuser`alter function edge_take_gone(text, bigint, integer, integer) rename to edge_take`;
    }
    const [seen] = await database.superuser<{ said: number }[]>`select count(*)::int as said from security_events where event = 'limiter.open'`;
    expect(seen?.said).toBeGreaterThanOrEqual(1);
    expect(await kindOf(requireQuota(person, "money"))).toBe("allowed");
  });
});

describe("numbers and classes", () => {
  test("a class follows from what a handler may do, and none is unlimited by accident", () => {
    expect(defaultClass("GET", "payouts.view")).toBe("read");
    expect(defaultClass("POST", "payouts.approve")).toBe("money");
    expect(defaultClass("POST", "payouts.create", { dryRun: true })).toBe("read");
    expect(defaultClass("POST", "payouts.stop")).toBe("write");
    expect(defaultClass("POST", "public")).toBe("auth");
    expect(defaultClass("GET", "public")).toBe("guest");
    expect(defaultClass("GET", "transactions.view", { searching: true })).toBe("search");
    expect(defaultClass("GET", "public", { searching: true })).toBe("guest");
    expect(defaultClass("POST", "payouts.create", { searching: true })).toBe("money");
    for (const asked of ["/transactions?q=a", "/transactions?sort=at&q=a", "/transactions?%71=a", "/transactions?x=1&%71", "http://desk/api/payouts?q="])
      expect(searchesFor(asked), asked).toBe(true);
    for (const asked of ["", "/", "/transactions", "/q=a", "/transactions?sq=a", "/transactions?x=%26q=a", "//"]) expect(searchesFor(asked), asked).toBe(false);
    for (const act of ["export", "reveal"] as const) for (const method of ["GET", "POST"]) expect(defaultClass(method, "roles.export", { stepUp: act })).toBe(act);
    for (const name of limitedClasses) expect(ruleOf(name, { factor: 1 }).quota).toBeGreaterThan(0);
  });

  test("what moves money or lets somebody in never goes on uncounted; what only shuts does", () => {
    const openWhenDown = (act: string): boolean => {
      const name = defaultClass("POST", act);
      return name !== "webhook" && name !== "health" && ruleOf(name, { factor: 1 }).whenDown === "allow";
    };
    const changing = permissionList.filter((act) => !/\.(view|verify)\w*$/.test(act));
    const shutting = ["bans.place", "clients.disable", "links.cancel", "payouts.cancel", "payouts.reject", "payouts.stop", "people.disable", "roles.end", "sessions.end"];
    const askingOnly = ["links.create", "reviews.attest", "reviews.start", "roles.export"];
    expect(changing.filter(openWhenDown).sort()).toEqual([...shutting, ...askingOnly].sort());
    expect(limitedClasses.filter((name) => ruleOf(name, { factor: 1 }).whenDown === "allow").sort()).toEqual(["guest", "read", "search", "write"]);
  });

  test("slices move on and fall out, and a key opens when its oldest used slice has", () => {
    expect(shifted([3, 2, 1], 1)).toEqual([0, 3, 2]);
    expect(shifted([3, 2, 1], 9)).toEqual([0, 0, 0]);
    expect(secondsUntilOpen([0, 0, 5, 0], 0, 5000)).toBe(10);
    expect(secondsUntilOpen([5, 0, 0, 0], 1000, 5000)).toBe(19);
  });
});

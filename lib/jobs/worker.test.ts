import { afterEach, describe, expect, test } from "vitest";
import { requirePermission, type Permission } from "@/lib/access";
import { systemCtx, withTransaction } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { useDatabase } from "@/lib/testing/database";
import { clockNow, secondMs, setClockOffsetMs } from "@/lib/time";
import { enqueue, finishJob, lockMs, retryJob, takeJobs } from "./commands.ts";
import type { Job, JobAccess } from "./contract.ts";
import { drainJobs, runWorker } from "./worker.ts";

const database = useDatabase();
const none: JobAccess = { room: "jobs", permissions: [], may: "Serves a test." };

afterEach(async () => {
  setClockOffsetMs(0);
  await database.superuser`delete from jobs`;
});

function add(name: string, more: { key?: string; runAt?: Date; payload?: Record<string, string> } = {}): Promise<void> {
  return withTransaction(systemCtx("test"), (tx) => enqueue(tx, { name, ...more }));
}

describe("jobs", () => {
  test("exist exactly when the transaction that needed them committed", async () => {
    await expect(
      withTransaction(systemCtx("test"), async (tx) => {
        await enqueue(tx, { name: "never" });
        throw new Error("the act failed");
      }),
    ).rejects.toThrow("the act failed");
    await add("once");
    expect((await takeJobs("w", 10)).map((job) => job.name)).toEqual(["once"]);
  });

  test("of one name and key wait only once, at the earliest time asked", async () => {
    await add("check", { key: "po_1", runAt: new Date(Date.now() + 60_000) });
    await add("check", { key: "po_1" });
    await add("check", { key: "po_2" });
    expect(await takeJobs("w", 10)).toHaveLength(2);
  });

  test("taken by one worker are not given to another, until a dead worker's lock ends after 30 seconds", async () => {
    await add("dispatch", { key: "po_1" });
    const first = await takeJobs("dies", 10);
    expect(first).toHaveLength(1);
    expect(await takeJobs("lives", 10)).toEqual([]);
    setClockOffsetMs(lockMs + secondMs);
    const again = await takeJobs("lives", 10);
    expect(again.map((job) => job.id)).toEqual(first.map((job) => job.id));
    for (const late of first) await finishJob(late);
    const left = await database.superuser`select locked_by from jobs`;
    expect(left.map((row) => row["locked_by"])).toEqual(again.map((job) => job.token));
  });

  test("whose handler outlived its lock are neither finished nor put back under another loop of the same process", async () => {
    await add("slow", { key: "k" });
    const [late] = await takeJobs("same", 1);
    setClockOffsetMs(lockMs + secondMs);
    const [current] = await takeJobs("same", 1);
    if (late === undefined || current === undefined) throw new Error("nothing was taken");
    await finishJob(late);
    await retryJob(late, new Error("too late"));
    const left = await database.superuser`select locked_by, last_error from jobs`;
    expect([...left]).toEqual([{ locked_by: current.token, last_error: null }]);
    await finishJob(current);
    expect([...(await database.superuser`select 1 from jobs`)]).toEqual([]);
  });

  test("that fail with a time to retry wait at least that long", async () => {
    const handler: Job = {
      name: "limited",
      access: none,
      run: async () => {
        throw new AppError("too_many_requests", "limited", "Too many.", { retryAfterSeconds: 90 });
      },
    };
    await add("limited");
    const before = clockNow().getTime();
    await drainJobs([handler]);
    const [row] = await database.superuser<{ run_at: Date }[]>`select run_at from jobs`;
    expect((row?.run_at.getTime() ?? 0) - before).toBeGreaterThanOrEqual(90 * secondMs);
  });

  test("are found through their indexes, whether they wait or a dead worker holds them", async () => {
    await database.superuser`insert into jobs (id, name, payload, run_at, created_at, locked_by, locked_until)
      select 'job_' || n, 'later', '{}', now() + interval '1 day', now(), case when n % 2 = 0 then 'w' end, case when n % 2 = 0 then now() + interval '1 day' end from generate_series(1, 20000) n`;
    await database.superuser`analyze jobs`;
    const plans = [
      await database.superuser`explain select id from jobs where run_at <= now() and locked_until is null order by run_at limit 1 for update skip locked`,
      await database.superuser`explain select id from jobs where locked_until < now() order by locked_until limit 1 for update skip locked`,
    ].map((rows) => rows.map((row) => String(row["QUERY PLAN"])).join(" "));
    expect(plans[0]).toMatch(/Index (Only )?Scan using jobs_due/);
    expect(plans[1]).toMatch(/Index (Only )?Scan using jobs_locked/);
  });

  test("are each taken once by many workers asking at the same time", async () => {
    for (let index = 0; index < 40; index += 1) await add("many", { key: `k${index}` });
    const taken = (await Promise.all(Array.from({ length: 10 }, (_, worker) => takeJobs(`w${worker}`, 8)))).flat();
    expect(new Set(taken.map((job) => job.id)).size).toBe(taken.length);
    expect(taken.length).toBe(40);
  });

  test("that throw come back later with a growing delay, and do not stand in a newer nudge's way", async () => {
    let runs = 0;
    const handler: Job = {
      name: "fails",
      access: none,
      run: async () => {
        runs += 1;
        throw new Error("not now");
      },
    };
    await add("fails", { key: "k" });
    await drainJobs([handler]);
    expect(runs).toBe(1);
    setClockOffsetMs(3 * secondMs);
    await drainJobs([handler]);
    expect(runs).toBe(2);
    const [row] = await database.superuser`select attempts, last_error, locked_until from jobs`;
    expect(row).toMatchObject({ attempts: 2, last_error: "Error", locked_until: null });
  });

  test("act with the permissions they declare and with no others", async () => {
    const asks = (name: string, permissions: readonly Permission[]): Job => ({
      name,
      access: { ...none, permissions },
      run: async (ctx) => requirePermission(ctx.actor, "payouts.view"),
    });
    await add("declared");
    await add("undeclared");
    await drainJobs([asks("declared", ["payouts.view"]), asks("undeclared", [])]);
    const left = await database.superuser<{ name: string; last_error: string }[]>`select name, last_error from jobs`;
    expect(left.map((row) => ({ ...row }))).toEqual([{ name: "undeclared", last_error: "AppError" }]);
  });

  test("reach a running worker by the bell, which stops when told and leaves nothing running", async () => {
    const ending = new AbortController();
    const seen: string[] = [];
    const handler: Job = {
      name: "hello",
      access: none,
      run: async (_, { from }) => {
        seen.push(from ?? "");
        ending.abort();
      },
    };
    const running = runWorker({ jobs: [handler], sweeps: [], signal: ending.signal });
    await add("hello", { payload: { from: "test" } });
    await running;
    expect(seen).toEqual(["test"]);
    expect(await takeJobs("w", 10)).toEqual([]);
  });
});

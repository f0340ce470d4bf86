import { afterEach, describe, expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { useDatabase } from "@/lib/testing/database";
import { secondMs, setClockOffsetMs } from "@/lib/time";
import { enqueue, finishJob, lockMs, takeJobs } from "./commands.ts";
import type { Job } from "./contract.ts";
import { drainJobs, runWorker } from "./worker.ts";

const database = useDatabase();

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
    await finishJob({ ...first[0], id: first[0]?.id ?? "", name: "dispatch", payload: {}, attempts: 1 }, "dies");
    const left = await database.superuser`select locked_by from jobs`;
    expect(left.map((row) => row["locked_by"])).toEqual(["lives"]);
  });

  test("are each taken once by many workers asking at the same time", async () => {
    for (let index = 0; index < 40; index += 1) await add("many", { key: `k${index}` });
    const taken = (await Promise.all(Array.from({ length: 10 }, (_, worker) => takeJobs(`w${worker}`, 8)))).flat();
    expect(new Set(taken.map((job) => job.id)).size).toBe(taken.length);
    expect(taken.length).toBe(40);
  });

  test("that throw come back later with a growing delay, and do not stand in a newer nudge's way", async () => {
    let runs = 0;
    const handler: Job = { name: "fails", run: async () => { runs += 1; throw new Error("not now"); } };
    await add("fails", { key: "k" });
    await drainJobs([handler]);
    expect(runs).toBe(1);
    setClockOffsetMs(3 * secondMs);
    await drainJobs([handler]);
    expect(runs).toBe(2);
    const [row] = await database.superuser`select attempts, last_error, locked_until from jobs`;
    expect(row).toMatchObject({ attempts: 2, last_error: "Error", locked_until: null });
  });

  test("reach a running worker by the bell, which stops when told and leaves nothing running", async () => {
    const ending = new AbortController();
    const seen: string[] = [];
    const handler: Job = { name: "hello", run: async (_, { from }) => { seen.push(from ?? ""); ending.abort(); } };
    const running = runWorker({ jobs: [handler], sweeps: [], signal: ending.signal });
    await add("hello", { payload: { from: "test" } });
    await running;
    expect(seen).toEqual(["test"]);
    expect(await takeJobs("w", 10)).toEqual([]);
  });
});

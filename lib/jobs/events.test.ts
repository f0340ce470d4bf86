import { expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { idempotently } from "@/lib/idempotency";
import { useDatabase } from "@/lib/testing/database";
import { clockNow, dayMs, plusMs } from "@/lib/time";
import { jobSweeps } from "./events.ts";

const database = useDatabase();

test("answers kept for repeats are thrown away after 30 days, and no sooner", async () => {
  const now = clockNow();
  for (const [key, ageDays] of [
    ["old", 31],
    ["young", 29],
  ] as const) {
    const ctx = { ...systemCtx("test"), now: plusMs(now, -ageDays * dayMs), idempotency: { key, route: "/x", bodyHash: "h" } };
    await withTransaction(ctx, (tx) => idempotently(tx, async () => "answer"));
  }
  for (const sweep of jobSweeps) await sweep.run({ ...systemCtx("sweep"), now });
  const left = await database.superuser`select key from idempotency_keys`;
  expect(left.map((row) => row["key"])).toEqual(["young"]);
});

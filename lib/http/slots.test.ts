import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { makeSlots } from "./slots.ts";

const busy = () => new AppError("unavailable", "busy", "Busy.", { retryAfterSeconds: 5 });

/** Work that ends when the test says so. */
function work(): { run: () => Promise<string>; end: () => void; begun: boolean } {
  const given = { begun: false, end: () => undefined as void, run: () => Promise.resolve("done") };
  given.run = () => {
    given.begun = true;
    return new Promise((resolve) => (given.end = () => resolve("done")));
  };
  return given;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("no more than the slots run at once, in the order they came, and each end starts the next", async () => {
  const slot = makeSlots({ slots: 2, queueMax: 10, waitMs: 60_000, refusal: busy });
  const all = [work(), work(), work(), work()];
  const answers = all.map((each) => slot(each.run));
  await settled();
  expect(all.map((each) => each.begun)).toEqual([true, true, false, false]);
  all[1]?.end();
  await settled();
  expect(all.map((each) => each.begun)).toEqual([true, true, true, false]);
  for (const each of [0, 2]) all[each]?.end();
  await settled();
  all[3]?.end();
  await expect(Promise.all(answers)).resolves.toEqual(["done", "done", "done", "done"]);
});

test("whoever comes when the queue is full is told at once when to come back, and a failure frees its slot", async () => {
  const slot = makeSlots({ slots: 1, queueMax: 1, waitMs: 60_000, refusal: busy });
  const [first, second] = [work(), work()];
  const answers = [slot(first.run), slot(second.run)];
  await expect(slot(() => Promise.resolve("never"))).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
  first.end();
  await settled();
  second.end();
  await Promise.all(answers);
  await expect(slot(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  await expect(slot(() => Promise.resolve("next"))).resolves.toBe("next");
});

test("nobody waits longer than the longest wait, and who gave up takes no slot", async () => {
  const slot = makeSlots({ slots: 1, queueMax: 5, waitMs: 1, refusal: busy });
  const [first, second] = [work(), work()];
  const answer = slot(first.run);
  await expect(slot(second.run)).rejects.toMatchObject({ kind: "busy" });
  first.end();
  await answer;
  expect(second.begun).toBe(false);
  await expect(slot(() => Promise.resolve("next"))).resolves.toBe("next");
});

import { expect, test } from "vitest";
import { takingTurns, turnRules } from "./turns.ts";

test("behind those that run as many wait as the queue holds, and the next is told at once to come back", async () => {
  const gate = Promise.withResolvers<string>();
  const inTurn = takingTurns();
  const asked = Array.from({ length: turnRules.slots + turnRules.queueMax }, () => inTurn(() => gate.promise));
  await expect(inTurn(() => gate.promise)).rejects.toMatchObject({ code: "unavailable", kind: "busy", retryAfterSeconds: 5 });
  gate.resolve("done");
  expect(await Promise.all(asked)).toEqual(asked.map(() => "done"));
});

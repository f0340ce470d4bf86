import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { plusMs, requireInstant, dayMs, hourMs } from "@/lib/time";
import { habitDaysMin, hoursInNewDevice, outOfHours, weightyVerbs, type Habit } from "./habits.ts";

const desk = { from: 8, until: 21 };
const habit = (days: number, ...hours: [number, number][]): Habit => ({ days, hours: new Map(hours) });

describe("hours", () => {
  test.each([
    ["the desk's, without a past of one's own", 3, habit(0), "the desk's"],
    ["the desk's last hour is in, the next is out", 20, habit(habitDaysMin - 1), null],
    ["the desk's closing hour", 21, habit(habitDaysMin - 1), "the desk's"],
    ["a night worker's night is usual", 3, habit(habitDaysMin, [3, 10]), null],
    ["their noon is not", 12, habit(habitDaysMin, [3, 10]), "their usual"],
    ["beside a usual hour is usual", 4, habit(habitDaysMin, [3, 10]), null],
    ["over midnight too", 0, habit(habitDaysMin, [23, 2]), null],
    ["one day is no habit", 3, habit(habitDaysMin, [3, 1], [10, 10]), "their usual"],
  ] as const)("%s", (...[, hour, past, whose]) => expect(outOfHours(hour, past, desk)).toBe(whose));
});

test("a browser is new for a day to somebody who was elsewhere before, and never to somebody's first", () => {
  const at = requireInstant("2026-11-20T10:00:00Z");
  const seen = (device: string, agoMs: number) => ({ device, at: plusMs(at, -agoMs) });
  expect(hoursInNewDevice("B", at, [seen("A", 9 * dayMs), seen("B", 2 * hourMs)])).toBe(2);
  expect(hoursInNewDevice("B", at, [seen("A", 9 * dayMs), seen("B", dayMs)])).toBeNull();
  expect(hoursInNewDevice("A", at, [seen("A", hourMs)])).toBeNull();
  expect(hoursInNewDevice("A", at, [seen("A", 9 * dayMs), seen("A", hourMs), seen("B", 2 * hourMs)])).toBeNull();
});

test("every weighty verb is one that the house records", () => {
  const lines = execFileSync("git", ["grep", "-hE", "\\bverb\\b", "--", "lib", ":!*.test.ts", ":!lib/testing"], { encoding: "utf8" });
  const recorded = new Set([...lines.matchAll(/"([a-z_]+\.[a-z_]+)"/g)].map(([, verb]) => verb));
  expect(weightyVerbs.filter((verb) => !recorded.has(verb))).toEqual([]);
});

import { expect, test } from "vitest";
import { dayMs, hourMs, minuteMs, plusMs, requireInstant } from "@/lib/time";
import { workBefore } from "./office.ts";

const monday = requireInstant("2026-11-02T00:00:00+05:30");
const starts = Array.from({ length: 7 * 48 }, (_, half) => plusMs(monday, (half * hourMs) / 2));

function ist(at: Date): { day: number; minute: number } {
  const there = plusMs(at, 330 * minuteMs);
  return { day: there.getUTCDay(), minute: there.getUTCHours() * 60 + there.getUTCMinutes() };
}

test("whenever a demo begins, its people act in office hours, never on a Sunday, and in the same order", () => {
  const amounts = [0.3, 1, 2, 5, 8, 9, 30, 100, 240].map((hours) => hours * hourMs);
  for (const start of starts) {
    const agos = amounts.map((ms) => workBefore(start, ms));
    expect(agos).toEqual(agos.toSorted((one, other) => one - other));
    for (const [index, agoMs] of agos.entries()) {
      const { day, minute } = ist(plusMs(start, -agoMs));
      expect([day !== 0, minute >= 10 * 60 + 5, minute <= 18 * 60 + 30, agoMs >= (amounts[index] ?? 0)], start.toISOString()).toEqual([true, true, true, true]);
    }
  }
});

test("what must not be a day old is younger than that, on a Monday morning too", () => {
  for (const start of starts) expect(workBefore(start, 2.3 * hourMs, true), start.toISOString()).toBeLessThan(dayMs - 2 * hourMs);
});

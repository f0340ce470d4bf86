import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { clockNow, dayMs, istDay, parseInstant, setClockOffsetMs, startOfIstDay, toIst } from "./time.ts";

afterEach(() => setClockOffsetMs(0));

const instant = fc.date({ min: new Date("2020-01-01T00:00:00Z"), max: new Date("2040-01-01T00:00:00Z"), noInvalidDate: true });

test("an instant survives its wire form to the second", () => {
  fc.assert(fc.property(instant, (at) => Math.abs((parseInstant(toIst(at))?.getTime() ?? 0) - at.getTime()) < 1000));
});

test("every instant falls into the Indian day that began before it and within 24 hours", () => {
  fc.assert(
    fc.property(instant, (at) => {
      const begin = startOfIstDay(istDay(at)).getTime();
      return begin <= at.getTime() && at.getTime() - begin < dayMs;
    }),
  );
});

test("a time without a zone is read as Indian time, as the gateway means it", () => {
  expect(parseInstant("2025-02-14 12:00:00")?.toISOString()).toBe("2025-02-14T06:30:00.000Z");
  expect(parseInstant("2024-07-25T17:43:37")?.toISOString()).toBe("2024-07-25T12:13:37.000Z");
  for (const wrong of ["", "yesterday", "2025-13-40", "12:00"]) expect(parseInstant(wrong), wrong).toBeNull();
});

test("the clock moves only when told", () => {
  setClockOffsetMs(dayMs);
  expect(clockNow().getTime() - Date.now()).toBeGreaterThan(dayMs - 1000);
});

test("a moved clock is moved for every copy of this module that a build makes", async () => {
  setClockOffsetMs(dayMs);
  vi.resetModules();
  const copy = await import("./time.ts");
  expect(copy.clockNow).not.toBe(clockNow);
  expect(copy.clockNow().getTime() - Date.now()).toBeGreaterThan(dayMs - 1000);
});

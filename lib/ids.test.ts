import { afterEach, expect, test } from "vitest";
import { idPrefixes, isId, newId, type IdKind } from "./ids.ts";
import { secondMs, setClockOffsetMs } from "./time.ts";

afterEach(() => setClockOffsetMs(0));

test("every kind of id is its prefix and 26 characters that a gateway, a URL and a person can carry", () => {
  const kinds = Object.keys(idPrefixes) as IdKind[];
  for (const kind of kinds) {
    const id = newId(kind);
    expect(isId(kind, id)).toBe(true);
    expect(id).toMatch(/^[a-z0-9_]{1,40}$/);
  }
  expect(new Set(Object.values(idPrefixes)).size).toBe(kinds.length);
});

test("ids sort by the time they were made, and none repeats", () => {
  const ids = Array.from({ length: 200 }, (_, index) => {
    setClockOffsetMs(index * secondMs);
    return newId("payout");
  });
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(Array.from({ length: 20_000 }, () => newId("payout"))).size).toBe(20_000);
});

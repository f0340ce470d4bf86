import fc from "fast-check";
import { expect, test } from "vitest";
import { paise } from "@/lib/money";
import { hourMs, parseInstant, plusMs } from "@/lib/time";
import { canHold, headroomOf, keepsReserve, oldestFreshRate, reserveOf } from "./policy.ts";

const at = (text: string): Date => {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(text);
  return instant;
};

test("the reserve is USD times the rate, rounded up to the paisa", () => {
  expect(reserveOf(10_000, 83_123_400n)).toBe(831_234n);
  expect(reserveOf(10_000, 83_123_401n)).toBe(831_235n);
  expect(reserveOf(0, 83_123_401n)).toBe(0n);
  expect(reserveOf(1, 20_000_001n)).toBe(21n);
});

test("the reserve is never less than its dollars are worth, and never a whole paisa more", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), fc.bigInt({ min: 20_000_000n, max: 500_000_000n }), (cents, micros) => {
      const excess = reserveOf(cents, micros) * 1_000_000n - BigInt(cents) * micros;
      return excess >= 0n && excess < 1_000_000n;
    }),
  );
});

test.each([
  // On a Wednesday, the two business days before are Monday and Tuesday, but 96 h reach further back.
  ["2026-11-18T12:00:00+05:30", [], "2026-11-14T12:00:00+05:30"],
  // On a Monday, they are Thursday and Friday.
  ["2026-11-16T12:00:00+05:30", [], "2026-11-12T00:00:00+05:30"],
  // Holidays on Thursday and Friday push the limit back to Tuesday.
  ["2026-11-16T12:00:00+05:30", ["2026-11-12", "2026-11-13"], "2026-11-10T00:00:00+05:30"],
])("on %s with holidays %j a rate from %s is the oldest that counts", (now, holidays, oldest) => {
  expect(oldestFreshRate(at(now), new Set(holidays))).toEqual(at(oldest));
});

test("no rate younger than 96 h is ever stale, whatever the calendar", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 * 24 }), (hours) => {
      const now = plusMs(at("2026-01-01T00:00:00+05:30"), hours * hourMs);
      return oldestFreshRate(now, new Set()) <= plusMs(now, -96 * hourMs);
    }),
  );
});

test("a payout may leave exactly the reserve, and not one paisa less", () => {
  const facts = { balancePaise: paise(1_000_000n), heldPaise: paise(50_000n), reservePaise: paise(831_234n) };
  const headroom = headroomOf(facts);
  expect(headroom).toBe(118_766n);
  expect(canHold({ ...facts, amountPaise: headroom }).allowed).toBe(true);
  const refused = canHold({ ...facts, amountPaise: paise(headroom + 1n) });
  expect(refused).toEqual({
    allowed: false,
    reasons: [
      {
        code: "reserve_short",
        sentence:
          "Insufficient after reserve: balance ₹10,000.00 − held ₹500.00 = available ₹9,500.00; less ₹1,187.67 leaves ₹8,312.33, which is ₹0.01 under the reserve of ₹8,312.34.",
        wayOut: "Ask for at most ₹1,187.66, or wait until more money is available.",
      },
    ],
  });
});

test("the check after the hold does not subtract the amount again", () => {
  expect(keepsReserve({ balancePaise: paise(100n), heldPaise: paise(40n), reservePaise: paise(60n) }).allowed).toBe(true);
  expect(keepsReserve({ balancePaise: paise(100n), heldPaise: paise(41n), reservePaise: paise(60n) }).allowed).toBe(false);
});

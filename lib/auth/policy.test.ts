import { describe, expect, test } from "vitest";
import { rolePermissions, roles, toxicPairs, type Permission } from "@/lib/access";
import { minuteMs, parseInstant, plusMs, secondMs } from "@/lib/time";
import { afterFailure, isBlocked, limitRules, mayBePassword, mayHoldTogether, type LimitState } from "./policy.ts";

const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);

function failTimes(rule: keyof typeof limitRules, times: number, everyMs = 0): LimitState | null {
  let state: LimitState | null = null;
  for (let index = 0; index < times; index += 1) state = afterFailure(state, limitRules[rule], plusMs(start, index * everyMs));
  return state;
}

describe("limits", () => {
  test("four wrong passwords cost nothing, the fifth to ninth 1, 2, 4, 8 and 16 seconds, the tenth half an hour", () => {
    const waits = Array.from({ length: 10 }, (_, index) => {
      const until = failTimes("password", index + 1)?.blockedUntil ?? start;
      return (until.getTime() - start.getTime()) / secondMs;
    });
    expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 1800]);
  });

  test("the fifth wrong code within fifteen minutes blocks codes for fifteen minutes, and wrong codes further apart do not", () => {
    expect(failTimes("code", 5)?.blockedUntil).toEqual(plusMs(start, 15 * minuteMs));
    expect(failTimes("code", 5, 4 * minuteMs)?.blockedUntil).toBeNull();
  });

  test("twenty wrong passwords from one address block it for fifteen minutes", () => {
    expect(failTimes("address", 19)?.blockedUntil).toBeNull();
    expect(failTimes("address", 20)?.blockedUntil).toEqual(plusMs(start, 15 * minuteMs));
  });

  test("a block ends exactly when it says", () => {
    const state = failTimes("code", 5);
    expect(isBlocked(state, plusMs(start, 15 * minuteMs - 1))).toBe(true);
    expect(isBlocked(state, plusMs(start, 15 * minuteMs))).toBe(false);
  });
});

describe("roles", () => {
  test("every toxic pair is refused in one person, in either order and among other roles", () => {
    for (const [one, other] of toxicPairs) {
      for (const held of [
        [one, other],
        [other, one],
        ["auditor", other, "support", one],
      ] as const) {
        expect(mayHoldTogether(held)).toMatchObject({ allowed: false, reasons: [{ code: "toxic_roles" }] });
      }
    }
  });

  test("no single role, and no combination that is allowed, can both ask for a payout and decide or release it", () => {
    const decides: Permission[] = ["payouts.approve", "payouts.release"];
    for (let mask = 1; mask < 2 ** roles.length; mask += 1) {
      const held = roles.filter((_, index) => (mask >> index) % 2 === 1);
      const may = new Set(held.flatMap((role) => rolePermissions[role]));
      if (may.has("payouts.create") && decides.some((permission) => may.has(permission))) expect(mayHoldTogether(held).allowed).toBe(false);
    }
  });
});

test("a password has 15 to 128 characters, counted as people count them", () => {
  expect(mayBePassword("x".repeat(14)).allowed).toBe(false);
  expect(mayBePassword("x".repeat(15)).allowed).toBe(true);
  expect(mayBePassword("🔑".repeat(14)).allowed).toBe(false);
  expect(mayBePassword("x".repeat(129)).allowed).toBe(false);
});

import { describe, expect, test } from "vitest";
import { rolePermissions, roles, toxicPairs, type Permission } from "@/lib/access";
import { minuteMs, parseInstant, plusMs, secondMs, toIst } from "@/lib/time";
import { afterFailure, contextWords, isBlocked, limitRules, mayBePassword, mayDecidePayouts, mayHoldTogether, type LimitState, type PasswordContext } from "./policy.ts";

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
    for (const [one, other] of toxicPairs()) {
      for (const held of [
        [one, other],
        [other, one],
        ["auditor", other, "support", one],
      ] as const) {
        const decision = mayHoldTogether(held);
        expect(decision.allowed ? [] : decision.reasons.map(({ code }) => code)).toContain("toxic_roles");
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

describe("passwords", () => {
  const plain = { words: [], lengthMin: 15, lettersAndDigits: false, guessesLog10: null, breached: false };
  const codesOf = (password: string, context: Partial<PasswordContext> = {}) => {
    const decision = mayBePassword(password, { ...plain, ...context });
    return decision.allowed ? [] : decision.reasons.map((reason) => reason.code);
  };

  test("a password has 15 to 128 characters, counted as people count them, before and after its one spelling", () => {
    expect(codesOf("x".repeat(14))).toEqual(["password_short"]);
    expect(codesOf("x".repeat(15))).toEqual([]);
    expect(codesOf("🔑".repeat(14))).toEqual(["password_short"]);
    expect(codesOf("🔑".repeat(128))).toEqual([]);
    expect(codesOf("x".repeat(129))).toEqual(["password_long"]);
    // One typed character that is three in its one spelling, and two typed ones that are one.
    expect(codesOf("\u3388".repeat(100))).toEqual(["password_long"]);
    expect(codesOf(`${"x".repeat(13)}e\u0301`)).toEqual(["password_short"]);
  });

  test("half a character and a NUL are no text", () => {
    expect(codesOf(`${"x".repeat(15)}\ud83d`)).toEqual(["password_text"]);
    expect(codesOf(`${"x".repeat(15)}\0`)).toEqual(["password_text"]);
  });

  test("words of the person and of the house are refused in any case and width", () => {
    const words = contextWords({ name: "Asha de Rao", email: "asha.rao+desk@bank.example" });
    expect(words).toEqual(["countersign", "cashfree", "asha", "desk", "bank", "example"]);
    for (const password of ["my name is ASHA, hello", "pay by CashFree now 77", "\uff41\uff53\uff48\uff41 and the lighthouse"])
      expect(codesOf(password, { words })).toEqual(["password_context"]);
    expect(codesOf("a lighthouse in the fog", { words })).toEqual([]);
  });

  test("letters and digits are asked for only where the setting says so", () => {
    expect(codesOf("a lighthouse in the fog", { lettersAndDigits: true })).toEqual(["password_mix"]);
    expect(codesOf("1029 3847 5610 2938", { lettersAndDigits: true })).toEqual(["password_mix"]);
    expect(codesOf("a lighthouse in fog 7", { lettersAndDigits: true })).toEqual([]);
  });

  test("what was leaked is refused, however long it would take to guess", () => {
    expect(codesOf("a lighthouse in the fog", { breached: true, guessesLog10: 30 })).toEqual(["password_breached"]);
  });

  test("what is guessed within ten thousand million tries is refused", () => {
    expect(codesOf("qwertyuiopasdfgh", { guessesLog10: 9.99 })).toEqual(["password_guessable"]);
    expect(codesOf("a lighthouse in the fog", { guessesLog10: 10 })).toEqual([]);
  });
});

describe("frozen payout rights", () => {
  test("a freeze says what caused it, until when, and what to do meanwhile", () => {
    expect(mayDecidePayouts(null)).toEqual({ allowed: true });
    const decision = mayDecidePayouts({ reason: "recovery_code", until: start });
    expect(decision).toMatchObject({ allowed: false, reasons: [{ code: "payouts_frozen", wayOut: "Ask another finance admin to decide meanwhile; nobody can shorten this." }] });
    expect(decision.allowed ? "" : decision.reasons[0]?.sentence).toContain(`until ${toIst(start)}`);
  });
});

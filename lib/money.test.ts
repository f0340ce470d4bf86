import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import {
  addPaise,
  askedPaiseWire,
  formatPaise,
  formatPaiseAlike,
  formatPaiseShort,
  paise,
  paiseMax,
  paiseWire,
  parseGatewayRupees,
  parseRupees,
  subtractPaise,
  toPaiseWire,
  toRupeesDecimal,
} from "./money.ts";

const anyPaise = fc.bigInt({ min: 0n - paiseMax, max: paiseMax }).map((value) => paise(value));
const positive = fc.bigInt({ min: 0n, max: 99_999_999_999_999n }).map((value) => paise(value));

describe("money", () => {
  test("survives the wire exactly", () => {
    fc.assert(fc.property(anyPaise, (value) => z.parse(paiseWire, toPaiseWire(value)) === value));
  });

  test("is grouped the Indian way, and reading a formatted amount gives it back", () => {
    expect(formatPaise(paise(42_500_000n))).toBe("₹4,25,000.00");
    expect(formatPaise(paise(1_234_567_890_12n))).toBe("₹1,23,45,67,890.12");
    expect(formatPaise(paise(-125_050n))).toBe("−₹1,250.50");
    expect(formatPaise(paise(99n))).toBe("₹0.99");
    expect(formatPaiseShort(paise(100_000n))).toBe("₹1,000");
    expect(formatPaiseAlike(paise(100_000n), paise(40_000n))).toEqual(["₹1,000", "₹400"]);
    expect(formatPaiseAlike(paise(100_050n), paise(40_000n))).toEqual(["₹1,000.50", "₹400.00"]);
    fc.assert(fc.property(positive, (value) => parseRupees(formatPaise(value)) === value));
  });

  test("of the gateway keeps its lexeme: no float in between", () => {
    expect(parseGatewayRupees("10")).toBe(1000n);
    expect(parseGatewayRupees("170.5")).toBe(17_050n);
    expect(parseGatewayRupees("0.10")).toBe(10n);
    expect(parseGatewayRupees("1.000")).toBe(100n);
    for (const wrong of ["1e3", "1.005", "", "NaN", "1,000", "0x10"]) expect(() => parseGatewayRupees(wrong), wrong).toThrow();
    fc.assert(fc.property(positive, (value) => parseGatewayRupees(toRupeesDecimal(value)) === value));
  });

  test("asked for is a positive decimal string: numbers, signs, spaces, exponents and less than one rupee are refused", () => {
    for (const wrong of [1000, "99", "0", "-1000", "1000.0", "1e5", " 1000", "01000", "", null, undefined, {}, "100000000000000000000"]) {
      expect(z.safeParse(askedPaiseWire, wrong).success, JSON.stringify(wrong)).toBe(false);
    }
    expect(z.parse(askedPaiseWire, "100")).toBe(100n);
  });

  test("typed by a person is understood or refused, never guessed", () => {
    expect(parseRupees("₹4,25,000.5")).toBe(42_500_050n);
    for (const wrong of ["", "1.234", "-5", "ten", "1..2", "1 000 x"]) expect(parseRupees(wrong), wrong).toBeNull();
  });

  test("adds up and never leaves its range", () => {
    fc.assert(fc.property(positive, positive, (left, right) => left + right > paiseMax || subtractPaise(addPaise(left, right), right) === left));
    expect(() => addPaise(paiseMax, paise(1n))).toThrow(/out of range/);
  });
});

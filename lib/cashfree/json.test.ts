import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paise, paiseMax, parseGatewayRupees } from "@/lib/money";
import { lexemeOrNull, parseJson, rupees, rupeesNumber, rupeesNumberPadded, toJson } from "./json.ts";

const amounts = fc.bigInt({ min: 0n, max: paiseMax - 1n });

describe("amounts on the gateway's wire", () => {
  test("every amount is written as the SDK's JSON number would be, and read back exactly", () => {
    fc.assert(
      fc.property(amounts, (value) => {
        const text = toJson({ amount: rupeesNumber(paise(value)) });
        expect(text).toBe(JSON.stringify({ amount: Number(value) / 100 }));
        expect(parseGatewayRupees(rupeesNumber(paise(value)).toString())).toBe(value);
        expect(rupees.parse(parseJson(toJson(rupeesNumberPadded(paise(value))))?.value)).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [1000n, "10", "10.00"],
    [1050n, "10.5", "10.50"],
    [10_000n, "100", "100.00"],
    [10n, "0.1", "0.10"],
    [1n, "0.01", "0.01"],
    [0n, "0", "0.00"],
  ])("%s paise are %s in requests and %s in webhooks", (value, plain, padded) => {
    expect([rupeesNumber(paise(value)).toString(), rupeesNumberPadded(paise(value)).toString()]).toEqual([plain, padded]);
  });

  test.each(["1e3", "0x10", "1.005", "", "abc", "Infinity", "1,000.00", "--1"])("%j is not an amount", (text) => {
    expect(rupees.safeParse(text).success).toBe(false);
  });

  test.each([null, undefined, "", "NA", "null"])("%j means nothing", (value) => {
    expect(lexemeOrNull.parse(value)).toBeNull();
  });

  test("an object that names a member twice with different values is not read at all", () => {
    expect(parseJson('{"a":1,"a":2}')).toBeNull();
    expect(parseJson("\uFEFF{}")).toBeNull();
  });
});

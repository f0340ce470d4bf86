import { expect, test } from "vitest";
import { whyTooShort, whyWire } from "./why.ts";

test("what a form takes to say enough the server takes too, and spaces say nothing", () => {
  for (const text of ["", "short", "nine char", "ten chars.", `${"x".repeat(9)}  `, "  ten chars.  ", "x".repeat(500)])
    expect(whyWire().safeParse(text).success, text).toBe(whyTooShort(text) === undefined);
  expect(whyWire().safeParse("nine char").error?.issues[0]?.message).toBe(whyTooShort("nine char"));
  expect(whyWire({ min: 5, max: 300 }).safeParse("short").success).toBe(whyTooShort("short", { min: 5, max: 300 }) === undefined);
});

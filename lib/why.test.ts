import { expect, test } from "vitest";
import { whyRefused, whyWire } from "./why.ts";

const unseen = ["\u200B", "\u00AD", "\u2060", "\u3164", "\u115F", "\u2800", "\u00A0", "\u3000", "\n", "\u{E0001}"];
const turned = ["\u202Eneerg si ti", "a reason \u2066that turns"];
const good = ["ten chars.", "  ten chars.  ", "x".repeat(500), "दस अक्षर का कारण", "टिकट ४२ बंद", "a line\nand another"];

test("what a form takes to say enough the server takes too, and spaces say nothing", () => {
  for (const text of ["", "short", "nine char", `${"x".repeat(9)}  `, `a${" ".repeat(20)}b`, "😀😀😀😀😀", ...good])
    expect(whyWire().safeParse(text).success, text).toBe(whyRefused(text) === undefined);
  for (const text of good) expect(whyRefused(text), text).toBeUndefined();
  expect(whyWire().safeParse("nine char").error?.issues[0]?.message).toBe(whyRefused("nine char"));
  expect(whyWire({ min: 5, max: 300 }).safeParse("short").success).toBe(whyRefused("short", { min: 5, max: 300 }) === undefined);
});

test("a reason that nobody can see, or that reads otherwise than it is written, is none", () => {
  for (const text of [...unseen.map((one) => one.repeat(12)), ...unseen.map((one) => `a${one.repeat(12)}b`)])
    expect(whyWire().safeParse(text).error?.issues[0]?.message, JSON.stringify(text)).toBe("Say why in at least 10 characters.");
  for (const text of [...turned, "\uD800".repeat(10), "ten chars. \uDC00"])
    expect(whyWire().safeParse(text).error?.issues[0]?.message, JSON.stringify(text)).toBe("Say why in characters that can be read.");
});

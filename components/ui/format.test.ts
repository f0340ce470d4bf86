import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paise } from "@/lib/money";
import { amountText } from "./amount.tsx";
import { countText, pluralText } from "./count.ts";
import { nextSelection } from "./filter-picker.tsx";
import { groupRupees } from "./money-field.tsx";
import { shortRef } from "./ref.tsx";
import { sentenceText } from "./sentence.ts";
import { boxText, daysText, dayText, relativeText, spanText, timePhrase, timeText, utcText } from "./time-format.ts";

const now = "2026-11-21T14:32:00+05:30";

describe("amounts on screen", () => {
  it("group the Indian way, always show paise and use the true minus sign", () => {
    expect(amountText("42500000")).toBe("₹4,25,000.00");
    expect(amountText("-5")).toBe("\u2212₹0.05");
    expect(amountText(paise(100_000_000_00n))).toBe("₹10,00,00,000.00");
  });
  it("write a plus only when asked, and never before zero", () => {
    expect(amountText("100", "always")).toBe("+₹1.00");
    expect(amountText("0", "always")).toBe("₹0.00");
    expect(amountText("-100", "always")).toBe("\u2212₹1.00");
  });
  it("lose no digit of any amount", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), (value) => {
        const digits = amountText(value.toString()).replace(/[₹,.\u2212]/g, "");
        expect(BigInt(digits)).toBe(value < 0n ? -value : value);
      }),
    );
  });
  it("regroup what a person typed without changing it, and leave nonsense as it is", () => {
    expect(groupRupees("425000")).toBe("4,25,000");
    expect(groupRupees("425000.5")).toBe("4,25,000.50");
    expect(groupRupees("four lakh")).toBe("four lakh");
    expect(groupRupees("1.234")).toBe("1.234");
  });
});

describe("times on screen", () => {
  it("show the clock alone today, the date on other days and the year in other years", () => {
    expect(timeText("2026-11-21T14:02:09+05:30", now)).toBe("14:02 IST");
    expect(timeText("2026-11-20T14:02:09+05:30", now)).toBe("20 Nov, 14:02 IST");
    expect(timeText("2025-11-21T14:02:09+05:30", now)).toBe("21 Nov 2025, 14:02 IST");
    expect(timeText("2026-11-21T14:02:09+05:30", null)).toBe("21 Nov 2026, 14:02 IST");
  });
  it("read any offset as Indian time, so that today is the Indian day", () => {
    expect(timeText("2026-11-20T18:31:00Z", now)).toBe("00:01 IST");
    expect(timeText("2026-11-20T18:29:00Z", now)).toBe("20 Nov, 23:59 IST");
  });
  it("read right inside a sentence, whether the day is today or another", () => {
    expect(sentenceText("It expires at 2026-12-07T14:30:00+05:30.", now)).toBe("It expires on 7 Dec, 14:30 IST.");
    expect(sentenceText("It expired at 2026-11-21T14:30:00+05:30; ask again.", now)).toBe("It expired at 14:30 IST; ask again.");
    expect(sentenceText("Its cool-off ends at 2026-11-22 09:05 IST.", now)).toBe("Its cool-off ends on 22 Nov, 09:05 IST.");
    expect(sentenceText("Held until 2026-12-07T14:30:00+05:30.", now)).toBe("Held until 7 Dec, 14:30 IST.");
    expect([timePhrase("2026-11-21T14:02:09+05:30", now), timePhrase("2026-11-20T14:02:09+05:30", now)]).toEqual(["at 14:02 IST", "on 20 Nov, 14:02 IST"]);
  });
  it("read a date box back in words, once it holds a whole date", () => {
    expect(boxText("2026-11-03")).toBe("3 November 2026, IST");
    expect(boxText("2026-11-03T14:02")).toBe("3 November 2026, 14:02 IST");
    expect(["", "0002-11-03", "2026-13-03", "soon"].map(boxText)).toEqual(["", "", "", ""]);
    expect(daysText("2026-11-03", "2026-12-01")).toBe("From 3 November 2026 to the end of 1 December 2026, IST");
    expect(daysText("2026-11-03", "2026-11-03")).toBe("On 3 November 2026, IST");
    expect([daysText("2026-11-03", undefined), daysText(undefined, "2026-11-03")]).toEqual(["From 3 November 2026, IST", "Up to the end of 3 November 2026, IST"]);
    expect(daysText(undefined, undefined)).toBe("");
  });
  it("give UTC for the hover", () => {
    expect(utcText("2026-11-21T14:02:09+05:30")).toBe("2026-11-21 08:32:09 UTC");
  });
  it("say how long ago or how far ahead in the largest whole unit", () => {
    expect(relativeText("2026-11-21T14:20:00+05:30", now)).toBe("12 min ago");
    expect(relativeText("2026-11-21T17:32:00+05:30", now)).toBe("in 3 h");
    expect(relativeText("2026-11-21T14:31:30+05:30", now)).toBe("just now");
    expect(spanText(3 * 24 * 3_600_000)).toBe("3 d");
    expect(spanText(47 * 3_600_000)).toBe("47 h");
  });
  it("show what is no time as it came, never a wrong time", () => {
    expect(timeText("soon", now)).toBe("soon");
    expect(utcText("soon")).toBe("soon");
    expect(dayText("2026-03-05", now)).toBe("5 Mar");
  });
});

describe("counts, references and filters", () => {
  it("group counts the Indian way and agree with their noun", () => {
    expect(countText(1234567)).toBe("12,34,567");
    expect(countText(-1000)).toBe("\u22121,000");
    expect(pluralText(1, "payout")).toBe("1 payout");
    expect(pluralText(10000, "entry", "entries")).toBe("10,000 entries");
  });
  it("shorten a long id to its head and tail and leave a short one whole", () => {
    expect(shortRef("po_01jd7x0q8m2k4v6t9w3z5b7n1c")).toBe("po_01jd…5b7n1c");
    expect(shortRef("632512345678")).toBe("632512345678");
  });
  it("replace the value of a single filter and collect the values of the others", () => {
    expect(nextSelection({ selected: ["a"], single: true }, "b", true)).toEqual(["b"]);
    expect(nextSelection({ selected: ["a"] }, "b", true)).toEqual(["a", "b"]);
    expect(nextSelection({ selected: ["a", "b"] }, "a", false)).toEqual(["b"]);
  });
});

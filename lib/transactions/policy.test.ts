import { describe, expect, test } from "vitest";
import { nothingFound, understand } from "./policy.ts";

const valuesOf = (q: string, field: string): string[] => {
  const search = understand({ q });
  return search?.kind === "fields" ? search.fields.filter((one) => one.field === field).map((one) => one.value) : [];
};

describe("a reference", () => {
  test.each([
    ["5281 4407 1193", "528144071193"],
    ["5281-4407-1193", "528144071193"],
    ["AXIS 2349 2869", "AXIS23492869"],
  ])("pasted as %s is also looked for without its gaps", (typed, joined) => {
    expect(valuesOf(typed, "bank")).toContain(joined);
    expect(valuesOf(typed, "bank")).toContain(typed);
  });

  test("keeps its own dashes: an order id with them is still looked for as it stands", () => {
    expect(valuesOf("order-2026-0042", "order")).toContain("order-2026-0042");
  });

  test("that is words or an address is not run together", () => {
    expect(valuesOf("asha rao", "bank")).not.toContain("asharao");
  });
});

test.each([
  ["9876543210", {}, /phone number needs all ten/],
  ["asha@example.com", {}, /e-mail address or UPI address.*compared whole/],
  ["UTR528144071193", {}, /References are compared whole/],
  ["Kaveri", {}, /names are not searched.*Filter › Account/],
  ["1191", { kind: ["payout" as const] }, /No account ending in these digits under the filters/],
])("when %s finds nothing, the sentence is about what it was taken for", (q, more, sentence) => {
  const search = understand({ q, ...more });
  expect(search === null ? "" : nothingFound(search)).toMatch(sentence);
});

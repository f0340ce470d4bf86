import { expect, test } from "vitest";
import { hasObject, keptWords, noneWords, ownRowWords } from "./trail-words.ts";

test.each<[string, { sealed: string; exported: string | null; keptLagSeconds?: number }, ReturnType<typeof keptWords>]>([
  ["a trail without a row", { sealed: "0", exported: null }, { rows: null, note: "nothing is sealed yet", alarming: false }],
  ["everything kept", { sealed: "1234567", exported: "1234567" }, { rows: "12,34,567", note: "all that is sealed", alarming: false }],
  ["one row behind", { sealed: "13", exported: "12" }, { rows: "12", note: "1 sealed row follows with the next copy, within a second as a rule", alarming: false }],
  ["three rows behind", { sealed: "15", exported: "12" }, { rows: "12", note: "3 sealed rows follow with the next copy, within a second as a rule", alarming: false }],
  ["no head kept yet", { sealed: "1000", exported: null }, { rows: null, note: "1,000 sealed rows follow with the next copy, within a second as a rule", alarming: false }],
  [
    "three rows that nobody copies",
    { sealed: "15", exported: "12", keptLagSeconds: 90 },
    { rows: "12", note: "3 sealed rows not copied out for 90 s: see that a worker runs and can write the file", alarming: true },
  ],
  ["more kept than the database has", { sealed: "10", exported: "12" }, { rows: "12", note: "2 more than the database has: verify the trail", alarming: true }],
])("why what is kept outside differs from what is sealed is said from the numbers: %s", (_title, status, words) => {
  const keptLagSeconds = status.keptLagSeconds ?? 0;
  expect(keptWords({ ...status, keptLagSeconds, keptBehind: keptLagSeconds > 0 })).toEqual(words);
});

test("a verification counts every row it saw, sealed or not, and says that its own row comes after them", () => {
  expect(ownRowWords({ covered: "1200", sealedAfter: "3", unsealed: "1" })).toBe(
    "1,204 rows were there when it began. The verification is itself a row, written after them, so the trail is longer now, as it should be.",
  );
  expect(ownRowWords({ covered: "1", sealedAfter: "0", unsealed: "0" })).toContain("1 row was there");
});

test("a name in the place of an id finds nothing, and the empty trail says that ids are compared whole and where people are found", () => {
  const note = "Ids are compared whole; for a person use Filter › Who.";
  expect(noneWords({ objectId: "Meera" })).toEqual({ title: "No row is about the id “Meera”", note });
  expect(noneWords({ objectId: "Meera", outcome: undefined }).title).toBe("No row is about the id “Meera”");
  expect(noneWords({ objectId: "Meera", outcome: "denied" })).toEqual({ title: "No row about the id “Meera” matches these filters", note });
  expect(noneWords({ outcome: "denied" })).toEqual({ title: "No row matches", note: "No row of the trail matches these filters." });
});

test("a row whose id is a dash is about no one thing", () => {
  expect([hasObject({ objectId: "-" }), hasObject({ objectId: "po_1" })]).toEqual([false, true]);
});

import { expect, test } from "vitest";
import { heldWords } from "./held.ts";

const at = "2026-12-01T21:48:00+05:30";
const held = (count: number, forPerson: number, nextEndAt: string | null) => ({ count, forPerson, nextEndAt, oldestAt: null, amountPaise: "0" });

test("nobody is named who acts next where every hold ends by itself, and it is said when the first one does", () => {
  for (const mine of [true, false])
    expect(heldWords(held(1, 0, at), { releaser: "Risk analyst", mine })).toEqual({
      title: "Held until a cool-off ends",
      owner: "Ends by itself",
      why: `Its beneficiary is new; the cool-off ends by itself at ${at}, then it waits for its signatures.`,
    });
  expect(heldWords(held(3, 0, at), { releaser: "Risk analyst", mine: false }).why).toContain(`the first cool-off ends by itself at ${at}`);
});

test("who may release is named for what a person must look at, beside what ends by itself", () => {
  expect(heldWords(held(1, 1, null), { releaser: "Risk analyst", mine: false })).toMatchObject({
    owner: "Risk analyst",
    why: "One is held by risk rules until somebody releases or rejects it.",
  });
  expect(heldWords(held(4, 2, at), { releaser: "Risk analyst", mine: true })).toEqual({
    title: "Held, for you to look at",
    owner: "You",
    why: `2 are held by risk rules until somebody releases or rejects them. 2 more wait for cool-offs; the first ends by itself at ${at}.`,
  });
});

import { expect, test } from "vitest";
import { unknownNote, unknownWords } from "./unknown.ts";

const said = (count: number, forPeople: number, forMe: number) => unknownWords({ count, forPeople, forMe }, { decider: "Finance admin" });

test("what has been unknown for less than a day is the desk's to ask about, for every reader", () => {
  expect(said(3, 0, 0)).toMatchObject({ title: "Unknown at the gateway", owner: "The desk asks by itself" });
});

test("whoever may not decide it, or has given their word, reads that it waits for two people, and whom", () => {
  expect(said(1, 1, 0)).toEqual({
    title: "Unknown for a day, for two people to decide",
    owner: "Finance admin",
    why: "One waits until two finance admins agree to send it again under the same id, or to give it up.",
  });
  expect(said(3, 2, 0).why).toBe("2 wait until two finance admins agree to send them again under the same id, or to give them up. The desk asks about one more by itself.");
});

test("whoever may decide it reads that it waits for them", () => {
  expect(said(1, 1, 1)).toEqual({
    title: "Unknown for a day, for you to decide",
    owner: "You",
    why: "One waits until two finance admins agree to send it again under the same id, or to give it up.",
  });
});

test("a decider is told apart what waits for them, what for somebody else's word, and what the desk still asks about", () => {
  const mine = "2 wait until two finance admins agree to send them again under the same id, or to give them up.";
  expect(said(5, 2, 2).why).toBe(`${mine} The desk asks about 3 more by itself.`);
  expect(said(3, 3, 2).why).toBe(`${mine} One more waits for somebody else's word.`);
  expect(said(5, 4, 2).why).toBe(`${mine} 2 more wait for somebody else's word. The desk asks about one more by itself.`);
});

test("the title stands over all that are listed: it says a day only where each of them is a day old and for the same people", () => {
  expect(said(3, 2, 0).title).toBe("Unknown, 2 of 3 for two people to decide");
  expect(said(3, 3, 0).title).toBe("Unknown for a day, for two people to decide");
  expect(said(5, 4, 2).title).toBe("Unknown, 2 of 5 for you to decide");
});

test("the sum of what is unknown is being asked about only as far as nobody has to decide it", () => {
  expect(unknownNote({ count: 3, forPeople: 0 })).toBe("being asked about");
  expect(unknownNote({ count: 3, forPeople: 3 })).toBe("two people decide");
  expect(unknownNote({ count: 3, forPeople: 1 })).toBe("being asked about, or for two people to decide");
  expect(unknownNote(null), "whoever sees no payouts").toBe("the gateway has not said");
});

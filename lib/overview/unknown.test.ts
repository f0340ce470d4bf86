import { expect, test } from "vitest";
import { unknownWords } from "./unknown.ts";

test("the desk asks by itself about what is unknown, until a day is over and the reader may decide it", () => {
  expect(unknownWords({ count: 3, forMe: 0 })).toMatchObject({ title: "Unknown at the gateway", owner: "The desk asks by itself" });
  expect(unknownWords({ count: 1, forMe: 1 })).toEqual({
    title: "Unknown for a day, for you to decide",
    owner: "You",
    why: "One waits until two people agree to send it again or to give it up.",
  });
  expect(unknownWords({ count: 5, forMe: 2 }).why).toBe("2 wait until two people agree to send them again or to give them up. The desk asks about 3 more by itself.");
});

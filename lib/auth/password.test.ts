import { expect, test } from "vitest";
import { hashPassword, isPassword, nobodysHash } from "./password.ts";

test("a password is kept as argon2id with 64 MiB, three passes, one lane and a salt of its own", async () => {
  const [one, other] = await Promise.all([hashPassword("correct horse battery"), hashPassword("correct horse battery")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(other);
});

test("a password fits its own hash, however its accents were typed, and no other", async () => {
  const hash = await hashPassword("caf\u00e9 au lait, please");
  await expect(isPassword(hash, "cafe\u0301 au lait, please")).resolves.toBe(true);
  await expect(isPassword(hash, "cafe au lait, please")).resolves.toBe(false);
  await expect(isPassword(nobodysHash, "correct horse battery")).resolves.toBe(false);
});

test("the hash of nobody costs what a real one costs", async () => {
  const real = await hashPassword("correct horse battery");
  expect(nobodysHash.split("$").slice(0, 4)).toEqual(real.split("$").slice(0, 4));
  expect(nobodysHash.length).toBe(real.length);
});

test("more sign-ins at once than are worked on are all answered, each with its own answer", async () => {
  const hash = await hashPassword("correct horse battery");
  const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => isPassword(hash, index % 2 === 0 ? "correct horse battery" : "wrong horse battery")));
  expect(answers).toEqual([true, false, true, false, true, false]);
});

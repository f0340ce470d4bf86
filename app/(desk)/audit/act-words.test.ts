import { expect, test } from "vitest";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { actWords, factorWords, reasonWords } from "./act-words.ts";

const written = readdirSync("lib", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.includes(".test.") && !file.startsWith("testing"))
  .flatMap((file) =>
    [...readFileSync(join("lib", file), "utf8").matchAll(/\bverb: (?:\w+ \? )?"([a-z_]+\.[a-z_]+)"(?: : "([a-z_.]+)")?/g)].flatMap(([, one, other]) => [one, other]),
  )
  .filter((verb): verb is string => verb !== undefined);

test("every act the house records has words a person reads, and no code is shown in their place", () => {
  expect(written.length).toBeGreaterThan(60);
  expect(written.filter((verb) => !/^[A-Z][a-z]+ /.test(actWords(verb)) && !/^Signed out$/.test(actWords(verb)))).toEqual([]);
  expect(written.filter((verb) => /[_:]/.test(actWords(verb)))).toEqual([]);
});

test("a refused page says which, an address stays as it was asked, a code becomes words and a person's reason stays theirs", () => {
  expect([actWords("view ip_rules.view"), actWords("POST /api/payouts"), actWords("new_room.some_act")]).toEqual([
    "Opened the page ip rules",
    "POST /api/payouts",
    "New room: some act",
  ]);
  expect([reasonWords("permission_denied"), reasonWords("left_the company, see mail")]).toEqual(["Permission denied", "left_the company, see mail"]);
  expect([factorWords("totp"), factorWords("some_key")]).toEqual(["Code of an authenticator app", "Some key"]);
});

import { expect, test } from "vitest";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { doorWords, knownDoors } from "./door-words.ts";
import { actWords, factorWords, kindWords, objectWords, reasonWords, rowWords } from "./act-words.ts";

const written = readdirSync("lib", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.includes(".test.") && !file.startsWith("testing"))
  .flatMap((file) =>
    [...readFileSync(join("lib", file), "utf8").matchAll(/\bverb: (?:[^"`,{}\n]* \? )?"([a-z_]+\.[a-z_]+)"(?: : "([a-z_.]+)")?/g)].flatMap(([, one, other]) => [one, other]),
  )
  .filter((verb): verb is string => verb !== undefined)
  // Put together from what the gateway said and what two people chose.
  .concat(["in_flight", "succeeded", "confirmed", "failed", "reversed", "give_up_agreed", "send_again_agreed"].map((what) => `payout.${what}`));

test("every act the house records has words a person reads, and no code is shown in their place", () => {
  expect(written.length).toBeGreaterThan(60);
  expect(written.filter((verb) => !/^[A-Z][a-z]+ /.test(actWords(verb)) && !/^Signed out$/.test(actWords(verb)))).toEqual([]);
  expect(written.filter((verb) => /[_:]/.test(actWords(verb)))).toEqual([]);
  expect(kindWords("fx_rate")).toBe("reference rate");
});

test("a code that every object answers to is said as a string like any other", () => {
  for (const word of ["constructor", "__proto__", "toString"])
    for (const say of [actWords, kindWords, reasonWords, factorWords]) expect(say(word), word).toEqual(expect.any(String));
});

const doors = readdirSync("app/api", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("route.ts"))
  .flatMap((file) => {
    const declared = [...readFileSync(join("app/api", file), "utf8").matchAll(/^export const (GET|POST|PUT|PATCH|DELETE) = define\w+\(([^]*?)(?=^export|$(?![^]))/gm)];
    return declared.map(([, method, spec]) => ({ door: `${method} /api/${dirname(file)}`, known: !/access: "public"/.test(spec ?? "") }));
  });

test("every door that knows who knocks has words for what was refused there", () => {
  expect(doors.length).toBeGreaterThan(95);
  expect(doors.filter(({ door, known }) => known && doorWords(door) === null).map(({ door }) => door)).toEqual([]);
  for (const { door } of doors) if (doorWords(door) !== null) expect(actWords(door)).toMatch(/^Tried to [a-z][A-Za-z' -]+$/);
});

test("there are words for no door that is gone", () => {
  const standing = new Set(doors.map(({ door }) => door));
  expect(knownDoors.filter((door) => !standing.has(door))).toEqual([]);
});

test("a row of the trail does not read as done what was denied", () => {
  expect(
    [
      { verb: "payout.approve", outcome: "done" },
      { verb: "payout.approve", outcome: "denied" },
      { verb: "view payouts.create", outcome: "denied" },
      { verb: "payout.unknown", outcome: "failed" },
    ].map(rowWords),
  ).toEqual(["Signed a payout", "Denied: signed a payout", "Tried to open the page to request payouts", actWords("payout.unknown")]);
});

test("a refused page or door says what was tried, a code becomes words and a person's reason stays theirs", () => {
  expect([
    actWords("view ip_rules.view"),
    actWords("view payouts.create"),
    actWords("POST /api/users/[id]/roles"),
    actWords("GET /api/v1/payouts/{id}"),
    actWords("PUT /api/nowhere"),
    actWords("new_room.some_act"),
  ]).toEqual([
    "Tried to open the page IP rules",
    "Tried to open the page to request payouts",
    "Tried to give a person a role",
    "Tried to read a payout by the API",
    "Tried to use PUT /api/nowhere",
    "New room: some act",
  ]);
  expect(["permission_denied", "left_the company, see mail", "role_lost", "timeout"].map(reasonWords)).toEqual([
    "Permission denied",
    "left_the company, see mail",
    "The signer lost the role that signs",
    "The gateway did not answer in time",
  ]);
  expect([objectWords("payout", "₹9,000.00 to M•••• ••7623"), objectWords("setting", "Idle limit"), objectWords("client", "API client Payroll")]).toEqual([
    "payout ₹9,000.00 to M•••• ••7623",
    "setting “Idle limit”",
    "API client Payroll",
  ]);
  expect([factorWords("totp"), factorWords("some_key")]).toEqual(["Code of an authenticator app", "Some key"]);
});

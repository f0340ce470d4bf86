import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { policyAreas, policyDefinitions, settingNames, type PolicyDefinition } from "./definitions.ts";
import { definitionOf, directionOf, parseSetting, whyNot } from "./policy.ts";

const definitions = settingNames.map((name) => ({ name, definition: policyDefinitions[name] as PolicyDefinition }));

describe("every setting", () => {
  test.each(definitions)("$name: its default is allowed, one beyond each bound is refused with a sentence", ({ name, definition }) => {
    expect(whyNot(definition, definition.fallback)).toBeNull();
    expect(parseSetting(name, undefined)).toBe(definition.fallback);
    const beyond = definition.kind === "int" ? [definition.min - 1, definition.max + 1] : definition.kind === "paise" ? [String(BigInt(definition.max) + 1n), "-1"] : [1, "on"];
    for (const value of [...beyond, null, undefined, [], {}, Number.NaN, "1e3", "٣", " 5", 1.5]) expect(whyNot(definition, value), JSON.stringify(value)).toMatch(/^[A-Z].*\.$/);
    expect(definition.label).not.toBe("");
    expect(policyAreas).toContain(definition.area);
  });

  test("an idle limit above an hour, a short password, a lock under half an hour: none can be asked for", () => {
    expect(whyNot(policyDefinitions.idleMinutes, 61)).not.toBeNull();
    expect(whyNot(policyDefinitions.passwordLengthMin, 14)).not.toBeNull();
    expect(whyNot(policyDefinitions.lockMinutes, 29)).not.toBeNull();
    expect(whyNot(policyDefinitions.payoutFreezeHours, 23)).not.toBeNull();
    expect(whyNot(policyDefinitions.dormantDays, 91)).not.toBeNull();
  });
});

test("names that only an object has are no settings", () => {
  for (const name of ["constructor", "__proto__", "toString", "nothing"]) expect(definitionOf(name)).toBeNull();
});

test("a stored value out of bounds stops whoever reads it, instead of being bent into something else", () => {
  expect(() => parseSetting("idleMinutes", 600)).toThrow(/idleMinutes/);
  expect(() => parseSetting("payoutMaxPaise", 5)).toThrow(/payoutMaxPaise/);
});

test("which way is tighter is said per setting, and the same value is neither", () => {
  expect(directionOf(policyDefinitions.idleMinutes, 15, 10)).toBe("tighten");
  expect(directionOf(policyDefinitions.idleMinutes, 15, 60)).toBe("loosen");
  expect(directionOf(policyDefinitions.passwordLengthMin, 15, 20)).toBe("tighten");
  expect(directionOf(policyDefinitions.passkeysRequiredForApprovers, false, true)).toBe("tighten");
  expect(directionOf(policyDefinitions.passwordLettersAndDigits, true, false)).toBe("loosen");
  expect(directionOf(policyDefinitions.twoApproverFromPaise, "50000000", "9")).toBe("tighten");
  expect(directionOf(policyDefinitions.payoutMaxPaise, "100", "100")).toBe("change");
});

test("every setting is read by some guard or rule: one that changes nothing would be a lie on the screen", () => {
  const code = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "lib/*.ts"], { encoding: "utf8" })
    .split("\n")
    .filter((path) => path !== "" && !/^lib\/(policies|settings|testing)\/|\.test\.ts$/.test(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  expect(settingNames.filter((name) => !new RegExp(`"${name}"`).test(code))).toEqual([]);
});

import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { testConfig, testDataDir } from "@/lib/testing/config";
import { bloomOf, decodeBloom, encodeBloom, holds } from "./breached.ts";

const random = (count: number) => Array.from({ length: count }, () => randomBytes(12).toString("base64url"));

/** As a freshly started desk with this list of its own would judge. */
async function judge(own: string | Buffer | null): Promise<(password: string) => Promise<boolean>> {
  const dataDir = testDataDir();
  if (own !== null) writeFileSync(join(dataDir, "breached-passwords.bloom"), own);
  vi.resetModules();
  const [{ isBreached }, { setConfig }] = await Promise.all([import("./breached.ts"), import("@/lib/config")]);
  setConfig(testConfig({ dataDir }));
  return isBreached;
}

test("a list never misses what it was made of, in any case and width, and accuses nearly nobody else", () => {
  const listed = random(5000);
  const bloom = decodeBloom(encodeBloom(bloomOf(listed)));
  expect(listed.filter((password) => !holds(bloom, password))).toEqual([]);
  expect(listed.slice(0, 500).filter((password) => !holds(bloom, password.toUpperCase()))).toEqual([]);
  expect(random(50_000).filter((password) => holds(bloom, password)).length).toBeLessThan(5);
});

test("leaked passwords of fifteen characters and more are known from the start, also those no estimate would refuse", async () => {
  const isBreached = await judge(null);
  for (const password of ["panicatthedisco", "SpongeBobSquarePants", "boysoverflowers", "insaneclownposse", "californication", "assalamualaikum"])
    expect(await isBreached(password), password).toBe(true);
  for (const password of ["a lighthouse in the fog", "correct horse battery", "quiet paper, one ink"]) expect(await isBreached(password), password).toBe(false);
});

test("an operator's own list counts beside it", async () => {
  const isBreached = await judge(encodeBloom(bloomOf(["our old intranet password"])));
  expect([await isBreached("Our Old Intranet Password"), await isBreached("panicatthedisco"), await isBreached("a lighthouse in the fog")]).toEqual([true, true, false]);
});

test("where a list cannot be read no password is judged, rather than judged without it", async () => {
  const whole = encodeBloom(bloomOf(["our old intranet password"]));
  for (const file of ["", "{}\n", whole.subarray(0, whole.length - 1), Buffer.concat([whole, Buffer.from("x")])]) {
    const isBreached = await judge(file);
    await expect(isBreached("a lighthouse in the fog")).rejects.toMatchObject({ code: "unavailable", kind: "passwords_unjudged" });
  }
});

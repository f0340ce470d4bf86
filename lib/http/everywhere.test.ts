import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clockNow, dayMs, parseInstant } from "@/lib/time";
import { everywhere, transportSecurity } from "./everywhere.ts";

const root = join(import.meta.dirname, "..", "..");

test("security.txt says how to reach us and is renewed at least a month before it runs out, and never longer than a year ahead", () => {
  const text = readFileSync(join(root, "public", ".well-known", "security.txt"), "utf8");
  expect(text).toMatch(/^Contact: (mailto|https):\S+$/m);
  const expires = parseInstant(/^Expires: (\S+)$/m.exec(text)?.[1] ?? "");
  const leftDays = ((expires?.getTime() ?? 0) - clockNow().getTime()) / dayMs;
  expect(leftDays).toBeGreaterThan(30);
  expect(leftDays).toBeLessThan(366);
});

test("strict transport security is said by an https origin only", () => {
  expect(transportSecurity("https://desk.example")).toEqual({ "Strict-Transport-Security": "max-age=63072000; includeSubDomains" });
  expect(transportSecurity("http://localhost:3000")).toEqual({});
  expect(Object.keys(everywhere).map((name) => name.toLowerCase())).not.toContain("strict-transport-security");
});

test("robots are asked to stay away", () => {
  expect(readFileSync(join(root, "public", "robots.txt"), "utf8")).toBe("User-agent: *\nDisallow: /\n");
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { returnPath, signInPath } from "./return-path.ts";

const site = "https://countersign.example";

/** Where a browser on our site would really go. */
const landsOn = (path: string): string => new URL(path, `${site}/sign-in`).origin;

describe("where to go after signing in", () => {
  test.each(["/overview", "/payouts/po_01jd?tab=held", "/accounts/acct_1?page=2&sort=-created", "/transactions?q=asha%20rao"])("%s is kept", (path) => {
    expect(returnPath(path)).toBe(path);
  });

  test.each([
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "\\\\evil.example",
    "/%2f%2fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/%2e%2e//evil.example",
    "/./%2fevil.example",
    "/../%5cevil.example",
    "/%2e/%2fevil.example",
    "https://evil.example",
    "https:/evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/javascript:alert(1)\u0000",
    "data:text/html,x",
    "@evil.example",
    "/%00",
    "/%zz",
    "",
    " /overview",
    "/api/sign-out",
    "/sign-in?next=/x",
    "/two-factor",
    "/SIGN-IN",
    "/%73ign-in",
    "/%2573ign-in",
    "/sign%2Din",
    "/x/..%2fsign-in",
    "/x/%252e%252e%252ftwo-factor",
    "/%61pi/sign-out",
    "/api%2fsign-out",
    `/${"a".repeat(600)}`,
    null,
    undefined,
    ["/overview"],
    7,
  ])("%j is no place to return to", (path) => {
    expect(returnPath(path)).toBeNull();
  });

  test("whatever is written there, a browser stays on our origin, and asking twice changes nothing", () => {
    const nasty = fc.constantFrom(
      "/",
      "\\",
      "//",
      "%2f",
      "%5c",
      "%09",
      "\t",
      "\n",
      "\r",
      "\u0000",
      "..",
      ".",
      "@",
      ":",
      "?",
      "#",
      "evil.example",
      "javascript:",
      "https:",
      " ",
      "％",
      "。",
      "payouts",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(nasty, { maxLength: 12 }).map((parts) => parts.join("")),
          fc.array(nasty, { maxLength: 12 }).map((parts) => `/${parts.join("")}`),
          fc.string(),
        ),
        (text) => {
          const kept = returnPath(text);
          if (kept === null) return;
          expect(kept).toMatch(/^\/(?![/\\])/);
          expect(landsOn(kept)).toBe(site);
          expect(landsOn(decodeURIComponent(kept))).toBe(site);
          expect(returnPath(kept)).toBe(kept);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("the address of the sign-in page carries it, and nothing else", () => {
    expect(signInPath("/payouts/new?account=a")).toBe("/sign-in?next=%2Fpayouts%2Fnew%3Faccount%3Da");
    expect(signInPath("/payouts", "ended")).toBe("/sign-in?next=%2Fpayouts&why=ended");
    expect([signInPath("//evil.example"), signInPath("/overview"), signInPath(null)]).toEqual(["/sign-in", "/sign-in", "/sign-in"]);
  });
});

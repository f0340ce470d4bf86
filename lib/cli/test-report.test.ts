import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readPlaywright, readVitest } from "./test-report.ts";

const scratch = mkdtempSync(join(tmpdir(), "countersign reports-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function written(report: unknown): string {
  const file = join(scratch, "report.json");
  writeFileSync(file, JSON.stringify(report));
  return file;
}

const ran = (status: string, fullName: string, message?: string) => ({ status, fullName, failureMessages: message === undefined ? [] : [message] });

test("a failed test is named with its file and how its error begins, without the colours of a screen", () => {
  const file = written({
    numPassedTests: 1,
    testResults: [
      { name: "lib/a.test.ts", status: "failed", assertionResults: [ran("passed", "holds"), ran("failed", "breaks", "\u001B[31mError: no\u001B[39m\n    at a.test.ts:3")] },
    ],
  });
  expect(readVitest(file, 1)).toEqual({ passed: 1, secondTries: [], failures: ["lib/a.test.ts › breaks\n    Error: no\n        at a.test.ts:3"] });
});

test("a test that passed at its second try passed, and is named with what its first try met", () => {
  const file = written({ numPassedTests: 1, testResults: [{ name: "lib/a.test.ts", status: "passed", assertionResults: [ran("passed", "holds", "Error: late")] }] });
  expect(readVitest(file, 0)).toEqual({ passed: 1, secondTries: ["lib/a.test.ts › holds\n    Error: late"], failures: [] });
});

test("a file that cannot be loaded, a runner that ends badly and a report that is missing are failures, each once", () => {
  const broken = written({ numPassedTests: 0, testResults: [{ name: "lib/b.test.ts", status: "failed", message: "Cannot find module", assertionResults: [] }] });
  expect(readVitest(broken, 1).failures).toEqual(["lib/b.test.ts\n    Cannot find module"]);
  const whole = written({ numPassedTests: 1, testResults: [{ name: "lib/c.test.ts", status: "passed", assertionResults: [ran("passed", "holds")] }] });
  expect(readVitest(whole, 0)).toEqual({ passed: 1, secondTries: [], failures: [] });
  expect(readVitest(whole, 1).failures).toEqual(["vitest ended with code 1 although no test of it failed"]);
  expect(readVitest(whole, null).failures).toEqual(["vitest ended with a signal although no test of it failed"]);
  expect(readVitest(join(scratch, "none.json"), 0).failures).toHaveLength(1);
  expect(readPlaywright(join(scratch, "none.json"), 0).failures).toHaveLength(1);
  const cut = join(scratch, "cut.json");
  writeFileSync(cut, '{"suites": [');
  expect(readPlaywright(cut, null).failures).toEqual(["playwright left a report that cannot be read"]);
  expect(readVitest(written({ numPassedTests: 0, testResults: [] }), 0).failures).toEqual(["vitest ran no test"]);
  const dead = written({ numPassedTests: 0, testResults: [{ name: "lib/d.test.ts", status: "failed", message: "", assertionResults: [] }] });
  expect(readVitest(dead, 1).failures).toEqual(["lib/d.test.ts\n    its report does not say why; the output above does"]);
});

test("a browser test that passed at its second try passed and is named; nested titles are found; errors outside of tests count", () => {
  const spec = (title: string, status: string, message?: string) => ({
    title,
    file: "a.spec.ts",
    tests: [{ status, results: [{ status: "passed", errors: message === undefined ? [] : [{ message }] }] }],
  });
  const file = written({
    suites: [{ specs: [spec("one", "expected"), spec("two", "flaky", "too late")], suites: [{ specs: [spec("three", "unexpected", "not visible"), spec("four", "skipped")] }] }],
    errors: [{ message: "no tests found" }],
  });
  expect(readPlaywright(file, 1)).toEqual({
    passed: 2,
    secondTries: ["e2e/a.spec.ts › two\n    too late"],
    failures: ["e2e/a.spec.ts › three\n    not visible", "playwright\n    no tests found"],
  });
});

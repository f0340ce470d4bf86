// What the two test runners report, read into one form, so that the end of `npm test` can say what failed.
import * as z from "zod/mini";
import { readJson } from "./files.ts";

/** One tests' run: how many passed, which of them only at their second try, and of each that failed its place, its title and how its error begins. */
export type Outcome = { passed: number; secondTries: string[]; failures: string[] };

/** A run that did not happen, and why. */
export const notRun = (why: string): Outcome => ({ passed: 0, secondTries: [], failures: [why] });

const errorLines = 12;
// The colours a runner writes its errors in are for its own screen.
// oxlint-disable-next-line no-control-regex
const colour = /\u001B\[[0-9;]*m/g;

function failure(place: string, message: string | undefined): string {
  const text = (message ?? "").replace(colour, "").trim();
  // A hook that threw and a process that died are told of in the runner's own output alone.
  const said = (text === "" ? "its report does not say why; the output above does" : text).split("\n").slice(0, errorLines);
  return [place, ...said.map((line) => `    ${line}`)].join("\n");
}

/** A runner that ended badly with nothing failed in its report failed as a whole. */
function withExit(runner: string, outcome: Outcome, code: number | null): Outcome {
  if (outcome.passed + outcome.failures.length === 0) return notRun(`${runner} ran no test`);
  if (outcome.failures.length > 0 || code === 0) return outcome;
  return { ...outcome, failures: [`${runner} ended with ${code === null ? "a signal" : `code ${code}`} although no test of it failed`] };
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.optional(z.string()),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string(), failureMessages: z.optional(z.nullable(z.array(z.string()))) })),
    }),
  ),
});

/** A runner's report, or why there is none to be read: it was killed before or while it wrote one. */
function reportOf<S extends z.ZodMiniType>(runner: string, file: string, contract: S): z.output<S> | Outcome {
  try {
    return readJson(file, contract) ?? notRun(`${runner} left no report of its run`);
  } catch {
    return notRun(`${runner} left a report that cannot be read`);
  }
}

/** What vitest wrote of its run; a run that left no report is one failure. */
export function readVitest(file: string, code: number | null): Outcome {
  const report = reportOf("vitest", file, vitestReport);
  if ("failures" in report) return report;
  // What passed with an error to show passed at its second try.
  const secondTries = report.testResults.flatMap((result) =>
    result.assertionResults.flatMap((test) =>
      test.status === "passed" && test.failureMessages?.[0] !== undefined ? [failure(`${result.name} › ${test.fullName}`, test.failureMessages[0])] : [],
    ),
  );
  const failures = report.testResults.flatMap((result) => {
    const failed = result.assertionResults.filter((test) => test.status === "failed");
    // A file that cannot even be loaded has no failed test in it, and still counts.
    if (failed.length === 0) return result.status === "failed" ? [failure(result.name, result.message)] : [];
    return failed.map((test) => failure(`${result.name} › ${test.fullName}`, test.failureMessages?.[0]));
  });
  return withExit("vitest", { passed: report.numPassedTests, secondTries, failures }, code);
}

const spec = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(z.object({ status: z.string(), results: z.array(z.object({ status: z.string(), errors: z.array(z.object({ message: z.optional(z.string()) })) })) })),
});

type Suite = { specs: z.output<typeof spec>[]; suites?: Suite[] | undefined };
const suite: z.ZodMiniType<Suite> = z.object({
  specs: z.array(spec),
  get suites() {
    return z.optional(z.array(suite));
  },
});

const playwrightReport = z.object({
  suites: z.array(suite),
  errors: z.array(z.object({ message: z.optional(z.string()) })),
});

const specsOf = (of: Suite): z.output<typeof spec>[] => [...of.specs, ...(of.suites ?? []).flatMap(specsOf)];

const firstError = (test: z.output<typeof spec>["tests"][number]): string | undefined => test.results.flatMap((result) => result.errors)[0]?.message;

/** What playwright wrote of its run; what passed at its second try passed. */
export function readPlaywright(file: string, code: number | null): Outcome {
  const report = reportOf("playwright", file, playwrightReport);
  if ("failures" in report) return report;
  const runs = report.suites.flatMap(specsOf).flatMap(({ title, file: place, tests }) => tests.map((test) => ({ place: `e2e/${place} › ${title}`, test })));
  const failed = runs.filter(({ test }) => test.status === "unexpected");
  const failures = [...failed.map(({ place, test }) => failure(place, firstError(test))), ...report.errors.map((error) => failure("playwright", error.message))];
  const secondTries = runs.filter(({ test }) => test.status === "flaky").map(({ place, test }) => failure(place, firstError(test)));
  const passed = runs.filter(({ test }) => test.status === "expected").length + secondTries.length;
  return withExit("playwright", { passed, secondTries, failures }, code);
}

// `npm run audit:verify [-- --head FILE] [-- --heads FILE] [-- --key FILE]`: checks the whole trail against signed heads.
// Ends with 0 when it is good, 2 when it was tampered with, 3 when it could not be checked.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseHead, readPublicKey, verifyTrail, type VerifyOptions } from "@/lib/audit";
import type { VerifyReport } from "@/lib/audit/contract";
import { config } from "@/lib/config";
import { closePools } from "@/lib/context";
import { loadEnvironment } from "./environment.ts";

const exitCodes: Record<VerifyReport["outcome"], number> = { good: 0, tampered: 2, unchecked: 3 };

const verdicts: Record<VerifyReport["outcome"], string> = {
  good: "GOOD: the trail is what was signed.",
  tampered: "TAMPERED: the trail is not what was signed.",
  unchecked: "NOT CHECKED: there is no signed head outside the database to check against.",
};

/** A head kept in a file: one head as JSON, or the last line of a heads file. */
function readHead(file: string): NonNullable<VerifyOptions["head"]> {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const head = parseHead(lines.at(-1) ?? "") ?? parseHead(lines.join(""));
  if (head === null) throw new Error(`${file} holds no signed head.`);
  return head;
}

function optionsFrom(args: { head?: string | undefined; heads?: string | undefined; key?: string | undefined }): VerifyOptions {
  const { headsFile, signingKeyFile } = config().audit;
  const keyFile = args.key ?? signingKeyFile;
  return {
    headsFile: args.heads ?? headsFile,
    trust: { keys: [readPublicKey(keyFile)], source: keyFile, given: args.key !== undefined },
    ...(args.head === undefined ? {} : { head: readHead(args.head) }),
  };
}

function print(report: VerifyReport): void {
  console.log(verdicts[report.outcome]);
  for (const sentence of report.sentences) console.log(`  ${sentence}`);
  for (const problem of report.problems) console.log(`  ! ${problem.sentence}`);
  if (report.problemsTotal > report.problems.length) console.log(`  ! … and ${report.problemsTotal - report.problems.length} more.`);
  console.log("Not proven by this check:");
  for (const limit of report.notProven) console.log(`  - ${limit}`);
}

try {
  loadEnvironment();
  const { values } = parseArgs({ options: { head: { type: "string" }, heads: { type: "string" }, key: { type: "string" } } });
  const report = await verifyTrail(optionsFrom(values));
  print(report);
  process.exitCode = exitCodes[report.outcome];
} catch (error) {
  console.error(`The trail could not be checked: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 3;
} finally {
  await closePools();
}

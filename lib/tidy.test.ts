import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkImports, importRules } from "./testing/tidy/import-rules.ts";
import { parseSource, type Violation } from "./testing/tidy/source.ts";
import { checkSyntax, syntaxRules } from "./testing/tidy/syntax-rules.ts";
import { checkText, longFilesArgued, textRules } from "./testing/tidy/text-rules.ts";

const root = process.cwd();

function check(path: string, text: string): Violation[] {
  const source = parseSource(path, text, root);
  return [...checkImports(source), ...checkSyntax(source), ...checkText(source)];
}

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(root, path)));

/** One breaking example per rule: [rule, path, text]. A rule without one fails below. */
const broken: [string, string, string][] = [
  ["doors-only", "lib/payouts/commands.ts", 'import { x } from "../ledger/commands.ts";'],
  ["doors-only", "app/api/x/route.ts", 'import { x } from "@/lib/payouts/commands";'],
  ["imports-go-down", "lib/ledger/commands.ts", 'import { x } from "@/lib/payouts";'],
  ["imports-go-down", "lib/vault/index.ts", '// Vault.\nimport "server-only";\nimport { x } from "@/lib/audit";'],
  ["imports-go-down", "lib/money.ts", 'import { x } from "@/lib/ledger";'],
  ["imports-go-down", "lib/ledger/queries.ts", 'import { x } from "@/lib/testing/database";'],
  ["door-frame-is-for-doors", "lib/payouts/commands.ts", 'import { defineRoute } from "@/lib/http/route";'],
  ["lib-draws-nothing", "lib/payouts/queries.ts", 'import { Button } from "@/components/ui/button";'],
  ["screens-touch-no-database", "app/api/x/route.ts", 'import { payouts } from "@/db/schema/payouts";'],
  ["components-hold-no-rules", "components/x.tsx", 'import { x } from "@/lib/settings/proposals";'],
  ["both-sides-files-stay-light", "lib/settings/emergency-client.ts", 'import { createHash } from "node:crypto";'],
  ["components-hold-no-rules", "components/x.tsx", 'import { createPayout } from "@/lib/payouts";'],
  ["both-sides-files-stay-light", "lib/payouts/policy.ts", 'import { createHash } from "node:crypto";'],
  ["both-sides-files-stay-light", "lib/payouts/contract.ts", 'import { config } from "@/lib/config";'],
  ["next-auth-is-fenced", "app/(desk)/layout.tsx", 'import { getServerSession } from "next-auth";'],
  ["proxy-decides-nothing", "proxy.ts", 'import { can } from "@/lib/access";'],
  ["environment-is-config", "lib/payouts/commands.ts", "const x = process.env.SECRET;"],
  ["one-clock", "lib/payouts/commands.ts", "const at = new Date();"],
  ["one-clock", "lib/payouts/commands.ts", "const at = Date.now();"],
  ["no-database-clock", "lib/payouts/queries.ts", "const q = sql`select * from t where at < now()`;"],
  ["logs-go-through-monitoring", "lib/payouts/commands.ts", 'console.log("x");'],
  ["network-is-fenced", "lib/payouts/commands.ts", 'await fetch("https://example.test");'],
  ["no-server-actions", "app/x/actions.ts", '"use server";\nexport async function f() {}'],
  ["money-is-not-a-number", "lib/payouts/contract.ts", "type X = { amountPaise: number };"],
  ["money-is-not-a-number", "lib/payouts/queries.ts", "function f(feePaise: number) { return feePaise; }"],
  ["writes-live-in-commands", "lib/payouts/queries.ts", "await tx.db.insert(payouts).values({});"],
  ["no-inline-style", "components/x.tsx", "const x = <p style={{ top: 1 }} />;"],
  ["no-raw-html", "components/x.tsx", "const x = <p dangerouslySetInnerHTML={{ __html: y }} />;"],
  ["files-stay-small", "lib/payouts/commands.ts", "\n".repeat(301)],
  ["pages-only-draw", "app/(desk)/x/page.tsx", "\n".repeat(61)],
  ["pages-declare-access", "app/(desk)/x/page.tsx", "export default function Page() { return null; }"],
  ["pages-declare-access", "app/(auth)/x/page.tsx", "export default function Page() { return null; }"],
  ["handlers-only-dispatch", "app/api/x/route.ts", "\n".repeat(61)],
  ["rooms-say-what-they-are-for", "lib/payouts/index.ts", 'import "server-only";'],
  ["one-shape-per-room", "lib/payouts/index.ts", '// Payouts.\n"use client";\nimport "server-only";'],
  ["colours-are-tokens", "components/x.tsx", 'const x = <p className="text-red-600" />;'],
  ["colours-are-tokens", "components/x.tsx", 'const ink = "#aa0000";'],
  ["finished-work-only", "lib/payouts/commands.ts", `// ${"TO"}${"DO"}: later`],
];

describe("house rules", () => {
  test("the check sees the whole house, so that finding nothing means something", () => {
    expect(files.length).toBeGreaterThan(100);
  });

  test.each(broken)("rule %s bites %s", (rule, path, text) => {
    expect(check(path, text).map((violation) => violation.rule)).toContain(rule);
  });

  test("every rule has an example that breaks it", () => {
    const names = [...importRules, ...syntaxRules, ...textRules].map(({ rule }) => rule);
    expect(names.filter((name) => !broken.some(([rule]) => rule === name))).toEqual([]);
  });

  test("no file breaks a rule", () => {
    const violations = files.filter((path) => path !== "lib/tidy.test.ts").flatMap((path) => check(path, readFileSync(join(root, path), "utf8")));
    expect(violations.map(({ rule, path, sentence }) => `${path}: ${sentence} [${rule}]`)).toEqual([]);
  });

  test("every argued exception is still needed", () => {
    for (const path of Object.keys(longFilesArgued)) expect(files).toContain(path);
  });

  test("every dependency has its reason in a decision record", () => {
    const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string>; optionalDependencies: Record<string, string> } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    );
    const record = readFileSync(join(root, "lib/decisions/dependencies.md"), "utf8");
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    expect(Object.keys(all).filter((name) => !record.includes(`\`${name}\``))).toEqual([]);
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test("what README, floor plan and decision records point to is there", () => {
    const texts = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "README.md", "SECURITY.md", "lib/README.md", "lib/decisions"], {
      cwd: root,
      encoding: "utf8",
    });
    const gone = texts
      .split("\n")
      .filter(Boolean)
      .flatMap((text) =>
        [...readFileSync(join(root, text), "utf8").matchAll(/`((?:app|components|db|e2e|lib|public)\/[^\s`*{}<…]+)`/g)]
          .map(([, path = ""]) => path)
          .filter((path) => !existsSync(join(root, path)))
          .map((path) => `${text}: ${path}`),
      );
    expect(gone).toEqual([]);
  });

  test("decision records are numbered without gaps and say what enforces them", () => {
    const records = readdirSync(join(root, "lib/decisions"))
      .filter((name) => /^\d{4}-/.test(name))
      .sort();
    expect(records.map((name) => Number(name.slice(0, 4)))).toEqual(records.map((_, index) => index + 1));
    for (const name of records) expect(readFileSync(join(root, "lib/decisions", name), "utf8"), name).toMatch(/^Enforced by: .+/m);
  });
});

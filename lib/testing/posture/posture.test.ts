import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { GET as auditList } from "@/app/api/audit/route";
import { GET as me } from "@/app/api/me/route";
import { GET as payoutList, POST as payoutCreate } from "@/app/api/payouts/route";
import { GET as serviceList } from "@/app/api/v1/payouts/route";
import { POST as webhook } from "@/app/api/webhooks/cashfree/payouts/route";
import { failureLabels, failures, guardIds, guards, notGuards, type Failure, type Guard, type GuardId, type Posture, type Proof } from "@/lib/monitoring/posture";
import { postureProof } from "@/lib/monitoring/posture-proof";
import { istDay, clockNow } from "@/lib/time";
import { usePayoutDesk } from "../payouts.ts";
import { inject } from "./inject.ts";
import { outcomeOf, probes, type Acts } from "./probes.ts";

const desk = usePayoutDesk();
const doors = { me, auditList, payoutList, payoutCreate, serviceList, webhook };
const declared = (guard: GuardId, failure: Failure) => (guards[guard] as Guard).cells[failure];
const applies = (failure: Failure): GuardId[] => guardIds.filter((guard) => declared(guard, failure).posture !== "not_applicable");
const nameOf = (failure: Failure): string => `${failureLabels[failure].label.toLowerCase()}: every guard does what it declares`;

const proven: Proof[] = [];

describe("what each guard does", () => {
  test("while everything works it lets the good act pass and refuses the bad one, so that the proofs below mean something", { timeout: 120_000 }, async () => {
    for (const guard of guardIds) {
      const acts = await probes[guard]({ desk, doors, failure: null });
      if (acts.bad !== undefined) expect(await outcomeOf(acts.bad), `${guard}: the bad act`).toBe("refuse");
      await acts.good();
      expect(await (acts.verdict?.() ?? "allow"), `${guard}: the good act`).toBe("allow");
    }
  });

  test.each(failures.map((failure) => [nameOf(failure), failure] as const))("%s", { timeout: 180_000 }, async (_name, failure) => {
    const ready: [GuardId, Acts][] = [];
    for (const guard of applies(failure)) ready.push([guard, await probes[guard]({ desk, doors, failure })]);
    const results = new Map<GuardId, Posture>();
    const restore = await inject(failure, desk.database);
    try {
      for (const [guard, acts] of ready) {
        if (acts.bad !== undefined && declared(guard, failure).posture !== "allow") expect.soft(await outcomeOf(acts.bad), `${guard}, ${failure}: the bad act`).toBe("refuse");
        results.set(guard, await outcomeOf(acts.good));
      }
    } finally {
      await restore();
    }
    for (const [guard, acts] of ready) {
      const posture = acts.verdict === undefined ? (results.get(guard) ?? "allow") : await acts.verdict();
      expect.soft(posture, `${guard}, ${failure}: ${declared(guard, failure).sentence}`).toBe(declared(guard, failure).posture);
      if (posture === "hold") await acts.after?.();
      proven.push({ guard, failure, posture, test: nameOf(failure), provedOn: istDay(clockNow()) });
    }
  });

  test("is written down as it was just proved; POSTURE_PROOF=write renews the page's data", () => {
    const cells = guardIds.flatMap((guard) => failures.filter((failure) => declared(guard, failure).posture !== "not_applicable").map((failure) => ({ guard, failure })));
    const rows = cells.flatMap(({ guard, failure }) => proven.filter((proof) => proof.guard === guard && proof.failure === failure));
    expect(rows).toHaveLength(cells.length);
    if (process.env["POSTURE_PROOF"] === "write") writeProof(rows);
    else expect(postureProof.map(({ provedOn: _day, ...proof }) => proof)).toEqual(rows.map(({ provedOn: _day, ...proof }) => proof));
  });
});

function writeProof(rows: readonly Proof[]): void {
  const path = join(process.cwd(), "lib/monitoring/posture-proof.ts");
  const lines = rows.map(
    (row) =>
      `  { ${Object.entries(row)
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
        .join(", ")} },`,
  );
  writeFileSync(
    path,
    [
      "// Written by lib/testing/posture/posture.test.ts (POSTURE_PROOF=write npm test); never by hand.",
      'import type { Proof } from "./posture.ts";',
      "",
      "export const postureProof: readonly Proof[] = [",
      ...lines,
      "];",
      "",
    ].join("\n"),
  );
}

describe("the declaration", () => {
  test("never lets money pass a guard that cannot do its work", () => {
    const open = guardIds.flatMap((guard) =>
      failures.filter((failure) => (guards[guard] as Guard).money && declared(guard, failure).posture === "allow").map((failure) => `${guard}, ${failure}`),
    );
    expect(open).toEqual([]);
  });

  test("says every cell in a sentence", () => {
    for (const guard of guardIds) for (const failure of failures) expect(declared(guard, failure).sentence, `${guard}, ${failure}`).toMatch(/^[A-Z].{15,}\.$/);
  });

  test("names every function of the house that refuses by being asked: a guard without a posture is found here", () => {
    const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "lib/*.ts"], { encoding: "utf8" })
      .split("\n")
      .filter((path) => /^lib\/(?!testing\/|cli\/)/.test(path) && !path.endsWith(".test.ts"));
    const found = files.flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/^export (?:async )?function (require[A-Z]\w*|authenticate|verifyCall|isStopped)\b/gm)].map((match) => match[1] ?? ""),
    );
    const claimed = new Set<string>([...guardIds.flatMap((guard) => (guards[guard] as Guard).functions), ...Object.keys(notGuards)]);
    expect([...new Set(found)].filter((name) => !claimed.has(name))).toEqual([]);
    expect(
      [...claimed].filter((name) => !found.includes(name)),
      "named here and gone from the code",
    ).toEqual([]);
  });
});

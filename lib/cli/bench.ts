// `npm run bench [payouts|webhooks|session|sign-in|api|weight] [--seed N]`: how fast the desk is, against yardsticks measured in the same run.
import { randomInt } from "node:crypto";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { benchApi } from "@/lib/testing/bench/api";
import { randomFrom, table, type Row } from "@/lib/testing/bench/measure";
import { benchPayouts } from "@/lib/testing/bench/payouts";
import { benchSession } from "@/lib/testing/bench/session";
import { openStage, type Stage } from "@/lib/testing/bench/stage";
import { benchSignIn } from "@/lib/testing/bench/sign-in";
import { benchWebhooks } from "@/lib/testing/bench/webhooks";
import { benchWeight } from "@/lib/testing/bench/weight";
import { runCommand } from "./environment.ts";

const parts = ["payouts", "webhooks", "session", "sign-in", "api", "weight"] as const;
type Part = (typeof parts)[number];

const say = (line: string): void => console.log(line);

async function measure(part: Part, stage: Stage, seed: number): Promise<Row[]> {
  switch (part) {
    case "payouts":
      return benchPayouts(stage, { random: randomFrom(seed), say });
    case "webhooks":
      return benchWebhooks(stage, { seed, say });
    case "session":
      return benchSession(stage, { random: randomFrom(seed), say });
    case "sign-in":
      return benchSignIn(stage, say);
    case "api":
      return benchApi(stage, say);
    case "weight":
      return benchWeight(stage, say);
  }
}

await runCommand(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: "string" } } });
  const unknown = positionals.filter((name) => !parts.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(", ")}; the parts are ${parts.join(", ")}.`);
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  say(`Seed ${seed}; load ${loadavg()[0]?.toFixed(1)}. Starting a database of its own …`);
  const rows: Row[] = [];
  for (const part of parts.filter((name) => positionals.length === 0 || positionals.includes(name))) {
    const stage = await openStage();
    const end = (): void => void stage.close().finally(() => process.exit(130));
    process.once("SIGINT", end).once("SIGTERM", end);
    try {
      rows.push(...(await measure(part, stage, seed)));
    } finally {
      process.removeListener("SIGINT", end).removeListener("SIGTERM", end);
      await stage.close();
    }
  }
  say(`\n${table(rows)}\n\nLoad at the end ${loadavg()[0]?.toFixed(1)}.`);
  return 0;
});

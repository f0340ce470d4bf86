// Ingest of signed webhooks against an empty handler of the same server.
import { spawn } from "node:child_process";
import * as z from "zod/mini";
import { projectRoot, tsEntry } from "@/lib/cli/children";
import type { Load, LoadResult } from "./load.ts";
import { compare, figure, interleave, type Row } from "./measure.ts";
import type { Stage } from "./stage.ts";
import { startWeb } from "./web.ts";

const turns = 5;
const perTurn = 1500;
const connections = 16;
const resultShape = z.object({ perSecond: z.number(), p50Ms: z.number(), p99Ms: z.number() });

/** Throughput of both, what 100 deliveries a second wait for, and whether every accepted one was kept once. */
export async function benchWebhooks(stage: Stage, tools: { seed: number; say: (line: string) => void }): Promise<Row[]> {
  const origin = await startWeb(stage, tools.say);
  tools.say("Sending webhooks …");
  let serial = 0;
  const load = (kind: Load["kind"], given: { count: number; perSecond: number | null }): Promise<LoadResult> => {
    serial += 1;
    return runLoad({ origin, kind, secret: stage.env["CASHFREE_PG_CLIENT_SECRET"] ?? "", label: `${tools.seed}-${serial}-`, connections, ...given });
  };
  const full = async (kind: Load["kind"]): Promise<number> => (await load(kind, { count: perTurn, perSecond: null })).perSecond;
  const pairs = await interleave(turns, { baseline: () => full("empty"), ours: () => full("webhook") });
  tools.say("Sending 100 a second for 10 s …");
  const paced = await load("webhook", { count: 1000, perSecond: 100 });
  const sent = perTurn * (turns + 1) + 1000;
  const [kept] = await stage.superuser<
    { kept: number; nudges: number }[]
  >`select (select count(*)::int from webhook_events) as kept, (select count(*)::int from jobs where name = 'webhook.apply') as nudges`;
  const lost = kept === undefined ? sent : Math.abs(sent - kept.kept) + Math.abs(sent - kept.nudges);
  return [
    compare("webhook ingest, 16 connections", pairs, 75),
    figure("  p50 / p99 at 100/s", `${paced.p50Ms.toFixed(1)} / ${paced.p99Ms.toFixed(1)} ms`, null),
    figure(`  lost or extra rows among ${sent}`, String(lost), { text: "0", met: lost === 0 }),
  ];
}

/** Runs one load in a process of its own. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const child = spawn(process.execPath, tsEntry("lib/testing/bench/load.ts"), { cwd: projectRoot, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(load));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`The load generator ended with ${code}.`);
  return resultShape.parse(JSON.parse(output));
}

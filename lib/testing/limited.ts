// A second process that asks for permits: its task comes on standard input, and it prints how many it was given of each kind.
import { setConfig } from "@/lib/config";
import { closePools } from "@/lib/context";
import { Limiter } from "@/lib/edge/limiter";
import type { LimitedClass, QuotaRule } from "@/lib/edge/policy";
import { clockNow, setClockOffsetMs } from "@/lib/time";
import { testConfig } from "./config.ts";

/** `atMs`: what its clock says when it begins to ask, however long it took to start. */
export type Asking = { databaseUrl: string; dataDir: string; atMs: number; asks: { name: LimitedClass; subject: string; rule: QuotaRule; times: number }[] };

async function readTask(): Promise<Asking> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Asking;
}

const task = await readTask();
setConfig(testConfig({ dataDir: task.dataDir, database: { owner: null, app: task.databaseUrl, jobs: null, readonly: null, poolMax: 4 } }));
const limiter = new Limiter();
const given: number[] = [];
for (const { name, subject, rule, times } of task.asks) {
  setClockOffsetMs(0);
  setClockOffsetMs(task.atMs - clockNow().getTime());
  const taken = await Promise.all(Array.from({ length: times }, () => limiter.take(name, subject, rule)));
  given.push(taken.filter((each) => each.allowed).length);
}
process.stdout.write(JSON.stringify(given));
await closePools();

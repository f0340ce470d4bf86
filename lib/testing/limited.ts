// A second process that asks for permits: its task comes on standard input, and it prints how many it was given.
import { setConfig } from "@/lib/config";
import { closePools } from "@/lib/context";
import { Limiter } from "@/lib/edge/limiter";
import type { LimitedClass, QuotaRule } from "@/lib/edge/policy";
import { setClockOffsetMs } from "@/lib/time";
import { testConfig } from "./config.ts";

export type Asking = { databaseUrl: string; dataDir: string; offsetMs: number; name: LimitedClass; subject: string; rule: QuotaRule; times: number };

async function readTask(): Promise<Asking> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Asking;
}

const task = await readTask();
setConfig(testConfig({ dataDir: task.dataDir, database: { owner: null, app: task.databaseUrl, jobs: null, readonly: null, poolMax: 4 } }));
setClockOffsetMs(task.offsetMs);
const limiter = new Limiter();
const taken = await Promise.all(Array.from({ length: task.times }, () => limiter.take(task.name, task.subject, task.rule)));
process.stdout.write(String(taken.filter((each) => each.allowed).length));
await closePools();

// A process that carries out one command and kills itself with SIGKILL just before the n-th statement, or just before it asks the gateway
// for a transfer. Its task comes on
// standard input; it prints how many statements it saw when it was allowed to live.
import { sensitive } from "@/lib/sensitive";
import { setConfig } from "@/lib/config";
import { closePools, systemCtx, type Ctx } from "@/lib/context";
import { approvePayout, dispatchPayout } from "@/lib/payouts";
import { clockNow, setClockOffsetMs } from "@/lib/time";
import { testConfig } from "./config.ts";
import { codeAt } from "./people.ts";
import { watchStatements } from "./statements.ts";

export type Doom = {
  databaseUrl: string;
  dataDir: string;
  kek: string;
  payoutBase: string;
  offsetMs: number;
  killAt: number | "transfer";
  act: { kind: "dispatch"; payoutId: string } | { kind: "approve"; payoutId: string; challengeId: string; totpSecret: string; actor: Ctx["actor"] };
};

async function readTask(): Promise<Doom> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Doom;
}

const task = await readTask();
const base = testConfig({ dataDir: task.dataDir });
setConfig({
  ...base,
  keyEncryptionKey: sensitive(Buffer.from(task.kek, "base64")),
  database: { owner: null, app: task.databaseUrl, jobs: null, readonly: null, poolMax: 1 },
  cashfree: { ...base.cashfree, payoutBase: task.payoutBase },
});
setClockOffsetMs(task.offsetMs);
const seen = await watchStatements((number) => {
  if (number === task.killAt) process.kill(process.pid, "SIGKILL");
});
const ask = globalThis.fetch;
globalThis.fetch = (input, init) => {
  if (task.killAt === "transfer" && init?.method === "POST" && (input instanceof Request ? input.url : input.toString()).endsWith("/transfers"))
    process.kill(process.pid, "SIGKILL");
  return ask(input, init);
};
const ctx = systemCtx("doomed");
if (task.act.kind === "dispatch") await dispatchPayout(ctx, task.act.payoutId);
else await approvePayout({ ...ctx, actor: task.act.actor }, task.act.payoutId, { challengeId: task.act.challengeId, code: await codeAt(task.act.totpSecret, clockNow()) });
process.stdout.write(String(seen.count()));
await closePools();

// `npm run worker`: runs jobs and sweeps until it is told to stop. `npm start` starts one by itself.
import { config, connectAs } from "@/lib/config";
import { closePools } from "@/lib/context";
import { runWorker } from "@/lib/jobs";
import { noteClock, sayOwed, setLogLevel } from "@/lib/monitoring";
import { clockNow } from "@/lib/time";
import { openVault } from "@/lib/vault";
import { loadEnvironment, runCommand } from "./environment.ts";
import { jobs, sweeps } from "./worker-jobs.ts";

await runCommand(async () => {
  loadEnvironment();
  setLogLevel(config().logLevel);
  connectAs("jobs");
  await openVault();
  await noteClock();
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
  await runWorker({ jobs, sweeps, signal: ending.signal });
  await sayOwed(clockNow(), true);
  await closePools();
  return 0;
});

import { hostname } from "node:os";
import { appPool, systemCtx, type Ctx } from "@/lib/context";
import { beat, log } from "@/lib/monitoring";
import { secondMs } from "@/lib/time";
import { finishJob, retryJob, takeJobs, type TakenJob } from "./commands.ts";
import { jobsChannel, type Job, type JobAccess, type Sweep } from "./contract.ts";

type Options = { jobs: readonly Job[]; sweeps: readonly Sweep[]; signal: AbortSignal; concurrency?: number };

const pollMs = secondMs;
const beatMs = 3 * secondMs;

/** Runs jobs and sweeps until `signal` aborts, then waits for what is running. Rejects only if it cannot start. */
export async function runWorker(options: Options): Promise<void> {
  const { signal } = options;
  const worker = `${hostname()}:${process.pid}`;
  const handlers = new Map(options.jobs.map((job) => [job.name, job]));
  if (handlers.size !== options.jobs.length) throw new Error("two handlers share a job name");
  const bell = new Bell();
  const stopListening = listen(bell, signal);
  const loops = [
    ...Array.from({ length: options.concurrency ?? 4 }, () => jobLoop({ worker, handlers, bell, signal })),
    ...options.sweeps.map((sweep) => sweepLoop(sweep, signal)),
    sweepLoop(
      { name: "heartbeat", everyMs: beatMs, access: { room: "monitoring", permissions: [], may: "Says that the worker is alive." }, run: () => beat("worker", { worker }) },
      signal,
    ),
  ];
  await Promise.all(loops);
  await stopListening();
}

/** Runs every due job once in this process; for tests and commands that must not wait for a worker. */
export async function drainJobs(jobs: readonly Job[], limit = 1000): Promise<number> {
  const handlers = new Map(jobs.map((job) => [job.name, job]));
  let done = 0;
  while (done < limit) {
    const taken = await takeJobs("drain", 1);
    if (taken.length === 0) return done;
    for (const job of taken) await runOne(job, handlers);
    done += taken.length;
  }
  return done;
}

class Bell {
  #wake: (() => void)[] = [];
  ring(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
  wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** LISTEN is only the doorbell; when it cannot be had, the poll still finds every job. */
function listen(bell: Bell, signal: AbortSignal): () => Promise<void> {
  signal.addEventListener("abort", () => bell.ring());
  const started = appPool()
    .listen(jobsChannel, () => bell.ring())
    .catch((error: unknown) => {
      log.warn({ error }, "cannot listen for jobs; polling instead");
      return null;
    });
  return async () => {
    const stop = await started;
    await stop?.().catch(() => undefined);
  };
}

async function jobLoop(at: { worker: string; handlers: Map<string, Job>; bell: Bell; signal: AbortSignal }): Promise<void> {
  while (!at.signal.aborted) {
    let taken: TakenJob[] = [];
    try {
      taken = await takeJobs(at.worker, 1);
      for (const job of taken) await runOne(job, at.handlers);
    } catch (error) {
      log.error({ error }, "the job loop could not reach the queue");
    }
    if (taken.length === 0 && !at.signal.aborted) await at.bell.wait(pollMs);
  }
}

async function runOne(job: TakenJob, handlers: Map<string, Job>): Promise<void> {
  const handler = handlers.get(job.name);
  try {
    if (handler === undefined) throw new Error(`no handler for job ${job.name}`);
    await handler.run(ctxFor(`job:${job.name}`, handler.access), job.payload);
    await finishJob(job);
  } catch (error) {
    log.warn({ job: job.name, id: job.id, attempts: job.attempts, error }, "a job failed and will be tried again");
    await retryJob(job, error);
  }
}

async function sweepLoop(sweep: Sweep, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await sweep.run(ctxFor(`sweep:${sweep.name}`, sweep.access));
    } catch (error) {
      log.error({ sweep: sweep.name, error }, "a sweep failed and will run again");
    }
    await pause(sweep.everyMs, signal);
  }
}

/** Machinery acts with what it declared and nothing else. */
function ctxFor(name: string, access: JobAccess): Ctx {
  const ctx = systemCtx(name);
  return { ...ctx, actor: { kind: "system", name, permissions: access.permissions } };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

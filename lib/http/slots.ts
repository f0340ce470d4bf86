// A few at a time, a bounded queue, a bounded wait: so that costly work never takes the machine from everybody else.
import type { AppError } from "@/lib/errors";

type Waiting = { start: () => void };

/** Runs at most `slots` at once; whoever would wait behind `queueMax` others, or longer than `waitMs`, is told to come back. */
export function makeSlots(rules: { slots: number; queueMax: number; waitMs: number; refusal: () => AppError }): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue = new Set<Waiting>();

  const turn = (): Promise<void> => {
    if (running < rules.slots) {
      running += 1;
      return Promise.resolve();
    }
    if (queue.size >= rules.queueMax) return Promise.reject(rules.refusal());
    return new Promise<void>((resolve, reject) => {
      const entry: Waiting = {
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        queue.delete(entry);
        reject(rules.refusal());
      }, rules.waitMs);
      queue.add(entry);
    });
  };

  const done = (): void => {
    const [next] = queue;
    if (next === undefined) {
      running -= 1;
      return;
    }
    // The slot is handed over, so `running` stays as it is.
    queue.delete(next);
    next.start();
  };

  return async (run) => {
    await turn();
    try {
      return await run();
    } finally {
      done();
    }
  };
}

// A few at a time, a bounded queue, a bounded wait: so that costly work never takes the machine from everybody else.
import type { AppError } from "@/lib/errors";

type Waiting = { start: () => void };

/** Takes one slot for `run`; whoever waits for one and is `gone` before it comes gives the place up with that error. */
type Take = <T>(run: () => Promise<T>, gone?: Promise<AppError>) => Promise<T>;

/** Runs at most `slots` at once; whoever would wait behind `queueMax` others, or longer than `waitMs`, is told to come back. */
export function makeSlots(rules: { slots: number; queueMax: number; waitMs: number; refusal: () => AppError }): Take {
  let running = 0;
  const queue = new Set<Waiting>();

  const turn = (gone: Promise<AppError> | undefined): Promise<void> => {
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
      const leave = (error: AppError): void => {
        if (!queue.delete(entry)) return;
        clearTimeout(timer);
        reject(error);
      };
      const timer = setTimeout(() => leave(rules.refusal()), rules.waitMs);
      queue.add(entry);
      void gone?.then(leave);
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

  return async (run, gone) => {
    await turn(gone);
    try {
      return await run();
    } finally {
      done();
    }
  };
}

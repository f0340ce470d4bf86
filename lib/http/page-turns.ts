// One session's pages are drawn a few at a time, so that whoever asks for many at once waits for themselves and not everybody for them.
import { AppError } from "@/lib/errors";
import { secondMs } from "@/lib/time";
import { pageEnded } from "./page-answer.ts";
import { makeSlots } from "./slots.ts";

/** Far more than a browser with several tabs asks for at once; who waits is drawn all the same, unless it is a flood. */
export const pageTurnRules = { slots: 8, queueMax: 64, waitMs: 30 * secondMs } as const;

type Turns = { take: ReturnType<typeof makeSlots>; pages: number };

// On the process, not the module: the framework bundles a copy of this file for pages.
const home = globalThis as { [key: symbol]: Map<string, Turns> | undefined };
const here = Symbol.for("countersign.page-turns");

function newTurns(): Turns {
  const refusal = () => new AppError("too_many_requests", "pages_at_once", "Too many pages are asked for at once. Try again in a few seconds.", { retryAfterSeconds: 5 });
  return { take: makeSlots({ ...pageTurnRules, refusal }), pages: 0 };
}

/** An answer that nobody gets, so that nothing is drawn for it. */
const readerLeft = (): AppError => new AppError("gone", "reader_left", "Nobody waits for this page any more.");

/**
 * Waits for this page's turn among those of `sessionId` and keeps it until the page's answer has ended; a
 * reader who leaves while waiting gives their place up. Answers whether it had to wait: what was known of the person before may not be true any more.
 */
export async function requirePageTurn(sessionId: string): Promise<{ waited: boolean }> {
  const ended = pageEnded();
  if (ended === null) return { waited: false };
  const all = (home[here] ??= new Map());
  const mine = all.get(sessionId) ?? newTurns();
  const waited = mine.pages >= pageTurnRules.slots;
  all.set(sessionId, mine);
  mine.pages += 1;
  const turn = Promise.withResolvers<void>();
  void mine
    .take(() => {
      turn.resolve();
      return ended;
    }, ended.then(readerLeft))
    .catch(turn.reject)
    .finally(() => {
      mine.pages -= 1;
      if (mine.pages === 0) all.delete(sessionId);
    });
  await turn.promise;
  return { waited };
}

import type { PayoutQueueFigures } from "@/lib/payouts/contract";

type Said = { title: string; owner: string; why: string };

/** Who acts next on what is held, and what ends by itself and when; `releaser` is who may release, `mine` whether that is the reader. */
export function heldWords({ count, forPerson, nextEndAt }: PayoutQueueFigures["held"], { releaser, mine }: { releaser: string; mine: boolean }): Said {
  const timed = count - forPerson;
  const ends = nextEndAt === null ? "" : ` at ${nextEndAt}`;
  if (count === 0) return { title: "Held payouts", owner: "Nobody", why: "Nothing is held." };
  if (forPerson === 0)
    return {
      title: timed === 1 ? "Held until a cool-off ends" : "Held until their cool-offs end",
      owner: "Ends by itself",
      why:
        timed === 1
          ? `Its beneficiary is new; the cool-off ends by itself${ends}, then it waits for its signatures.`
          : `Their beneficiaries are new; the first cool-off ends by itself${ends}, then each waits for its signatures.`,
    };
  const rest =
    timed === 0 ? "" : timed === 1 ? ` One more waits for a cool-off, which ends by itself${ends}.` : ` ${timed} more wait for cool-offs; the first ends by itself${ends}.`;
  return {
    title: mine ? "Held, for you to look at" : "Held payouts",
    owner: mine ? "You" : releaser,
    why: `${forPerson === 1 ? "One is" : `${forPerson} are`} held by risk rules until somebody releases or rejects ${forPerson === 1 ? "it" : "them"}.${rest}`,
  };
}

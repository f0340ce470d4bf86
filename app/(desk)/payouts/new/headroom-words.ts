import { formatPaise, paise } from "@/lib/money";
import type { Headroom } from "@/lib/payouts/contract";

type Figures = Pick<Headroom, "afterPaise" | "reservePaise">;

/** Whether what is left is less than the account must keep. */
export function underReserve({ afterPaise, reservePaise }: Figures): boolean {
  return BigInt(afterPaise) < BigInt(reservePaise);
}

/** What a request leaves of what the account has free, and of the reserve it must keep. */
export function leavesWords(figures: Figures): string {
  const after = paise(BigInt(figures.afterPaise));
  const reserve = paise(BigInt(figures.reservePaise));
  if (!underReserve(figures)) return `It leaves ${formatPaise(after)}, of which ${formatPaise(reserve)} must stay.`;
  return `It would leave ${formatPaise(after)}, ${formatPaise(paise(reserve - after))} under the reserve of ${formatPaise(reserve)}.`;
}

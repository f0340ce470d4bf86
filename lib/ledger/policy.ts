import type { Decision } from "@/lib/errors";
import { formatPaise, paise, subtractPaise, zeroPaise, type Paise } from "@/lib/money";
import { dayMs, hourMs, istDay, plusMs, startOfIstDay } from "@/lib/time";

const microsPerRupee = 1_000_000n;

/** The smallest amount the gateway pays out. */
const payoutMinPaise = paise(100n);

/** The reserve in paise: US cents times rupees per dollar, rounded up to the next paisa in the payee's disfavour. */
export function reserveOf(usdCents: number, rateMicros: bigint): Paise {
  return paise((BigInt(usdCents) * rateMicros + microsPerRupee - 1n) / microsPerRupee);
}

/** "83.123400": rupees per US dollar. */
export function rateText(rateMicros: bigint): string {
  return `${rateMicros / microsPerRupee}.${(rateMicros % microsPerRupee).toString().padStart(6, "0")}`;
}

/** "USD 100.00". */
export function usdText(usdCents: number): string {
  return `USD ${Math.floor(usdCents / 100)}.${String(usdCents % 100).padStart(2, "0")}`;
}

export const rateGraceMs = 96 * hourMs;

/** The oldest instant a rate may be from: the start of the second bank business day before today, and at least 96 h back. */
export function oldestFreshRate(now: Date, holidays: ReadonlySet<string>): Date {
  let day = startOfIstDay(istDay(now));
  for (let left = 2; left > 0;) {
    day = plusMs(day, -dayMs);
    const weekday = plusMs(day, 12 * hourMs).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && !holidays.has(istDay(day))) left -= 1;
  }
  const grace = plusMs(now, -rateGraceMs);
  return day < grace ? day : grace;
}

export type Arithmetic = { balancePaise: Paise; heldPaise: Paise; reservePaise: Paise };

/** What an account could still pay out: balance − held − reserve; negative when it is short. */
export function headroomOf(facts: Arithmetic): Paise {
  return subtractPaise(subtractPaise(facts.balancePaise, facts.heldPaise), facts.reservePaise);
}

/** Whether a new payout leaves the reserve whole. The database's conditional update decides; this explains it on both sides. */
export function canHold(facts: Arithmetic & { amountPaise: Paise }): Decision {
  const headroom = headroomOf(facts);
  if (facts.amountPaise <= headroom) return { allowed: true };
  const available = subtractPaise(facts.balancePaise, facts.heldPaise);
  const after = subtractPaise(available, facts.amountPaise);
  const sentence =
    `Insufficient after reserve: balance ${formatPaise(facts.balancePaise)} − held ${formatPaise(facts.heldPaise)} = available ${formatPaise(available)}; ` +
    `less ${formatPaise(facts.amountPaise)} leaves ${formatPaise(after)}, which is ${formatPaise(subtractPaise(facts.reservePaise, after))} under the reserve of ${formatPaise(facts.reservePaise)}.`;
  const wayOut =
    headroom >= payoutMinPaise
      ? `Ask for at most ${formatPaise(headroom)}, or wait until more money is available.`
      : "Wait until more money is available or another payout's hold is released.";
  return { allowed: false, reasons: [{ code: "reserve_short", sentence, wayOut }] };
}

/** Whether an account whose hold is already inside `held` still keeps its reserve. The amount is not subtracted again. */
export function keepsReserve(facts: Arithmetic): Decision {
  const headroom = headroomOf(facts);
  if (headroom >= 0n) return { allowed: true };
  const available = subtractPaise(facts.balancePaise, facts.heldPaise);
  const sentence =
    `The account is below its reserve: balance ${formatPaise(facts.balancePaise)} − held ${formatPaise(facts.heldPaise)} (this payout included) leaves ${formatPaise(available)}, ` +
    `which is ${formatPaise(subtractPaise(zeroPaise, headroom))} under the reserve of ${formatPaise(facts.reservePaise)} at today's rate.`;
  return { allowed: false, reasons: [{ code: "reserve_short", sentence, wayOut: "Wait until more money is available, or reject or withdraw a payout of this account." }] };
}

/** Why an account's payouts are off, in a sentence. */
export function disabledSentence(reason: "below_reserve" | null): string | null {
  return reason === null
    ? null
    : "Payouts of this account stopped because something outside this desk took it below its reserve. They resume by themselves when it is above the reserve again.";
}

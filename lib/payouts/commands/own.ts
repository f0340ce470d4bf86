// Who tries to decide what they had a part in is refused, and the security admins hear of it.
import type { Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { raiseQuietly } from "@/lib/monitoring";

const ownCodes = new Set(["own_payout", "own_edit", "own_beneficiary"]);

/** Runs a decision about a payout; one refused because the person had a part in it is told as a security event, after its rollback. */
export async function tellingOwn<T>(ctx: Ctx, payoutId: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const own = error instanceof AppError ? error.reasons.find((reason) => ownCodes.has(reason.code)) : undefined;
    if (own !== undefined) await raiseQuietly(ctx, { event: "payout.own_decision", fields: { payoutId, reason: own.code } }, `${payoutId} ${own.code}`);
    throw error;
  }
}

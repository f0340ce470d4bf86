import { secondMs } from "@/lib/time";
import type { PayoutPanel } from "@/lib/payouts/contract";
import { isMoving } from "./payout-looks.ts";

/** How often an open payout is read again: quickly while it moves by itself. */
export function payoutPace(panel: PayoutPanel | undefined): number {
  return panel !== undefined && isMoving(panel.payout) ? 2 * secondMs : 15 * secondMs;
}

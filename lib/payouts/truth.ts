// What the gateway's record of a transfer means for our payout: pure, and only ever forward.
import type { GatewayTransfer } from "@/lib/cashfree/contract";
import type { PayoutRail } from "./contract.ts";
import type { PayoutStatus } from "./state.ts";
import { sameDigest } from "./statement.ts";

export type TruthMove =
  | { kind: "none" }
  | { kind: "in_flight" }
  | { kind: "succeeded"; confirmed: boolean }
  /** Already succeeded; the credit is now confirmed. */
  | { kind: "confirmed" }
  | { kind: "failed"; code: string }
  | { kind: "reversed"; wasPaid: boolean; code: string }
  /** The gateway contradicts what it said before: a person must look. */
  | { kind: "contradiction" };

type Told = Pick<GatewayTransfer, "status" | "statusRaw" | "statusCode">;

/** The one next step from where the payout stands. Any order and repetition of a transfer's states ends in the same place. */
export function readTruth(at: { status: PayoutStatus; creditConfirmed: boolean; gatewayCode?: string | null }, told: Told): TruthMove {
  const open = at.status === "submitting" || at.status === "in_flight";
  // We gave the money back because the gateway had said no: a later yes is for a person.
  if (at.status === "failed" && told.status === "SUCCESS") return { kind: "contradiction" };
  if (wasLetGo(at) && !["FAILED", "REJECTED", "MANUALLY_REJECTED", "REVERSED"].includes(told.status)) return { kind: "contradiction" };
  if (!open && at.status !== "succeeded") return { kind: "none" };
  const code = told.statusCode ?? told.statusRaw;
  switch (told.status) {
    case "SUCCESS": {
      const confirmed = told.statusCode === "COMPLETED";
      if (open) return { kind: "succeeded", confirmed };
      return confirmed && !at.creditConfirmed ? { kind: "confirmed" } : { kind: "none" };
    }
    case "REVERSED":
      return { kind: "reversed", wasPaid: !open, code };
    case "FAILED":
    case "REJECTED":
    case "MANUALLY_REJECTED":
      return open ? { kind: "failed", code } : { kind: "contradiction" };
    // An unknown word is never success and never failure: it is still moving.
    case "RECEIVED":
    case "QUEUED":
    case "VALIDATION_PENDING":
    case "APPROVAL_PENDING":
    case "PENDING":
    case "UNRECOGNISED":
    default:
      return at.status === "submitting" ? { kind: "in_flight" } : { kind: "none" };
  }
}

/** The gateway code of a payout that two people gave up, because the gateway did not know it. */
export const givenUpCode = "given_up";

/** Its money was freed because nothing had reached the gateway: there must be no living transfer. */
function wasLetGo(at: { status: PayoutStatus; gatewayCode?: string | null }): boolean {
  return at.status === "cancelled" || at.status === "expired" || (at.status === "failed" && at.gatewayCode === givenUpCode);
}

type Ours = { id: string; amountPaise: bigint; currency: string; beneficiaryId: string; last4: string; ifsc: string | null; rail: PayoutRail; destinationHash: Uint8Array };

/** Answers name the rail coarsely: BANK stands for every bank rail. */
const coarseModes: Record<string, readonly PayoutRail[]> = { bank: ["imps", "neft"], banktransfer: ["imps", "neft"], imps: ["imps"], neft: ["neft"], rtgs: [], upi: ["upi"] };

/** In what the gateway's transfer differs from what we asked for; empty when it is ours. `vpaHashes` are the keyed hashes of the VPA it shows. */
export function differences(ours: Ours, theirs: GatewayTransfer, vpaHashes: readonly Uint8Array[] | null = null): string[] {
  const found: string[] = [];
  if (theirs.transferId !== ours.id) found.push("transfer id");
  if (theirs.amountPaise !== ours.amountPaise) found.push("amount");
  if (theirs.currency !== ours.currency) found.push("currency");
  if (theirs.beneficiaryId !== null && theirs.beneficiaryId !== ours.beneficiaryId) found.push("beneficiary");
  if (ours.ifsc !== null && theirs.ifsc !== null && theirs.ifsc !== ours.ifsc) found.push("IFSC");
  const account = theirs.accountNumber?.reveal() ?? null;
  if (ours.ifsc !== null && (account === null ? theirs.vpa !== null : !account.endsWith(ours.last4))) found.push("account number");
  if (ours.ifsc === null && (theirs.vpa === null ? account !== null : vpaHashes !== null && !vpaHashes.some((hash) => sameDigest(hash, ours.destinationHash)))) found.push("VPA");
  // A word nobody knows says nothing about the rail.
  const rails = theirs.mode === null ? undefined : coarseModes[theirs.mode.toLowerCase()];
  if (rails !== undefined && !rails.includes(ours.rail)) found.push("rail");
  return found;
}

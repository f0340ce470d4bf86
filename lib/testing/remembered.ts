import { paise } from "@/lib/money";

/** The columns of a settled payout as history left it, but for whose it is: no command may begin one there. */
export function settledPayout(at: Date) {
  return {
    beneficiaryVersion: 1,
    beneficiaryCreatedBy: "usr_x",
    payee: "A",
    amountPaise: paise(10_000_000n),
    rail: "imps",
    purpose: "earlier",
    status: "succeeded",
    creditConfirmed: true,
    policyVersion: 1,
    approvalsNeeded: 1,
    verdictId: "rv_x",
    digest: new Uint8Array(32),
    makerId: "usr_x",
    lastEditorId: "usr_x",
    createdAt: at,
    expiresAt: at,
    updatedAt: at,
  } as const;
}

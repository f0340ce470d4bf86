import type { Tx } from "@/lib/context";
import { paise, subtractPaise, zeroPaise, type Paise } from "@/lib/money";
import { postJournal } from "./posting.ts";

const minus = (value: Paise): Paise => subtractPaise(zeroPaise, value);

/** Opens a payee's books: its two ledger accounts and its row of cached figures. */
export async function openBalances(tx: Tx, accountId: string): Promise<void> {
  await tx.ask({ call: "open_books", given: { payee: accountId, opened: tx.ctx.now }, read: () => undefined });
}

/** Brings in money a payee already had with us elsewhere; once per account. */
export async function postOpening(tx: Tx, opening: { accountId: string; amountPaise: Paise; at: Date }): Promise<boolean> {
  return postJournal(tx, {
    kind: "opening",
    sourceKind: "account",
    sourceId: opening.accountId,
    at: opening.at,
    accountId: opening.accountId,
    lines: [
      { kind: "opening_equity", amountPaise: opening.amountPaise },
      { kind: "payee_available", amountPaise: minus(opening.amountPaise) },
    ],
  });
}

/** Brings in the float that lies at the gateway for payouts; once per `sourceId`. */
export async function postOpeningFloat(tx: Tx, opening: { sourceId: string; amountPaise: Paise; at: Date }): Promise<boolean> {
  return postJournal(tx, {
    kind: "opening",
    sourceKind: "house",
    sourceId: opening.sourceId,
    at: opening.at,
    accountId: null,
    lines: [
      { kind: "payout_float", amountPaise: opening.amountPaise },
      { kind: "opening_equity", amountPaise: minus(opening.amountPaise) },
    ],
  });
}

export type Capture = { paymentId: string; accountId: string | null; amountPaise: Paise; availableAtCapture: boolean; at: Date };

/**
 * Books a captured payment gross: to the payee's pending money (and on to available where the account's setting says so),
 * or to suspense when no row of ours says whose it is. False when it was booked before.
 */
export async function postCapture(tx: Tx, capture: Capture): Promise<boolean> {
  const { paymentId: sourceId, accountId, amountPaise, at } = capture;
  const posted = await postJournal(tx, {
    kind: accountId === null ? "capture_unmatched" : "capture",
    sourceKind: "payment",
    sourceId,
    at,
    accountId,
    lines: [
      { kind: "gateway_receivable", amountPaise },
      { kind: accountId === null ? "suspense" : "payee_pending", amountPaise: minus(amountPaise) },
    ],
  });
  if (posted && accountId !== null && capture.availableAtCapture) {
    await postJournal(tx, {
      kind: "availability",
      sourceKind: "payment",
      sourceId,
      at,
      accountId,
      lines: [
        { kind: "payee_pending", amountPaise },
        { kind: "payee_available", amountPaise: minus(amountPaise) },
      ],
    });
  }
  return posted;
}

export type PayoutPosting = { payoutId: string; accountId: string; amountPaise: Paise; feePaise: Paise; at: Date };

/**
 * Books money that left: out of the payee through the payout float, using up the payout's hold. The gateway's fee is ours.
 * A payout that succeeded after its hold was released still posts. False when it was booked before.
 */
export async function postPayoutSuccess(tx: Tx, payout: PayoutPosting): Promise<boolean> {
  return postJournal(tx, {
    kind: "payout",
    sourceKind: "payout",
    sourceId: payout.payoutId,
    at: payout.at,
    accountId: payout.accountId,
    closesHoldOf: payout.payoutId,
    lines: [
      { kind: "payee_available", amountPaise: payout.amountPaise },
      { kind: "fees", amountPaise: payout.feePaise },
      { kind: "payout_float", amountPaise: minus(paise(payout.amountPaise + payout.feePaise)) },
    ],
  });
}

/** Books a paid-out amount that came back, as an entry of its own; the fee stays spent. False when it was booked before. */
export async function postPayoutReversal(tx: Tx, payout: Omit<PayoutPosting, "feePaise">): Promise<boolean> {
  return postJournal(tx, {
    kind: "payout_reversal",
    sourceKind: "payout",
    sourceId: payout.payoutId,
    at: payout.at,
    accountId: payout.accountId,
    lines: [
      { kind: "payout_float", amountPaise: payout.amountPaise },
      { kind: "payee_available", amountPaise: minus(payout.amountPaise) },
    ],
  });
}

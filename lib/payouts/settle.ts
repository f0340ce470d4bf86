import { and, eq, inArray } from "drizzle-orm";
import { payoutAttempts } from "@/db/schema/payouts";
import { recordAudit } from "@/lib/audit";
import type { GatewayTransfer } from "@/lib/cashfree";
import type { Tx } from "@/lib/context";
import { conflict, unreachable } from "@/lib/errors";
import { postPayoutReversal, postPayoutSuccess, releaseHold } from "@/lib/ledger";
import { formatPaise, paise, type Paise } from "@/lib/money";
import { log } from "@/lib/monitoring";
import { recordEvidence } from "@/lib/transactions";
import { blindIndexes } from "@/lib/vault";
import { changePayout, indexPayout, type LoadedPayout, type PayoutRecord } from "./load.ts";
import { nextCheck, nextSample } from "./pace.ts";
import { differences, readTruth, type TruthMove } from "./truth.ts";

export type TruthOutcome = "moved" | "unchanged" | "mismatch";

/** Applies what the gateway's record says to a locked payout: forward only, money in the same `tx`. */
export async function settleFromTruth(tx: Tx, loaded: LoadedPayout, transfer: GatewayTransfer): Promise<TruthOutcome> {
  const { payout, beneficiary } = loaded;
  const vpa = transfer.vpa?.reveal() ?? null;
  // A VPA shown masked cannot be compared.
  const vpaHashes = vpa === null || vpa.includes("*") ? null : await blindIndexes("destination", vpa);
  const wrong = differences({ ...payout, last4: beneficiary.last4, ifsc: beneficiary.ifsc, destinationHash: beneficiary.destinationHash }, transfer, vpaHashes);
  if (wrong.length > 0)
    return alarm(tx, loaded, {
      code: "gateway_mismatch",
      sentence: `Cashfree's transfer under this id differs from ours in: ${wrong.join(", ")}. Nothing is believed until a person has looked.`,
    });
  const move = readTruth(payout, transfer);
  if (move.kind === "contradiction")
    return alarm(tx, loaded, {
      code: "gateway_contradiction",
      sentence: `Cashfree now says ${transfer.statusRaw} of a transfer that is ${payout.status} here. A person must look.`,
    });
  const news = factsOfTransfer(payout, transfer);
  if (move.kind === "none") {
    await changePayout(tx, payout, { ...news, checks: payout.checks + 1, nextCheckAt: nextOf(tx, payout, payout.checks + 1) });
    return "unchanged";
  }
  await apply(tx, loaded, { move, news, transfer });
  return "moved";
}

type News = Pick<PayoutRecord, "cfTransferId" | "utr" | "gatewayCode" | "unknownSince" | "stuck">;

function factsOfTransfer(payout: PayoutRecord, transfer: GatewayTransfer): News {
  return { cfTransferId: transfer.cfTransferId, utr: transfer.utr ?? payout.utr, gatewayCode: transfer.statusCode ?? transfer.statusRaw, unknownSince: null, stuck: null };
}

function nextOf(tx: Tx, payout: Pick<PayoutRecord, "status" | "settledAt" | "creditConfirmed">, checks: number): Date | null {
  if (payout.status === "succeeded" && payout.settledAt !== null) return nextSample(tx.ctx.now, { settledAt: payout.settledAt, confirmed: payout.creditConfirmed, checks });
  return payout.status === "submitting" || payout.status === "in_flight" ? nextCheck(tx.ctx.now, checks) : null;
}

type Step = { move: Exclude<TruthMove, { kind: "none" } | { kind: "contradiction" }>; news: News; transfer: GatewayTransfer };

async function apply(tx: Tx, loaded: LoadedPayout, { move, news, transfer }: Step): Promise<void> {
  const { payout } = loaded;
  const after = afterMove(tx, { ...payout, ...news, checks: 0 }, move);
  after.nextCheckAt = nextOf(tx, after, 0);
  const { status, creditConfirmed, settledAt, endReason, checks, nextCheckAt } = after;
  const reference = `payouts/${payout.id}`;
  const sentence = sentenceOf(move, transfer);
  const [moved] = await Promise.all([
    changePayout(tx, payout, { ...news, status, creditConfirmed, settledAt, endReason, checks, nextCheckAt }),
    tx.db
      .update(payoutAttempts)
      .set({ status: "accepted", answeredAt: tx.ctx.now, outcome: news.gatewayCode })
      .where(and(eq(payoutAttempts.payoutId, payout.id), inArray(payoutAttempts.status, ["prepared", "unknown"]))),
    moveMoney(tx, payout, { move, transfer }),
    indexPayout(tx, after),
    recordEvidence(tx, {
      kind: "payout",
      sourceId: payout.id,
      channel: "gateway",
      sentence,
      reference,
      detail: { cfTransferId: transfer.cfTransferId, code: news.gatewayCode ?? "", utr: news.utr ?? "" },
    }),
    recordAudit(tx, {
      verb: `payout.${move.kind}`,
      objectKind: "payout",
      objectId: payout.id,
      before: { status: payout.status },
      after: { status: after.status, code: news.gatewayCode, cfTransferId: transfer.cfTransferId },
    }),
  ]);
  if (!moved) throw conflict("payout_moved", "This payout moved at the same moment.");
  if (move.kind === "reversed" || move.kind === "failed") log.warn({ payoutId: payout.id, move: move.kind, gatewayCode: move.code }, "a payout did not stay paid");
}

function afterMove(tx: Tx, payout: PayoutRecord, move: Step["move"]): PayoutRecord {
  switch (move.kind) {
    case "in_flight":
      return { ...payout, status: "in_flight" };
    case "succeeded":
      return { ...payout, status: "succeeded", creditConfirmed: move.confirmed, settledAt: tx.ctx.now };
    case "confirmed":
      return { ...payout, creditConfirmed: true };
    case "failed":
      return { ...payout, status: "failed", endReason: `Cashfree: ${move.code}` };
    case "reversed":
      return { ...payout, status: "reversed", endReason: `Cashfree: ${move.code}` };
    default:
      return unreachable(move);
  }
}

async function moveMoney(tx: Tx, payout: PayoutRecord, { move, transfer }: Pick<Step, "move" | "transfer">): Promise<void> {
  const posting = { payoutId: payout.id, accountId: payout.accountId, amountPaise: payout.amountPaise, at: tx.ctx.now };
  if (move.kind === "succeeded") {
    // What the gateway charges is the house's cost; the payee is charged what the statement says.
    await postPayoutSuccess(tx, { ...posting, feePaise: chargeOf(transfer) });
    await posted(tx, payout, `Posted: the hold became money out.${chargeSentence(payout, transfer)}`);
  } else if (move.kind === "failed") {
    await releaseHold(tx, { payoutId: payout.id });
  } else if (move.kind === "reversed") {
    // What came back had gone out, with its fee, even when nobody saw it paid: the books end the same by either way.
    if (!move.wasPaid) await postPayoutSuccess(tx, { ...posting, feePaise: chargeOf(transfer) });
    await postPayoutReversal(tx, posting);
    await posted(tx, payout, `Posted: the money is back in the account by a new entry.${move.wasPaid ? "" : chargeSentence(payout, transfer)}`);
  }
}

function chargeOf(transfer: GatewayTransfer): Paise {
  return paise((transfer.chargePaise ?? 0n) + (transfer.taxPaise ?? 0n));
}

/** What the gateway took for itself, and that it is not the payee's to pay. */
function chargeSentence(payout: PayoutRecord, transfer: GatewayTransfer): string {
  const charge = chargeOf(transfer);
  if (charge === 0n) return "";
  const fee = payout.feePaise === 0n ? "the account pays no fee" : `the account pays a fee of ${formatPaise(payout.feePaise)}`;
  return ` Cashfree charged us ${formatPaise(charge)}; ${fee}.`;
}

async function posted(tx: Tx, payout: PayoutRecord, sentence: string): Promise<void> {
  await recordEvidence(tx, { kind: "payout", sourceId: payout.id, channel: "ledger", sentence, reference: `journals/payout/${payout.id}` });
}

function sentenceOf(move: Step["move"], transfer: GatewayTransfer): string {
  switch (move.kind) {
    case "in_flight":
      return `Cashfree has it (${transfer.statusCode ?? transfer.statusRaw}).`;
    case "succeeded":
      return move.confirmed ? "Paid; the bank confirmed the credit." : "Paid; the credit is not yet confirmed.";
    case "confirmed":
      return "The bank confirmed the credit.";
    case "failed":
      return `It failed (${move.code}); the money is free again.`;
    case "reversed":
      return move.wasPaid
        ? `It came back (${move.code}); the money is in the account again.`
        : `It came back before it was seen paid (${move.code}); the money is in the account again.`;
    default:
      return unreachable(move);
  }
}

/** Leaves the payout where it is, visibly: nobody knows what happened until a person has looked. */
export async function alarm(tx: Tx, loaded: LoadedPayout, stuck: { code: string; sentence: string }): Promise<"mismatch"> {
  const { payout } = loaded;
  const checks = payout.checks + 1;
  const open = payout.status === "submitting" || payout.status === "in_flight";
  const unknownSince = open ? (payout.unknownSince ?? tx.ctx.now) : payout.unknownSince;
  const change = { stuck, unknownSince, checks, nextCheckAt: nextOf(tx, payout, checks) };
  await changePayout(tx, payout, change);
  if (payout.stuck?.code === stuck.code) return "mismatch";
  log.error({ payoutId: payout.id, problem: stuck.code }, "a payout and the gateway disagree");
  await Promise.all([
    indexPayout(tx, { ...payout, ...change }),
    recordEvidence(tx, { kind: "payout", sourceId: payout.id, channel: "system", sentence: stuck.sentence, reference: `payouts/${payout.id}` }),
    recordAudit(tx, { verb: "payout.alarm", objectKind: "payout", objectId: payout.id, reason: stuck.code }),
  ]);
  return "mismatch";
}

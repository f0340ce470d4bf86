// The way out for a transfer that the gateway has not known for a day: two people, and the gateway asked afresh each time.
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { payoutAttempts, payoutResolutions } from "@/db/schema/payouts";
import { recordAudit } from "@/lib/audit";
import { payoutFreezeOf } from "@/lib/auth";
import type { PayoutFreeze } from "@/lib/auth/policy";
import { cashfree } from "@/lib/cashfree";
import { read, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { conflict, refuseUnless, type Decision } from "@/lib/errors";
import { enqueue } from "@/lib/jobs";
import { releaseHold } from "@/lib/ledger";
import { clockNow } from "@/lib/time";
import { recordEvidence } from "@/lib/transactions";
import type { DecideUnknownInput, PayoutOutcome } from "../contract.ts";
import { changePayout, deciderOf, factsOf, indexPayout, listAttempts, loadPayout, lockPayout, requirePerson, toOutcome, type LoadedPayout } from "../load.ts";
import { tellingOwn } from "./own.ts";
import { agreementsNeeded, mayDecideUnknown } from "../policy.ts";
import { givenUpCode } from "../truth.ts";
import { listVotes } from "../votes.ts";

export type Resolution = typeof payoutResolutions.$inferSelect;

/** Who agreed to what about a payout's tries, oldest first. */
export async function listResolutions(tx: Tx | null, payoutId: string): Promise<Resolution[]> {
  const query = (db: Pick<Tx["db"], "select">) =>
    db
      .select()
      .from(payoutResolutions)
      // Who may not decide payouts any more agreed to nothing, until they may again.
      .where(and(eq(payoutResolutions.payoutId, payoutId), sql`signer_gone(${payoutResolutions.personId}, ${(tx?.ctx.now ?? clockNow()).toISOString()}::timestamptz) is null`))
      .orderBy(asc(payoutResolutions.at));
  return tx === null ? read(query) : query(tx.db);
}

/** Agrees to send an unknown payout again under its own id, or to give it up; the second person's word carries it out. */
export async function decideUnknown(ctx: Ctx, payoutId: string, input: DecideUnknownInput): Promise<PayoutOutcome> {
  const person = requirePerson(ctx, "payouts.approve");
  const [seen, votes, attempts, agreed, freeze] = await Promise.all([
    loadPayout(payoutId),
    listVotes(null, payoutId),
    listAttempts(null, payoutId),
    listResolutions(null, payoutId),
    payoutFreezeOf(null, person.userId, ctx.now),
  ]);
  await tellingOwn(ctx, payoutId, async () => refuse(decisionOf(ctx, input, { loaded: seen, votes, attempts, agreed, freeze })));
  const result = await cashfree().getTransfer(payoutId);
  // Known after all, so there is nothing to decide; what it says is read and carried out by the worker alone.
  if (result.kind === "answer") {
    await withTransaction({ ...ctx, now: clockNow() }, (tx) => enqueue(tx, { name: "payout.check", key: payoutId, payload: { payoutId } }));
    throw conflict("gateway_knows", "Cashfree knows this transfer after all, so there is nothing to decide. The desk is reading what became of it; look again in a moment.");
  }
  return withTransaction({ ...ctx, now: clockNow() }, async (tx) => {
    const loaded = await lockPayout(tx, payoutId);
    if (result.kind !== "not_found") throw conflict("gateway_unsure", "Cashfree could not say just now whether it knows this transfer. Try again in a moment.");
    const [signed, tries, before, frozen] = await Promise.all([
      listVotes(tx, payoutId),
      listAttempts(tx, payoutId),
      listResolutions(tx, payoutId),
      payoutFreezeOf(tx, person.userId, tx.ctx.now),
    ]);
    refuse(decisionOf(tx.ctx, input, { loaded, votes: signed, attempts: tries, agreed: before, freeze: frozen }));
    return agree(tx, loaded, { input, personId: person.userId, gatewayCode: result.code, number: tries.length, agreedBy: sameChoice(before, tries.length, input.choice) });
  });
}

type Known = {
  loaded: LoadedPayout;
  votes: Parameters<typeof factsOf>[1];
  attempts: NonNullable<Parameters<typeof factsOf>[2]>;
  agreed: readonly Resolution[];
  freeze: PayoutFreeze | null;
};

function sameChoice(agreed: readonly Resolution[], number: number, choice: Resolution["choice"]): string[] {
  return agreed.filter((one) => one.attemptNumber === number && one.choice === choice).map((one) => one.personId);
}

/** Whether this person may agree to `choice` now. Also what the panel shows. */
export function decisionOf(ctx: Ctx, { choice }: Pick<DecideUnknownInput, "choice">, known: Known): Decision {
  const agreedBy = sameChoice(known.agreed, known.attempts.length, choice);
  return mayDecideUnknown(deciderOf(ctx), factsOf(known.loaded, known.votes, known.attempts), { now: ctx.now, choice, agreedBy, freeze: known.freeze });
}

function refuse(decision: Decision): void {
  const never = !decision.allowed && decision.reasons.some((reason) => reason.code === "own_payout" || reason.code === "sole_signer" || reason.code === "not_a_person");
  refuseUnless(decision, never ? "forbidden" : "conflict", "unknown_refused");
}

type Agreement = { input: DecideUnknownInput; personId: string; gatewayCode: string; number: number; agreedBy: readonly string[] };

async function agree(tx: Tx, loaded: LoadedPayout, agreement: Agreement): Promise<PayoutOutcome> {
  const { payout } = loaded;
  const { input, personId, gatewayCode, number, agreedBy } = agreement;
  const agreed = new Set([...agreedBy, personId]).size;
  const what = input.choice === "give_up" ? "give it up and free the money" : "send it again under the same id";
  if (!agreedBy.includes(personId))
    await tx.db.insert(payoutResolutions).values({ payoutId: payout.id, attemptNumber: number, choice: input.choice, personId, reason: input.reason, gatewayCode, at: tx.ctx.now });
  await Promise.all([
    recordEvidence(tx, {
      kind: "payout",
      sourceId: payout.id,
      channel: "decision",
      sentence: `Agreed (${agreed} of ${agreementsNeeded}) to ${what}, because Cashfree does not know it (${gatewayCode}): ${input.reason}`,
      reference: `payout_resolutions/${payout.id}`,
      detail: { choice: input.choice, gatewayCode },
    }),
    recordAudit(tx, {
      verb: `payout.${input.choice}_agreed`,
      objectKind: "payout",
      objectId: payout.id,
      reason: input.reason,
      after: { agreed, attempt: number, gatewayCode },
    }),
  ]);
  if (agreed < agreementsNeeded) return toOutcome(payout);
  await tx.db
    .update(payoutAttempts)
    .set({ status: "absent", answeredAt: tx.ctx.now, outcome: gatewayCode })
    .where(and(eq(payoutAttempts.payoutId, payout.id), eq(payoutAttempts.number, number), inArray(payoutAttempts.status, ["prepared", "unknown"])));
  return input.choice === "give_up" ? giveUp(tx, loaded, input.reason) : sendAgain(tx, loaded, input.reason);
}

async function sendAgain(tx: Tx, loaded: LoadedPayout, reason: string): Promise<PayoutOutcome> {
  const { payout } = loaded;
  const change = { unknownSince: null, checks: 0, nextCheckAt: tx.ctx.now, stuck: { code: "send_again", sentence: "Two people agreed to send it again under the same id." } };
  const [moved] = await Promise.all([
    changePayout(tx, payout, change),
    indexPayout(tx, { ...payout, ...change }),
    recordAudit(tx, { verb: "payout.send_again", objectKind: "payout", objectId: payout.id, reason }),
    enqueue(tx, { name: "payout.check", key: payout.id, payload: { payoutId: payout.id } }),
  ]);
  return movedOr(moved, { ...payout, ...change });
}

async function giveUp(tx: Tx, loaded: LoadedPayout, reason: string): Promise<PayoutOutcome> {
  const { payout } = loaded;
  const endReason = `Two people gave it up, because Cashfree had not known it for a day: ${reason}`;
  const change = { status: "failed" as const, endReason, gatewayCode: givenUpCode, unknownSince: null, stuck: null, nextCheckAt: null };
  const [moved, released] = await Promise.all([
    changePayout(tx, payout, change),
    releaseHold(tx, { payoutId: payout.id }),
    indexPayout(tx, { ...payout, ...change }),
    recordEvidence(tx, { kind: "payout", sourceId: payout.id, channel: "system", sentence: "Given up by two people; the money is free again.", reference: `payouts/${payout.id}` }),
    recordAudit(tx, { verb: "payout.give_up", objectKind: "payout", objectId: payout.id, reason, before: { status: payout.status }, after: { status: "failed" } }),
  ]);
  if (!released) throw conflict("hold_missing", "No money is set aside for this payout any more.");
  return movedOr(moved, { ...payout, ...change });
}

function movedOr(moved: boolean, after: Parameters<typeof toOutcome>[0]): PayoutOutcome {
  if (!moved) throw conflict("payout_moved", "Somebody else decided this payout at the same moment. Look again.");
  return toOutcome(after);
}

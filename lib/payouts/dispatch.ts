// The one way to the gateway: every nudge, sweep and retry ends here, and the row decides what happens.
import { and, eq, inArray } from "drizzle-orm";
import { payoutAttempts } from "@/db/schema/payouts";
import { provenActs, recordAudit, type ProvenAct } from "@/lib/audit";
import { config } from "@/lib/config";
import { withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { enqueue } from "@/lib/jobs";
import { recheckReserve, releaseHold } from "@/lib/ledger";
import { log } from "@/lib/monitoring";
import { isStopped } from "@/lib/settings";
import { clockNow, plusMs, secondMs, toIst } from "@/lib/time";
import { recordEvidence } from "@/lib/transactions";
import { changePayout, factsOf, indexPayout, listAttempts, lockPayout, reachedNobody, statementOf, type AttemptRecord, type LoadedPayout } from "./load.ts";
import { callMs, nextCheck, stuckPauseMs } from "./pace.ts";
import { targetReasons } from "./policy.ts";
import { reachGateway, requestHash, type Answer, type Order } from "./reach.ts";
import { payoutVerbs, unprovenOf, type Obstacle } from "./proof.ts";
import { settleFromTruth } from "./settle.ts";
import { withdrawGone } from "./commands/withdraw.ts";
import { countedVotes, listVotes, type Vote } from "./votes.ts";

/** Sends an approved payout, or sends it again under the same id when the gateway surely did nothing. Safe to call at any time, any number of times. */
export async function dispatchPayout(ctx: Ctx, payoutId: string): Promise<void> {
  const order = await prepare({ ...ctx, now: clockNow() }, payoutId);
  if (order === null) return;
  const answer = await reachGateway(ctx, order);
  const record = () => recordAnswer({ ...ctx, now: clockNow() }, order, answer);
  // What is known now is dear: a connection that died is no reason to forget it. A second failure leaves it to be asked.
  await record().catch((error: unknown) => {
    log.warn({ payoutId, error }, "the gateway's answer could not be recorded at once");
    return record();
  });
}

/** Only an approved payout, or one of which every try surely reached nobody, may be sent. */
function maySend(loaded: LoadedPayout, attempts: readonly AttemptRecord[]): boolean {
  if (loaded.payout.status === "approved") return attempts.length === 0;
  return loaded.payout.status === "submitting" && reachedNobody(attempts);
}

async function prepare(ctx: Ctx, payoutId: string): Promise<Order | null> {
  return withTransaction(ctx, async (tx) => {
    const [loaded, votes, attempts, stopped, acts] = await Promise.all([
      lockPayout(tx, payoutId),
      listVotes(tx, payoutId),
      listAttempts(tx, payoutId),
      isStopped(tx),
      provenActs(tx, { verbs: payoutVerbs, objectKind: "payout", objectId: payoutId }),
    ]);
    if (!maySend(loaded, attempts)) return null;
    const origin = await provenActs(tx, { verbs: ["beneficiary.create", "beneficiary.replace"], objectKind: "beneficiary", objectId: loaded.payout.beneficiaryId });
    const obstacle = unprovenOf(loaded, acts, { origin, now: tx.ctx.now }) ?? obstacleOf(loaded, votes, { stopped, now: tx.ctx.now, acts }) ?? (await reserveObstacle(tx, loaded));
    if (obstacle?.code === "signer_gone" && (await withdrawGone(tx, loaded, votes))) return null;
    if (obstacle !== null) {
      await postpone(tx, loaded, obstacle);
      return null;
    }
    return begin(tx, loaded, attempts);
  });
}

/** What approval established must still be so: the same words, enough signatures over them, by people who may sign. */
function obstacleOf(loaded: LoadedPayout, votes: readonly Vote[], at: { stopped: boolean; now: Date; acts: readonly ProvenAct[] }): Obstacle | null {
  const { payout } = loaded;
  const statement = statementOf(loaded);
  if (!statement.unchanged) return { code: "statement_changed", sentence: "What this payout says is no longer what was signed, so it is not sent. A person must look." };
  const facts = factsOf(loaded, votes);
  const barred = new Set([facts.makerId, facts.lastEditorId, ...facts.clientMakers, ...facts.destinationBy]);
  const valid = countedVotes(votes, statement.digest).filter((vote) => !barred.has(vote.approverId));
  // Whoever has the database alone can write a vote, but not the row of the trail that goes with it: its MAC needs a key kept elsewhere.
  if (!valid.every((vote) => at.acts.some(({ actorId, after }) => actorId === vote.approverId && after["approvalId"] === vote.id && after["digest"] === statement.digestHex)))
    return { code: "signature_unproven", sentence: "A signature under it is not in the audit trail as this program writes it, so it is not sent. A person must look at once." };
  const signers = new Set(valid.filter((vote) => vote.gone === null).map((vote) => vote.approverId));
  if (signers.size < payout.approvalsNeeded && valid.some((vote) => vote.gone !== null))
    return { code: "signer_gone", sentence: "Someone who signed it may not sign any more, so it is not sent. Its maker can withdraw it and ask anew." };
  if (signers.size < payout.approvalsNeeded) return { code: "signatures_missing", sentence: "It does not carry enough valid signatures, so it is not sent. A person must look." };
  const [gone] = targetReasons(facts);
  if (gone !== undefined) return { code: gone.code, sentence: `${gone.sentence} It is not sent; its maker can withdraw it.` };
  if (payout.expiresAt <= at.now) return { code: "expired", sentence: `It expired at ${toIst(payout.expiresAt)}, so it is not sent; its money is free again in a moment.` };
  if (at.stopped) return { code: "stopped", sentence: "All payouts are stopped. It goes by itself when they are restarted." };
  return null;
}

const reserveKinds = new Set(["reserve_short", "rate_stale", "rate_missing", "payouts_disabled", "hold_missing", "balance_changed"]);

async function reserveObstacle(tx: Tx, { payout }: LoadedPayout): Promise<Obstacle | null> {
  try {
    await recheckReserve(tx, { accountId: payout.accountId, payoutId: payout.id, stage: "dispatch" });
    return null;
  } catch (error) {
    if (error instanceof AppError && reserveKinds.has(error.kind)) return { code: error.kind, sentence: error.message };
    throw error;
  }
}

const alarming = new Set(["statement_changed", "signature_unproven", "request_unproven", "release_unproven", "beneficiary_unproven", "signatures_missing", "hold_missing"]);

async function postpone(tx: Tx, loaded: LoadedPayout, obstacle: Obstacle): Promise<void> {
  const { payout } = loaded;
  const news = payout.stuck?.code !== obstacle.code;
  await Promise.all([
    changePayout(tx, payout, { stuck: obstacle, nextCheckAt: plusMs(tx.ctx.now, stuckPauseMs) }),
    news
      ? recordEvidence(tx, { kind: "payout", sourceId: payout.id, channel: "system", sentence: `Not sent: ${obstacle.sentence}`, reference: `payouts/${payout.id}` })
      : undefined,
    news ? recordAudit(tx, { verb: "payout.dispatch", objectKind: "payout", objectId: payout.id, reason: obstacle.code, outcome: "denied" }) : undefined,
  ]);
  if (news) log[alarming.has(obstacle.code) ? "error" : "warn"]({ payoutId: payout.id, obstacle: obstacle.code }, "an approved payout was not sent");
}

async function begin(tx: Tx, loaded: LoadedPayout, attempts: readonly AttemptRecord[]): Promise<Order> {
  const { payout } = loaded;
  const attemptId = newId("attempt");
  const number = attempts.length + 1;
  const order: Order = {
    payoutId: payout.id,
    attemptId,
    accountId: payout.accountId,
    beneficiaryId: payout.beneficiaryId,
    beneficiaryVersion: payout.beneficiaryVersion,
    destinationHash: loaded.beneficiary.destinationHash,
    registered: loaded.beneficiary.gatewayStatus === "registered",
    amountPaise: payout.amountPaise,
    rail: payout.rail,
    purpose: payout.purpose,
  };
  const after = { ...payout, status: "submitting" as const };
  // If this process dies now, the sweep asks about it once the call could have ended.
  const askAt = plusMs(tx.ctx.now, callMs(config().cashfree.timeoutMs));
  const [moved] = await Promise.all([
    changePayout(tx, payout, { status: "submitting", stuck: null, checks: 0, nextCheckAt: askAt }),
    tx.db.insert(payoutAttempts).values({ id: attemptId, payoutId: payout.id, number, status: "prepared", requestHash: requestHash(order), preparedAt: tx.ctx.now }),
    indexPayout(tx, after),
    recordEvidence(tx, {
      kind: "payout",
      sourceId: payout.id,
      channel: "gateway",
      sentence: number === 1 ? "Sending it to Cashfree." : `Sending it to Cashfree again under the same id (try ${number}); nothing had reached it before.`,
      reference: `payout_attempts/${attemptId}`,
    }),
    recordAudit(tx, {
      verb: "payout.dispatch",
      objectKind: "payout",
      objectId: payout.id,
      before: { status: payout.status },
      after: { status: "submitting", attempt: number, digest: Buffer.from(payout.digest).toString("hex") },
    }),
  ]);
  if (!moved) throw conflict("payout_moved", "This payout moved at the same moment.");
  return order;
}

async function recordAnswer(ctx: Ctx, order: Order, answer: Answer): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const loaded = await lockPayout(tx, order.payoutId);
    const noted = await noteAttempt(tx, order, answer);
    if (answer.kind === "accepted") {
      await settleFromTruth(tx, loaded, answer.transfer);
      return;
    }
    // A webhook or the sweep may have learnt the truth while we waited; it knows more than this answer.
    if (loaded.payout.status !== "submitting") return;
    if (answer.kind === "refused") await failRefused(tx, loaded, answer);
    // A try that was meanwhile given up as unknown stays so: people or the gateway's word end it.
    else if (!noted) return;
    else if (answer.kind === "not_sent") await waitToResend(tx, loaded, { answer, order });
    else await waitToAsk(tx, loaded, { answer, order });
  });
}

async function noteAttempt(tx: Tx, order: Order, answer: Answer): Promise<boolean> {
  const outcome = answer.kind === "accepted" ? (answer.transfer.statusCode ?? answer.transfer.statusRaw) : answer.code;
  const requestId = answer.kind === "accepted" ? answer.requestId : null;
  // A late but certain word about a try already counted as unknown is still the truth about it.
  const open = answer.kind === "accepted" || answer.kind === "refused" ? (["prepared", "unknown"] as const) : (["prepared"] as const);
  const noted = await tx.db
    .update(payoutAttempts)
    .set({ status: answer.kind, answeredAt: tx.ctx.now, outcome, requestId })
    .where(and(eq(payoutAttempts.id, order.attemptId), inArray(payoutAttempts.status, [...open])))
    .returning({ id: payoutAttempts.id });
  return noted.length > 0;
}

async function failRefused(tx: Tx, loaded: LoadedPayout, answer: { code: string; sentence: string }): Promise<void> {
  const { payout } = loaded;
  const change = { status: "failed" as const, endReason: answer.sentence, gatewayCode: answer.code, nextCheckAt: null, unknownSince: null, stuck: null };
  await Promise.all([
    changePayout(tx, payout, change),
    releaseHold(tx, { payoutId: payout.id }),
    indexPayout(tx, { ...payout, ...change }),
    recordEvidence(tx, { kind: "payout", sourceId: payout.id, channel: "gateway", sentence: `${answer.sentence} The money is free again.`, reference: `payouts/${payout.id}` }),
    recordAudit(tx, { verb: "payout.failed", objectKind: "payout", objectId: payout.id, before: { status: payout.status }, after: { status: "failed", code: answer.code } }),
  ]);
}

type NotSent = { answer: Extract<Answer, { kind: "not_sent" }>; order: Order };

async function waitToResend(tx: Tx, loaded: LoadedPayout, { answer, order }: NotSent): Promise<void> {
  const { payout } = loaded;
  const checks = payout.checks + 1;
  const paced = nextCheck(tx.ctx.now, checks);
  const asked = plusMs(tx.ctx.now, (answer.retryAfterSeconds ?? 0) * secondMs);
  const nextCheckAt = asked > paced ? asked : paced;
  await Promise.all([
    changePayout(tx, payout, { checks, nextCheckAt, stuck: { code: answer.code, sentence: answer.sentence } }),
    recordEvidence(tx, {
      kind: "payout",
      sourceId: payout.id,
      channel: "gateway",
      sentence: answer.sentence,
      reference: `payout_attempts/${order.attemptId}`,
      detail: { outcome: answer.code },
    }),
    recordAudit(tx, { verb: "payout.not_sent", objectKind: "payout", objectId: payout.id, reason: answer.code, outcome: "failed" }),
    enqueue(tx, { name: "payout.check", key: payout.id, payload: { payoutId: payout.id }, runAt: nextCheckAt }),
  ]);
}

async function waitToAsk(tx: Tx, loaded: LoadedPayout, { answer, order }: { answer: { code: string }; order: Order }): Promise<void> {
  const { payout } = loaded;
  const sentence = `Cashfree gave no certain answer (${answer.code}). It is asked by the payout's id; nothing is sent again.`;
  const change = { unknownSince: payout.unknownSince ?? tx.ctx.now, checks: 0, nextCheckAt: nextCheck(tx.ctx.now, 0), stuck: { code: "unknown", sentence } };
  await Promise.all([
    changePayout(tx, payout, change),
    indexPayout(tx, { ...payout, ...change }),
    recordEvidence(tx, { kind: "payout", sourceId: payout.id, channel: "gateway", sentence, reference: `payout_attempts/${order.attemptId}`, detail: { outcome: answer.code } }),
    recordAudit(tx, { verb: "payout.unknown", objectKind: "payout", objectId: payout.id, reason: answer.code, outcome: "failed" }),
    enqueue(tx, { name: "payout.check", key: payout.id, payload: { payoutId: payout.id }, runAt: change.nextCheckAt }),
  ]);
}

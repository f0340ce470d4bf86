import { countPeopleWith, payoutFreezeOf } from "@/lib/auth";
import type { PayoutFreeze } from "@/lib/auth/policy";
import { namesForSigner } from "@/lib/beneficiaries";
import { actorNames } from "@/lib/clients";
import type { Ctx } from "@/lib/context";
import type { Decision } from "@/lib/errors";
import { signerGone } from "@/lib/http/act-words";
import { getBalance, type Balance } from "@/lib/ledger";
import { formatPaise, paise, subtractPaise, type Paise } from "@/lib/money";
import { getVerdict } from "@/lib/risk";
import { findOpenStop } from "@/lib/settings";
import { clockNow, toIst } from "@/lib/time";
import { getTransaction } from "@/lib/transactions";
import type { Headroom, PayoutAct, PayoutPanel, SignatureLine } from "./contract.ts";
import { deciderOf, factsOf, listAttempts, loadPayout, sourceOf, statementOf, type AttemptRecord, type LoadedPayout } from "./load.ts";
import { decisionOf, listResolutions, type Resolution } from "./commands/unknown.ts";
import { mayApprove, mayCancel, mayReject, mayRelease, waitsForWord } from "./policy.ts";
import { toPayoutRow } from "./queries.ts";
import { isFinal, type PayoutStatus } from "./state.ts";
import { toFacts } from "./statement.ts";
import { countedVotes, listVotes, type Vote } from "./votes.ts";

/** Everything the decision panel shows of one payout to this person; throws `not_found`. */
export async function getPayout(ctx: Ctx, payoutId: string): Promise<PayoutPanel> {
  const now = clockNow();
  const loaded = await loadPayout(payoutId);
  const { payout } = loaded;
  const [payees, votes, attempts, verdict, balance, stop, movement, approvers, resolutions, freeze] = await Promise.all([
    namesForSigner(ctx.actor, [payout.beneficiaryId]),
    listVotes(null, payoutId),
    listAttempts(null, payoutId),
    getVerdict(payout.verdictId),
    getBalance(payout.accountId, now),
    findOpenStop(),
    getTransaction(ctx, payoutId),
    countPeopleWith("payouts.approve"),
    payout.unknownSince === null ? [] : listResolutions(null, payoutId),
    ctx.actor.kind === "user" ? payoutFreezeOf(null, ctx.actor.userId, now) : null,
  ]);
  const names = await actorNames([payout.makerId, ...votes.map((vote) => vote.approverId), ...resolutions.map((one) => one.personId)]);
  const statement = statementOf(loaded);
  const acts = actsOf(ctx, loaded, { votes, attempts, resolutions, balance, stopped: stop !== null, freeze, now });
  const me = deciderOf(ctx).userId;
  const agreed = resolutions.filter((one) => one.attemptNumber === attempts.length);
  const forMyWord =
    (acts.sendAgain.allowed || acts.giveUp.allowed) &&
    waitsForWord(
      me,
      agreed.map((one) => one.personId),
    );
  const row = toPayoutRow(ctx, { ...loaded, waits: acts.approve.allowed || acts.release.allowed || forMyWord }, names);
  return {
    payout: { ...row, payee: { ...row.payee, name: payees.get(payout.beneficiaryId) ?? row.payee.name } },
    statement: { digest: statement.digestHex, version: payout.version, facts: toFacts(sourceOf(loaded)) },
    signatures: linesOf(ctx, loaded, { votes, names, approvers }),
    headroom: headroomOf(balance, null),
    next: [nextSentence(loaded, { stopped: stop !== null, votes, names }), ...(payout.unknownSince === null ? [] : agreedSentences(resolutions, attempts.length, names))].join(" "),
    hold: payout.status === "held" ? { reasons: payout.holdReasons, until: payout.holdUntil === null ? null : toIst(payout.holdUntil) } : null,
    findings: verdict.findings,
    acts,
    gateway: {
      transferId: payout.id,
      cfTransferId: payout.cfTransferId,
      utr: payout.utr,
      code: payout.gatewayCode,
      nextCheckAt: payout.nextCheckAt === null ? null : toIst(payout.nextCheckAt),
    },
    attempts: attempts.map((attempt) => ({
      id: attempt.id,
      number: attempt.number,
      status: attempt.status,
      outcome: attempt.outcome,
      preparedAt: toIst(attempt.preparedAt),
      answeredAt: attempt.answeredAt === null ? null : toIst(attempt.answeredAt),
    })),
    agreed: agreed.map((one) => ({ choice: one.choice, name: names.get(one.personId) ?? one.personId, isMe: one.personId === me, at: toIst(one.at) })),
    endReason: payout.endReason,
    timeline: movement.timeline,
  };
}

type Surroundings = { votes: Vote[]; attempts: AttemptRecord[]; resolutions: Resolution[]; balance: Balance; stopped: boolean; freeze: PayoutFreeze | null; now: Date };

function actsOf(ctx: Ctx, loaded: LoadedPayout, at: Surroundings): PayoutPanel["acts"] {
  const who = deciderOf(ctx);
  const facts = factsOf(loaded, at.votes, at.attempts);
  const unknown = { loaded, votes: at.votes, attempts: at.attempts, agreed: at.resolutions, freeze: at.freeze };
  const { reserve } = at.balance;
  const figures = { balancePaise: at.balance.balancePaise, heldPaise: at.balance.heldPaise, payoutsEnabled: at.balance.payoutsEnabled };
  // Without any rate the reserve cannot be known: that is as good as a stale one.
  const known = reserve === null ? { ...figures, reservePaise: paise(0n), stale: true } : { ...figures, reservePaise: reserve.reservePaise, stale: reserve.stale };
  const approve = mayApprove(who, facts, { now: at.now, stopped: at.stopped, reserve: facts.status === "pending_approval" ? known : null, freeze: at.freeze });
  return {
    approve: toAct(approve),
    reject: toAct(mayReject(who, facts)),
    cancel: toAct(mayCancel(who, facts)),
    release: toAct(mayRelease(who, facts)),
    sendAgain: toAct(decisionOf({ ...ctx, now: at.now }, { choice: "send_again" }, unknown)),
    giveUp: toAct(decisionOf({ ...ctx, now: at.now }, { choice: "give_up" }, unknown)),
  };
}

function toAct(decision: Decision): PayoutAct {
  return decision.allowed ? { allowed: true, reasons: [] } : { allowed: false, reasons: decision.reasons };
}

/** The account's figures; `asked` is what a request not yet made would take. An existing payout's hold is inside `held` already. */
export function headroomOf(balance: Balance, asked: Paise | null): Headroom {
  return {
    balancePaise: balance.balancePaise.toString(),
    heldPaise: balance.heldPaise.toString(),
    availablePaise: balance.availablePaise.toString(),
    reservePaise: (balance.reserve?.reservePaise ?? 0n).toString(),
    afterPaise: (asked === null ? balance.availablePaise : subtractPaise(balance.availablePaise, asked)).toString(),
    reserveSentence: balance.reserve?.sentence ?? "There is no USD reference rate, so the reserve cannot be known.",
  };
}

type Signers = { votes: Vote[]; names: ReadonlyMap<string, string>; approvers: number };

function linesOf(ctx: Ctx, { payout }: LoadedPayout, { votes, names, approvers }: Signers): SignatureLine[] {
  const me = ctx.actor.kind === "user" ? ctx.actor.userId : null;
  const maker: SignatureLine = {
    role: "maker",
    state: "signed",
    name: names.get(payout.makerId) ?? payout.makerId,
    isMe: payout.makerId === me,
    at: toIst(payout.createdAt),
    factor: null,
    note: null,
  };
  const roles = (["first", "second"] as const).slice(0, payout.approvalsNeeded);
  const closed = isFinal(payout.status);
  const counted = votes.filter((vote) => vote.withdrawn === null);
  const left = Math.max(approvers - votes.filter((vote) => vote.gone === null).length, 0);
  const line = (vote: Vote) => ({ name: names.get(vote.approverId) ?? vote.approverId, isMe: vote.approverId === me, at: toIst(vote.at), factor: vote.factor });
  return [
    maker,
    ...votes.flatMap((vote): SignatureLine[] =>
      vote.why === null ? [] : [{ ...line(vote), role: "first", state: "withdrawn", note: `no longer counts: they ${signerGone[vote.why]}` }],
    ),
    ...roles.map((role, index): SignatureLine => {
      const vote = counted[index];
      if (vote !== undefined)
        // After it has left a signer's later fate takes nothing from what they signed.
        return { ...line(vote), role, state: "signed", note: vote.gone === null || closed ? null : "may not sign any more" };
      return { role, state: closed ? "void" : "waiting", name: null, isMe: false, at: null, factor: null, note: closed ? null : needs(left - (index - counted.length)) };
    }),
  ];
}

/** `free`: how many could still sign this line once the lines before it are signed. */
function needs(free: number): string {
  return free > 0 ? `needs a finance admin (${free} can)` : "needs one more finance admin than there are now";
}

/** Who has put their name under which way out, so that the second person knows what they complete. */
function agreedSentences(resolutions: readonly Resolution[], attempt: number, names: ReadonlyMap<string, string>): string[] {
  return resolutions
    .filter((one) => one.attemptNumber === attempt)
    .map(
      (one) => `${names.get(one.personId) ?? one.personId} agreed to ${one.choice === "give_up" ? "give it up" : "send it again"}; one more finance admin must agree to the same.`,
    );
}

/** Whose signature was taken off the payout, and why, so that whoever signs next knows. */
function takenOff(votes: readonly Vote[], names: ReadonlyMap<string, string>): string {
  return votes
    .flatMap((vote) => (vote.why === null ? [] : [`The signature of ${names.get(vote.approverId) ?? vote.approverId} no longer counts, because they ${signerGone[vote.why]}. `]))
    .join("");
}

function nextSentence({ payout }: LoadedPayout, { stopped, votes, names }: { stopped: boolean; votes: readonly Vote[]; names: ReadonlyMap<string, string> }): string {
  if (payout.unknownSince !== null) return payout.stuck?.sentence ?? "Nobody knows yet whether Cashfree took it. It is asked by itself.";
  if (payout.stuck !== null) return payout.stuck.sentence;
  if (payout.status === "pending_approval" && countedVotes(votes, payout.digest).some((vote) => vote.gone !== null))
    return "Someone who signed it may not sign any more. Their signature is taken off in a moment; then others sign in their place.";
  const left = payout.approvalsNeeded - payout.approvalsGiven;
  const sentences: Record<PayoutStatus, string> = {
    draft: "It has not been asked for yet.",
    pending_approval: `${takenOff(votes, names)}${left === 1 ? "One signature is" : "Two signatures are"} missing. With the last one it is sent at once, unless payouts are stopped; unsigned it expires at ${toIst(payout.expiresAt)}.`,
    held: payout.holdUntil === null ? "It waits for a risk analyst to release it." : `It waits until ${toIst(payout.holdUntil)}.`,
    approved: stopped ? "All payouts are stopped; it goes by itself when they are restarted." : "It is sent to Cashfree in a moment.",
    submitting: "It is being sent to Cashfree.",
    in_flight: "It is at the bank. Its end is read from Cashfree by itself.",
    succeeded: payout.creditConfirmed ? "Nothing more: it is paid and the credit is confirmed." : "It is paid; the credit is not yet confirmed.",
    failed: `Nothing more: it failed and ${formatPaise(payout.amountPaise)} is free again.`,
    reversed: "Nothing more: it came back and the money is in the account again.",
    rejected: "Nothing more: it was rejected and the money is free again.",
    cancelled: "Nothing more: it was withdrawn and the money is free again.",
    expired: "Nothing more: it expired and the money is free again.",
  };
  return sentences[payout.status];
}

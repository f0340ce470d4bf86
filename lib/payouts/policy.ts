// Pure decisions about payouts: the same functions explain on screen and decide on the server.
import { can, type Holder } from "@/lib/access";
import { mayDecidePayouts, type PayoutFreeze } from "@/lib/auth/policy";
import { unless, whyNot, type Decision, type Reason } from "@/lib/errors";
import { keepsReserve } from "@/lib/ledger/policy";
import { minuteMs, plusMs, toIst } from "@/lib/time";
import { absenceMs } from "./pace.ts";
import type { Figures } from "./request-policy.ts";
import type { PayoutStatus } from "./state.ts";

export { approvalsNeededFor, approvalsSentence, feeFor, mayRequest, railFor, type Figures, type RequestFacts } from "./request-policy.ts";

/** Which rules of approval a payout was made under; part of its statement. */
export const payoutPolicyVersion = 1;

/** How long a challenge to sign may be answered. */
export const challengeMs = 3 * minuteMs;

const askAdmin = "Ask a finance admin who had no part in this payout.";

/** What decisions about an existing payout look at. */
export type PayoutFacts = {
  status: PayoutStatus;
  makerId: string;
  /** Everyone behind the API client that asked for it; empty when a person did. */
  clientMakers: readonly string[];
  lastEditorId: string;
  /** Everyone who chose the destination: the snapshot's and the beneficiary's own. */
  destinationBy: readonly string[];
  approvedBy: readonly string[];
  /** Whose signature was taken off it, because they could not sign any more at the time. */
  withdrawnFrom: readonly string[];
  /** Somebody among `approvedBy` may not sign any more; their signature is taken off in a moment. */
  signerGone: boolean;
  approvalsNeeded: number;
  expiresAt: Date;
  beneficiaryActive: boolean;
  accountActive: boolean;
  /** Being sent, yet every try surely reached nobody. */
  reachedNobody: boolean;
  /** When the try was begun of which nobody knows what became; null when there is none. */
  openSince: Date | null;
  holdCodes: readonly string[];
  holdUntil: Date | null;
};

export type Decider = Holder & { userId: string | null };

export type ApprovalSurroundings = {
  now: Date;
  stopped: boolean;
  /** Only the last signature meets the reserve; null where the ledger decides by itself, under the lock. */
  reserve: (Figures & { stale: boolean; payoutsEnabled: boolean }) | null;
  /** What takes this person's say away for a while. */
  freeze: PayoutFreeze | null;
};

const statusSentences: Record<PayoutStatus, string> = {
  draft: "It has not been asked for yet.",
  pending_approval: "It is waiting for approval.",
  held: "It is held, so it cannot be decided yet.",
  approved: "It is already approved.",
  submitting: "It is already being sent.",
  in_flight: "It is already at the bank.",
  succeeded: "It has already been paid.",
  failed: "It has failed.",
  reversed: "It was paid and came back.",
  rejected: "It was rejected.",
  cancelled: "It was withdrawn.",
  expired: "It has expired.",
};

function statusReason(facts: PayoutFacts): Reason {
  const onceFree = facts.holdCodes.every(isTimedHold) ? "It moves on by itself when its cool-off ends." : "It moves on when a risk analyst releases it and any cool-off is over.";
  const wayOut = facts.status === "held" ? onceFree : "Ask for a new payout if money must still go.";
  return {
    code: `is_${facts.status}`,
    sentence: statusSentences[facts.status],
    ...(["pending_approval", "approved", "submitting", "in_flight", "succeeded"].includes(facts.status) ? {} : { wayOut }),
  };
}

/** Whether this person may put the next signature under this payout now: every failing predicate, not only the first. */
export function mayApprove(who: Decider, facts: PayoutFacts, at: ApprovalSurroundings): Decision {
  const reasons: Reason[] = [];
  const access = can(who, "payouts.approve");
  if (!access.allowed) reasons.push(...access.reasons);
  if (facts.status !== "pending_approval") reasons.push(statusReason(facts));
  if (who.userId === null) reasons.push({ code: "not_a_person", sentence: "Only a signed-in person can sign." });
  if (who.userId === facts.makerId) reasons.push({ code: "own_payout", sentence: "You asked for this payout, so someone else must decide it.", wayOut: askAdmin });
  else if (isBehind(who, facts)) reasons.push(ownClient);
  else if (who.userId === facts.lastEditorId) reasons.push({ code: "own_edit", sentence: "You changed this payout last, so someone else must decide it.", wayOut: askAdmin });
  if (who.userId !== null && facts.destinationBy.includes(who.userId))
    reasons.push({ code: "own_beneficiary", sentence: "You added this beneficiary, so someone else must decide payouts to it.", wayOut: askAdmin });
  if (who.userId !== null && facts.approvedBy.includes(who.userId))
    reasons.push({ code: "already_signed", sentence: "You have already signed this payout.", wayOut: "A second finance admin must sign." });
  if (who.userId !== null && facts.withdrawnFrom.includes(who.userId))
    reasons.push({ code: "signature_withdrawn", sentence: "You signed this payout before, and your signature was taken off it; nobody signs twice.", wayOut: askAdmin });
  if (facts.signerGone)
    reasons.push({
      code: "signer_gone",
      sentence: "Someone who signed it may not sign any more, so their signature is being taken off.",
      wayOut: "Look again in a moment, and sign what it then says.",
    });
  if (facts.status === "pending_approval" && facts.expiresAt <= at.now)
    reasons.push({ code: "expired", sentence: `It expired at ${toIst(facts.expiresAt)}.`, wayOut: "Ask for a new payout." });
  const say = mayDecidePayouts(at.freeze);
  if (!say.allowed) reasons.push(...say.reasons);
  reasons.push(...targetReasons(facts));
  if (at.stopped) reasons.push({ code: "stopped", sentence: "All payouts are stopped.", wayOut: "Two people other than the one who stopped them can restart payouts." });
  if (at.reserve !== null && facts.approvedBy.length + 1 >= facts.approvalsNeeded) reasons.push(...reserveReasons(at.reserve));
  return unless(reasons);
}

/** Who made, owns or gave a key to the API client could have asked for it themselves. */
function isBehind(who: Decider, facts: PayoutFacts): boolean {
  return who.userId !== null && facts.clientMakers.includes(who.userId);
}

const ownClient: Reason = {
  code: "own_payout",
  sentence: "An API client that you made, own or gave a key asked for this payout, so someone else must decide it.",
  wayOut: askAdmin,
};

/** What was there at the request may be gone by now. */
export function targetReasons(facts: Pick<PayoutFacts, "beneficiaryActive" | "accountActive">): Reason[] {
  const reasons: Reason[] = [];
  if (!facts.accountActive) reasons.push({ code: "account_closed", sentence: "This account is closed.", wayOut: "Reject or withdraw it; the money is then free again." });
  if (!facts.beneficiaryActive)
    reasons.push({ code: "beneficiary_retired", sentence: "This beneficiary is retired.", wayOut: "Reject or withdraw it and ask for a payout to the one that replaced it." });
  return reasons;
}

/** The payout's own hold is already inside `held`, so its amount is not subtracted again. */
function reserveReasons(reserve: NonNullable<ApprovalSurroundings["reserve"]>): Reason[] {
  const reasons: Reason[] = [];
  if (!reserve.payoutsEnabled)
    reasons.push({ code: "payouts_disabled", sentence: "Payouts from this account are stopped.", wayOut: "Ask a finance admin to look at the account's balance and reserve." });
  if (reserve.stale) reasons.push({ code: "rate_stale", sentence: "The reference rate for the reserve is too old to decide by.", wayOut: "A new rate must be entered first." });
  reasons.push(...whyNot(keepsReserve(reserve)));
  return reasons;
}

/** Whether this person may refuse it. A refusal needs no reserve and no running payouts. */
export function mayReject(who: Decider, facts: PayoutFacts): Decision {
  const reasons: Reason[] = [];
  const access = can(who, "payouts.reject");
  if (!access.allowed) reasons.push(...access.reasons);
  if (facts.status !== "pending_approval" && facts.status !== "held") reasons.push(statusReason(facts));
  if (who.userId === facts.makerId) reasons.push({ code: "own_payout", sentence: "You asked for this payout; withdraw it instead of rejecting it.", wayOut: "Use withdraw." });
  return unless(reasons);
}

/** Whether this person may withdraw it: the maker alone, as long as it surely reached nobody. */
export function mayCancel(who: Decider, facts: PayoutFacts): Decision {
  const reasons: Reason[] = [];
  const access = can(who, "payouts.cancel");
  if (!access.allowed) reasons.push(...access.reasons);
  if (who.userId !== facts.makerId && !isBehind(who, facts))
    reasons.push({ code: "not_own_payout", sentence: "Only the person who asked for it can withdraw it.", wayOut: "A finance admin can reject it." });
  const unsent = facts.status === "submitting" && facts.reachedNobody;
  if (!unsent && !["draft", "pending_approval", "held", "approved"].includes(facts.status)) reasons.push(statusReason(facts));
  return unless(reasons);
}

/** What two people may agree on about a transfer that the gateway has not known for a day. */
export type UnknownChoice = "send_again" | "give_up";

export type UnknownSurroundings = { now: Date; choice: UnknownChoice; agreedBy: readonly string[]; freeze: PayoutFreeze | null };

/** How many people must agree on it. */
export const agreementsNeeded = 2;

/**
 * Whether this person may put their name under such a choice. Two different people must; the gateway is asked afresh each time.
 * Where two have and nothing came of it (one of them could not, when the other did), either says so again.
 */
export function mayDecideUnknown(who: Decider, facts: PayoutFacts, asked: UnknownSurroundings): Decision {
  const reasons: Reason[] = [];
  const access = can(who, "payouts.approve");
  if (!access.allowed) reasons.push(...access.reasons);
  if (who.userId === null) reasons.push({ code: "not_a_person", sentence: "Only a signed-in person can decide this." });
  if (who.userId === facts.makerId || who.userId === facts.lastEditorId)
    reasons.push({ code: "own_payout", sentence: "You asked for this payout, so others must decide it.", wayOut: askAdmin });
  else if (isBehind(who, facts)) reasons.push(ownClient);
  if (who.userId !== null && facts.approvalsNeeded === 1 && facts.approvedBy.includes(who.userId)) {
    reasons.push({ code: "sole_signer", sentence: "You alone signed this payout, so others must decide it.", wayOut: askAdmin });
  }
  if (who.userId !== null && asked.agreedBy.includes(who.userId) && asked.agreedBy.length < agreementsNeeded)
    reasons.push({ code: "already_agreed", sentence: "You have already agreed to this.", wayOut: "A second finance admin must agree." });
  const say = mayDecidePayouts(asked.freeze);
  if (!say.allowed) reasons.push(...say.reasons);
  if (facts.status !== "submitting" || facts.openSince === null) reasons.push({ code: "nothing_unknown", sentence: "Nothing about this payout is unknown." });
  else if (asked.now < plusMs(facts.openSince, absenceMs)) {
    reasons.push({
      code: "too_early",
      sentence: `Cashfree may still learn of it until ${toIst(plusMs(facts.openSince, absenceMs))}.`,
      wayOut: "Wait; it is asked about by itself.",
    });
  }
  if (asked.choice === "send_again") {
    if (facts.expiresAt <= asked.now) reasons.push({ code: "expired", sentence: `It expired at ${toIst(facts.expiresAt)}.`, wayOut: "Give it up and ask for a new payout." });
    reasons.push(...targetReasons(facts));
  }
  return unless(reasons);
}

/** Whether it waits for this person's word: they have given none, or somebody else has too and nothing came of it yet. */
export function waitsForWord(userId: string | null, agreed: readonly string[]): boolean {
  return userId !== null && (!agreed.includes(userId) || agreed.some((other) => other !== userId));
}

/** A hold that ends by itself, without anyone's decision. */
export function isTimedHold(code: string): boolean {
  return code === "cool_off";
}

/** Whether this person may release what the risk screen held. A cool-off cannot be shortened, only waited for. */
export function mayRelease(who: Decider, facts: PayoutFacts): Decision {
  const reasons: Reason[] = [];
  const access = can(who, "payouts.release");
  if (!access.allowed) reasons.push(...access.reasons);
  if (facts.status !== "held") reasons.push({ code: "not_held", sentence: "It is not held." });
  if (who.userId === facts.makerId)
    reasons.push({ code: "own_payout", sentence: "You asked for this payout, so someone else must release it.", wayOut: "Ask another risk analyst." });
  else if (isBehind(who, facts)) reasons.push({ ...ownClient, wayOut: "Ask another risk analyst." });
  if (facts.status === "held" && facts.holdCodes.every(isTimedHold)) {
    const until = facts.holdUntil === null ? "its cool-off ends" : `${toIst(facts.holdUntil)}`;
    reasons.push({ code: "cool_off", sentence: `It waits for its beneficiary's cool-off and moves on by itself at ${until}.`, wayOut: "Wait, or reject it." });
  }
  return unless(reasons);
}

// Pure decisions about people: who may propose, decide, shut out and attest. The screens explain with the same sentences.
import { can, permissionsOf, type Permission, type Role } from "@/lib/access";
import type { Decision, Reason } from "@/lib/errors";
import { dayMs, plusMs } from "@/lib/time";
import type { ChangeKind, ChangeStatus, ItemOutcome, PersonStatus } from "./contract.ts";

export const changeRules = { lastsMs: 7 * dayMs } as const;
/** A review is due when the last one was started this long ago. */
export const reviewEveryMs = 182 * dayMs;
export const reviewReminderEveryMs = 7 * dayMs;

/** What a person still has to look at: what the desk did because nobody had is nobody's look. */
export const unseenOutcomes = ["open", "suspended", "kept_unseen"] as const satisfies readonly ItemOutcome[];

/** So many days before a review is due whoever looks after access is reminded of what nobody has looked at. */
export const reviewWarningDays = [7, 3, 1] as const;

/** The latest of these warnings that is due; null before the first, after the due date, and for one no review of its length has. */
export function reviewWarningDue(review: { startedAt: Date; dueAt: Date }, now: Date): number | null {
  if (now >= review.dueAt) return null;
  const begun = reviewWarningDays.filter((days) => now >= plusMs(review.dueAt, -days * dayMs) && review.startedAt < plusMs(review.dueAt, -days * dayMs));
  return begun.at(-1) ?? null;
}

export type Viewing = { userId: string; permissions: readonly Permission[] };

function decided(reasons: Reason[]): Decision {
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

function lacking(viewer: Viewing, permission: Permission): Reason[] {
  const decision = can(viewer, permission);
  return decision.allowed ? [] : decision.reasons;
}

export type ChangeFacts = { kind: ChangeKind; status: ChangeStatus; subjectId: string; proposedBy: string; expiresAt: Date };

const decides: Record<ChangeKind, Permission> = { role_grant: "roles.decide", factor_reset: "factors.decide_reset" };

/** Whether this person may be the second admin of a change: neither its proposer nor the person it is about. */
export function mayDecide(viewer: Viewing, change: ChangeFacts, now: Date): Decision {
  const reasons = lacking(viewer, decides[change.kind]);
  if (change.status !== "pending") reasons.push({ code: "change_over", sentence: "This proposal is no longer open." });
  else if (change.expiresAt <= now) reasons.push({ code: "change_expired", sentence: "This proposal was not decided within seven days.", wayOut: "Propose it again." });
  if (change.proposedBy === viewer.userId)
    reasons.push({ code: "own_proposal", sentence: "You proposed this, so somebody else decides it.", wayOut: "Ask another owner or security admin." });
  if (change.subjectId === viewer.userId) reasons.push({ code: "about_you", sentence: "This is about your own access.", wayOut: "Ask another owner or security admin." });
  return decided(reasons);
}

/** Whether this person may take a proposal back: their own, while it is open. */
export function mayWithdraw(viewer: Viewing, change: ChangeFacts): Decision {
  const reasons: Reason[] = [];
  if (change.status !== "pending") reasons.push({ code: "change_over", sentence: "This proposal is no longer open." });
  if (change.proposedBy !== viewer.userId) reasons.push({ code: "not_yours", sentence: "Only its proposer takes a proposal back.", wayOut: "Refuse it instead." });
  return decided(reasons);
}

export type PersonFacts = { id: string; status: PersonStatus; waitingReset: boolean; lastOwner: boolean; hasPassword: boolean };

const ownAccess: Reason = { code: "own_access", sentence: "This is your own access.", wayOut: "Ask another owner or security admin." };

function about(viewer: Viewing, person: PersonFacts, permission: Permission): Reason[] {
  return [...lacking(viewer, permission), ...(person.id === viewer.userId ? [ownAccess] : [])];
}

/** Whether a role may be proposed for or given to this person at all; which roles may meet is the solver's question. */
export function mayPropose(viewer: Viewing, person: PersonFacts): Decision {
  const reasons = about(viewer, person, "roles.propose");
  if (person.status === "disabled" || person.status === "dormant")
    reasons.push({ code: "shut_out", sentence: "This person cannot sign in, so a new role would be of no use.", wayOut: "Let them in again first." });
  return decided(reasons);
}

export function mayDisable(viewer: Viewing, person: PersonFacts): Decision {
  const reasons = about(viewer, person, "people.disable");
  if (person.status === "disabled") reasons.push({ code: "already_disabled", sentence: "This person is already disabled." });
  if (person.lastOwner)
    reasons.push({ code: "last_owner", sentence: "This is the last owner who is active and not only for a time.", wayOut: "Make somebody else an owner first." });
  return decided(reasons);
}

export function mayEnable(viewer: Viewing, person: PersonFacts): Decision {
  const reasons = about(viewer, person, "people.enable");
  if (person.status === "active" || person.status === "invited") reasons.push({ code: "not_disabled", sentence: "This person is not shut out." });
  else if (!person.hasPassword) reasons.push({ code: "never_accepted", sentence: "This person never accepted an invitation.", wayOut: "Invite them under another address." });
  return decided(reasons);
}

export function mayProposeReset(viewer: Viewing, person: PersonFacts): Decision {
  const reasons = about(viewer, person, "factors.propose_reset");
  if (person.status !== "active") reasons.push({ code: "not_active", sentence: "This person cannot sign in anyway." });
  if (person.waitingReset) reasons.push({ code: "change_pending", sentence: "A reset already waits for a second admin." });
  return decided(reasons);
}

export function mayHandOutReset(viewer: Viewing, person: PersonFacts): Decision {
  const reasons = about(viewer, person, "people.reset_password");
  if (person.status !== "active") reasons.push({ code: "not_active", sentence: "This person cannot sign in, so a new password would be of no use." });
  return decided(reasons);
}

export function mayInviteAgain(viewer: Viewing, person: PersonFacts): Decision {
  const reasons = lacking(viewer, "people.invite");
  if (person.status !== "invited") reasons.push({ code: "not_invited", sentence: "This person has accepted their invitation, or was disabled." });
  return decided(reasons);
}

const settled: ItemOutcome[] = ["attested", "revoked", "gone"];

/** Whether this person may attest or revoke a grant in a review: never their own. */
export function mayReview(viewer: Viewing, item: { userId: string; outcome: ItemOutcome }): Decision {
  const reasons = lacking(viewer, "reviews.attest");
  if (settled.includes(item.outcome)) reasons.push({ code: "item_over", sentence: "Somebody has already looked at this role." });
  if (item.userId === viewer.userId) reasons.push({ code: "own_access", sentence: "Nobody attests their own access.", wayOut: "Ask another owner or security admin." });
  return decided(reasons);
}

/** Permissions somebody gains or loses between two sets of roles. */
export function permissionDiff(before: readonly Role[], after: readonly Role[]): { gained: Permission[]; lost: Permission[] } {
  const was = permissionsOf(before);
  const will = permissionsOf(after);
  return { gained: will.filter((permission) => !was.includes(permission)), lost: was.filter((permission) => !will.includes(permission)) };
}

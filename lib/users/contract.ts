import * as z from "zod/mini";
import { pathIds, permissionList, roles } from "@/lib/access";
import { parseInstant } from "@/lib/time";
import { whyLength, whyWire } from "@/lib/why";

export const personStatuses = ["invited", "active", "disabled", "dormant"] as const;
export type PersonStatus = (typeof personStatuses)[number];

export const grantStates = ["held", "later", "ended", "suspended", "over"] as const;
export type GrantState = (typeof grantStates)[number];

export const changeKinds = ["role_grant", "factor_reset"] as const;
export type ChangeKind = (typeof changeKinds)[number];

export const changeStatuses = ["pending", "approved", "refused", "withdrawn", "expired", "void"] as const;
export type ChangeStatus = (typeof changeStatuses)[number];

const role = z.enum(roles);
const time = z.string();
const person = z.object({ id: z.string(), name: z.string() });
export type PersonRef = z.infer<typeof person>;

export const reasonShape = z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) });
const reasons = z.array(reasonShape);

export const personRowShape = z.object({
  id: z.string(),
  name: z.string(),
  emailMasked: z.string(),
  status: z.enum(personStatuses),
  roles: z.array(role),
  /** When they last did anything here; null for someone who never signed in. */
  lastSeenAt: z.nullable(time),
  createdAt: time,
  factors: z.object({ totp: z.boolean(), passkeys: z.int(), recoveryCodes: z.int() }),
  frozenUntil: z.nullable(time),
  /** Since when they wait for a link to a new password; null when they do not. */
  resetAskedAt: z.nullable(time),
  /** Proposals about them that wait for a second admin. */
  waiting: z.int(),
});
export type PersonRow = z.infer<typeof personRowShape>;

export const grantShape = z.object({
  id: z.string(),
  role,
  state: z.enum(grantStates),
  grantedBy: person,
  validFrom: time,
  validUntil: z.nullable(time),
  endedAt: z.nullable(time),
  endedBy: z.nullable(person),
});
export type Grant = z.infer<typeof grantShape>;

export const changeShape = z.object({
  id: z.string(),
  kind: z.enum(changeKinds),
  subject: person,
  role: z.nullable(role),
  validFrom: z.nullable(time),
  validUntil: z.nullable(time),
  reason: z.string(),
  status: z.enum(changeStatuses),
  proposedBy: person,
  proposedAt: time,
  expiresAt: time,
  decidedBy: z.nullable(person),
  decidedAt: z.nullable(time),
  decisionReason: z.nullable(z.string()),
  /** Everything that keeps the viewer from deciding it; empty when they may. */
  decideReasons: reasons,
  mayWithdraw: z.boolean(),
});
export type Change = z.infer<typeof changeShape>;

/** What the viewer may do about a person: per act, everything that stands against it. */
export const personActs = ["role", "disable", "enable", "reset_factors", "reset_password", "invite_again"] as const;
export type PersonAct = (typeof personActs)[number];

export const personShape = z.extend(personRowShape, {
  grants: z.array(grantShape),
  changes: z.array(changeShape),
  /** API clients whose requests count as theirs. */
  clients: z.int(),
  acts: z.record(z.enum(personActs), reasons),
});
export type Person = z.infer<typeof personShape>;

export const peopleShape = z.object({ items: z.array(personRowShape) });
export const changesShape = z.object({ items: z.array(changeShape) });

const id = z.string().check(z.minLength(1), z.maxLength(40));
const reason = whyWire();
const instantInput = z.string().check(z.refine((text) => text.length <= 40 && parseInstant(text) !== null, "This is not a time."));

export const idParams = z.strictObject({ id });
export const email = z.string().check(z.trim(), z.maxLength(254), z.regex(/^[^\s@<>()"',;:\\]+@[^\s@<>()"',;:\\]+\.[^\s@<>()"',;:\\]{2,}$/, "This is not an e-mail address."));

export const inviteInput = z.strictObject({
  email,
  name: z.string().check(z.trim(), z.minLength(2, "Enter the person's name."), z.maxLength(80), z.regex(/^[\p{L}\p{M}\p{N} .,'’()-]*$/u, "A name has letters, spaces and . , ' -")),
  roles: z.array(role).check(
    z.minLength(1, "Choose at least one role."),
    z.maxLength(4),
    z.refine((list) => new Set(list).size === list.length, "Each role once."),
  ),
  reason,
});
export type InviteInput = z.infer<typeof inviteInput>;

export const linkShape = z.object({ url: z.string(), expiresAt: time });
export const invitedShape = z.object({ userId: z.string(), link: linkShape, proposed: z.array(role), granted: z.array(role) });
export type Invited = z.infer<typeof invitedShape>;
export type HandedLink = z.infer<typeof linkShape>;

export const roleInput = z.strictObject({ role, validFrom: z.optional(instantInput), validUntil: z.optional(instantInput), reason });
export type RoleInput = z.infer<typeof roleInput>;
export const endRoleInput = z.strictObject({ role, reason });
export const reasonInput = z.strictObject({ reason });
export const decideInput = z.strictObject({ decision: z.enum(["approve", "refuse"]), reason: z.optional(z.string().check(z.trim(), z.maxLength(whyLength.max))) });
export type DecideInput = z.infer<typeof decideInput>;

/** What became of it: a privileged role waits for a second admin, any other is given at once. */
export const proposedShape = z.object({ outcome: z.enum(["granted", "proposed"]), changeId: z.nullable(z.string()) });
export type Proposed = z.infer<typeof proposedShape>;

export const doneShape = z.object({ done: z.literal(true) });

const openPath = z.object({ path: z.enum(pathIds), people: z.array(person), sentence: z.string() });

export const previewInput = z.strictObject({
  userId: z.string().check(z.regex(/^usr_[0-9a-z]{26}$/)),
  role,
  change: z.enum(["grant", "end"]),
  validFrom: z.optional(instantInput),
  validUntil: z.optional(instantInput),
});
export type PreviewInput = z.infer<typeof previewInput>;
export const previewShape = z.object({
  person,
  held: z.array(role),
  gained: z.array(z.enum(permissionList)),
  lost: z.array(z.enum(permissionList)),
  /** A second admin must countersign. */
  privileged: z.boolean(),
  /** Why it will be refused; empty when it will not. */
  refusals: reasons,
  /** Ways two people could walk together that exist only after it. */
  newPairs: z.array(openPath),
});
export type Preview = z.infer<typeof previewShape>;

export const atQuery = z.strictObject({ at: z.optional(instantInput) });

export const pathsShape = z.object({ at: time, people: z.int(), solo: z.array(openPath), pairs: z.array(openPath) });
export type Paths = z.infer<typeof pathsShape>;

export const reportRowShape = z.object({
  person,
  role,
  validFrom: time,
  validUntil: z.nullable(time),
  endedAt: z.nullable(time),
  grantedBy: person,
  /** They held the role but could not use it: disabled or dormant at that time. */
  shutOut: z.boolean(),
});
export const reportShape = z.object({ at: time, rows: z.array(reportRowShape) });
export type Report = z.infer<typeof reportShape>;
export const csvShape = z.object({ fileName: z.string(), csv: z.string(), rows: z.int() });

export const reviewStatuses = ["open", "overdue", "closed"] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];
export const itemOutcomes = ["open", "attested", "revoked", "suspended", "kept_unseen", "gone"] as const;
export type ItemOutcome = (typeof itemOutcomes)[number];

export const reviewRowShape = z.object({
  id: z.string(),
  status: z.enum(reviewStatuses),
  startedBy: person,
  startedAt: time,
  dueAt: time,
  closedAt: z.nullable(time),
  counts: z.record(z.enum(itemOutcomes), z.int()),
});
export type ReviewRow = z.infer<typeof reviewRowShape>;

export const reviewItemShape = z.object({
  id: z.string(),
  person,
  role,
  grantedBy: person,
  validFrom: time,
  validUntil: z.nullable(time),
  lastSeenAt: z.nullable(time),
  outcome: z.enum(itemOutcomes),
  decidedBy: z.nullable(person),
  decidedAt: z.nullable(time),
  note: z.nullable(z.string()),
  /** Everything that keeps the viewer from attesting or revoking it. */
  reasons,
});
export type ReviewItem = z.infer<typeof reviewItemShape>;

export const reviewShape = z.extend(reviewRowShape, { items: z.array(reviewItemShape) });
export type Review = z.infer<typeof reviewShape>;
/** `dueSince`: since when the half-yearly review is due; null while it is not. */
export const reviewsShape = z.object({ items: z.array(reviewRowShape), dueSince: z.nullable(time) });
export type Reviews = z.infer<typeof reviewsShape>;

export const startReviewInput = z.strictObject({ dueDays: z.int().check(z.gte(1), z.lte(30)) });
/** Taking a role away says why, as it does outside a review. */
export const reviewItemInput = z.union([
  z.strictObject({ outcome: z.literal("attested"), note: z.optional(z.string().check(z.trim(), z.maxLength(whyLength.max))) }),
  z.strictObject({ outcome: z.literal("revoked"), note: reason }),
]);
export type ReviewItemInput = z.infer<typeof reviewItemInput>;
export const startedShape = z.object({ reviewId: z.string() });

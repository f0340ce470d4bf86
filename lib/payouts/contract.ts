import * as z from "zod/mini";
import { assertionShape, deviceOptions } from "@/lib/auth/contract";
import { askedPaiseWire, paiseText } from "@/lib/money";
import { whyWire } from "@/lib/why";
import { attemptStatuses, payoutStatuses, type AttemptStatus, type PayoutStatus } from "./state.ts";

export { attemptStatuses, payoutStatuses, type AttemptStatus, type PayoutStatus };

/** Why somebody's signature no longer counts; the database's signer_gone says the same words. */
export const goneReasons = ["shut_out", "role_lost", "frozen"] as const;
export type GoneReason = (typeof goneReasons)[number];

export const payoutRails = ["imps", "neft", "upi"] as const;
export type PayoutRail = (typeof payoutRails)[number];

export const railLabels: Record<PayoutRail, string> = { imps: "IMPS", neft: "NEFT", upi: "UPI" };

const idOf = (prefix: string) => z.string().check(z.regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), "this is not an id of that kind"));

export const payoutIdWire = idOf("po");
export const payoutParams = z.strictObject({ id: payoutIdWire });

/** Goes to the bank as the remark: the gateway takes letters, digits and spaces only. */
const purposeWire = z.string().check(z.trim(), z.regex(/^[A-Za-z0-9](?:[A-Za-z0-9 ]{1,68}[A-Za-z0-9])$/, "3 to 70 letters, digits and spaces"));
/** The next person in line reads it. */
export const payoutReasonLength = { min: 5, max: 300 };
const reasonWire = whyWire(payoutReasonLength);

export const createPayoutInput = z.strictObject({ accountId: idOf("acct"), beneficiaryId: idOf("ben"), amountPaise: askedPaiseWire, purpose: purposeWire });
export type CreatePayoutInput = z.output<typeof createPayoutInput>;

/** What the form knows so far; everything but the account may still be missing. */
export const previewPayoutInput = z.strictObject({ accountId: idOf("acct"), beneficiaryId: z.optional(idOf("ben")), amountPaise: z.optional(askedPaiseWire) });
export type PreviewPayoutInput = z.output<typeof previewPayoutInput>;

/** A code, or a passkey's signature over the challenge. */
export const approvePayoutInput = z.union([
  z.strictObject({ challengeId: idOf("chl"), code: z.string().check(z.regex(/^[0-9]{6}$/, "six digits")) }),
  z.strictObject({ challengeId: idOf("chl"), passkey: assertionShape }),
]);
export type ApprovePayoutInput = z.output<typeof approvePayoutInput>;

/** Body of reject, cancel and release. */
export const payoutReasonInput = z.strictObject({ reason: reasonWire });
export type PayoutReasonInput = z.output<typeof payoutReasonInput>;

/** Body of a decision on a transfer that the gateway has not known for a day; two people must decide the same. */
export const decideUnknownInput = z.strictObject({ choice: z.enum(["send_again", "give_up"]), reason: reasonWire });
export type DecideUnknownInput = z.output<typeof decideUnknownInput>;

/** Body of the challenge request: the digest of the statement on the person's screen, so that a stale screen is refused. */
export const startApprovalInput = z.strictObject({ digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)) });
export type StartApprovalInput = z.output<typeof startApprovalInput>;

/** The queues people work from; `waiting` is what the viewer may act on now. */
export const payoutQueues = ["waiting", "mine", "held", "unknown", "moving"] as const;
export type PayoutQueue = (typeof payoutQueues)[number];

const status = z.enum(payoutStatuses);

export const listPayoutsQuery = z.strictObject({
  queue: z.optional(z.enum(payoutQueues)),
  status: z.optional(status),
  account: z.optional(idOf("acct")),
  /** Compared whole: an id, a bank reference, the last four of a destination, or an amount in rupees. */
  q: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(80))),
  cursor: z.optional(z.string().check(z.maxLength(120))),
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(200)), 50),
});
export type ListPayoutsQuery = z.output<typeof listPayoutsQuery>;

const reason = z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) });

export const payoutRow = z.object({
  id: z.string(),
  account: z.object({ id: z.string(), name: z.string() }),
  /** Masked name and the end of the destination: "D••• T•••", "••4821". */
  payee: z.object({ beneficiaryId: z.string(), name: z.string(), kind: z.enum(["bank_account", "vpa"]), last4: z.string() }),
  amountPaise: paiseText,
  rail: z.enum(payoutRails),
  purpose: z.string(),
  status,
  /** Set while nobody knows whether the gateway took it: show "Unknown since …" instead of the status. */
  unknownSince: z.nullable(z.string()),
  /** False on a succeeded payout means "credit not yet confirmed". */
  creditConfirmed: z.boolean(),
  approvals: z.object({ given: z.number(), needed: z.number() }),
  /** Why it is held, in one line; null when it is not. */
  holdSentence: z.nullable(z.string()),
  maker: z.object({ name: z.string(), isMe: z.boolean() }),
  waitsForMe: z.boolean(),
  createdAt: z.string(),
  expiresAt: z.string(),
  updatedAt: z.string(),
});
export type PayoutRow = z.infer<typeof payoutRow>;

export const payoutPage = z.object({ items: z.array(payoutRow), nextCursor: z.nullable(z.string()) });
export type PayoutPage = z.infer<typeof payoutPage>;

/** Whether the viewer may do an act now; when not, every failing predicate and its way out. */
const act = z.object({ allowed: z.boolean(), reasons: z.array(reason) });
export type PayoutAct = z.infer<typeof act>;

/** One line of the canonical statement, in its order. `form` says how to draw the value. */
export const statementFact = z.object({ key: z.string(), label: z.string(), value: z.string(), form: z.enum(["text", "paise", "id", "hash"]) });
export type StatementFact = z.infer<typeof statementFact>;

const statementDto = z.object({
  /** SHA-256 of the canonical bytes, 64 hex digits: what an approval is bound to. */
  digest: z.string(),
  version: z.number(),
  facts: z.array(statementFact),
});

/** The foot of the sheet: who asked, who signed, who must still sign. */
export const signatureLine = z.object({
  role: z.enum(["maker", "first", "second"]),
  /** `withdrawn`: it was given, and no longer counts; `note` says why. */
  state: z.enum(["signed", "waiting", "void", "withdrawn"]),
  name: z.nullable(z.string()),
  isMe: z.boolean(),
  at: z.nullable(z.string()),
  factor: z.nullable(z.enum(["totp", "passkey"])),
  /** For a waiting line: who can sign, e.g. "needs a finance admin (2 can)". */
  note: z.nullable(z.string()),
});
export type SignatureLine = z.infer<typeof signatureLine>;

export const headroom = z.object({
  balancePaise: paiseText,
  heldPaise: paiseText,
  availablePaise: paiseText,
  reservePaise: paiseText,
  /** Available once this payout has left; its own hold is never subtracted twice. */
  afterPaise: paiseText,
  /** How the reserve was reckoned: dollars, rate, the rate's date. */
  reserveSentence: z.string(),
});
export type Headroom = z.infer<typeof headroom>;

const finding = z.object({ rule: z.string(), result: z.enum(["clear", "hit", "threw"]), sentence: z.string(), operands: z.record(z.string(), z.string()) });

export const attemptDto = z.object({
  id: z.string(),
  number: z.number(),
  status: z.enum(attemptStatuses),
  outcome: z.nullable(z.string()),
  preparedAt: z.string(),
  answeredAt: z.nullable(z.string()),
});

export const payoutEvidence = z.object({
  at: z.string(),
  channel: z.enum(["gateway", "webhook", "decision", "ledger", "person", "system"]),
  sentence: z.string(),
  actor: z.string(),
  reference: z.string(),
});

/** Everything the decision panel shows. Inside `statement`: what is signed. Beside it: what moves by itself. */
export const payoutPanel = z.object({
  payout: payoutRow,
  statement: statementDto,
  signatures: z.array(signatureLine),
  headroom,
  /** What happens next, in one sentence. */
  next: z.string(),
  hold: z.nullable(z.object({ reasons: z.array(reason), until: z.nullable(z.string()) })),
  findings: z.array(finding),
  acts: z.object({ approve: act, reject: act, cancel: act, release: act, sendAgain: act, giveUp: act }),
  gateway: z.object({
    transferId: z.string(),
    cfTransferId: z.nullable(z.string()),
    utr: z.nullable(z.string()),
    code: z.nullable(z.string()),
    nextCheckAt: z.nullable(z.string()),
  }),
  attempts: z.array(attemptDto),
  /** Who agreed so far to what about the last try; empty unless it is unknown. */
  agreed: z.array(z.object({ choice: z.enum(["send_again", "give_up"]), name: z.string(), isMe: z.boolean(), at: z.string() })),
  /** Why it ended (rejection, cancellation, failure), in the words recorded. */
  endReason: z.nullable(z.string()),
  timeline: z.array(payoutEvidence),
});
export type PayoutPanel = z.infer<typeof payoutPanel>;

/** Answer of create, approve, reject, cancel and release. */
export const payoutOutcome = z.object({
  id: z.string(),
  status,
  approvals: z.object({ given: z.number(), needed: z.number() }),
  holdReasons: z.array(reason),
  holdUntil: z.nullable(z.string()),
});
export type PayoutOutcome = z.infer<typeof payoutOutcome>;

export const payoutPreview = z.object({
  headroom: z.nullable(headroom),
  rail: z.nullable(z.enum(payoutRails)),
  feePaise: z.nullable(paiseText),
  approvals: z.nullable(z.object({ needed: z.number(), sentence: z.string() })),
  /** Why the request would be refused now; empty means the button is live. */
  failing: z.array(reason),
  /** What would make it wait although it is accepted, e.g. a beneficiary still cooling off. */
  warnings: z.array(reason),
});
export type PayoutPreview = z.infer<typeof payoutPreview>;

export const approvalChallenge = z.object({
  challengeId: z.string(),
  digest: z.string(),
  expiresAt: z.string(),
  facts: z.array(statementFact),
  passkey: z.nullable(deviceOptions),
  /** False where the setting asks approvers for a passkey. */
  codeAllowed: z.boolean(),
});
export type ApprovalChallenge = z.infer<typeof approvalChallenge>;

const queueFigure = z.object({ count: z.number(), oldestAt: z.nullable(z.string()), amountPaise: paiseText });
/** `forPerson` of those held end only when somebody releases them; the rest end by themselves, the first at `nextEndAt`. */
const heldFigure = z.extend(queueFigure, { forPerson: z.number(), nextEndAt: z.nullable(z.string()) });
/** Of those that wait for the viewer, the ones that wait for a signature. */
const waitingFigure = z.extend(queueFigure, { toSign: z.object({ count: z.number(), oldestAt: z.nullable(z.string()) }) });
/** `forPeople` of those unknown have been so for a day and wait for two people, `forMe` of them for the viewer's word; the desk asks about the rest by itself. */
const unknownFigure = z.extend(queueFigure, { forPeople: z.number(), forMe: z.number() });
export const payoutQueueFigures = z.object({ waiting: waitingFigure, mine: queueFigure, held: heldFigure, unknown: unknownFigure, moving: queueFigure });
export type PayoutQueueFigures = z.infer<typeof payoutQueueFigures>;

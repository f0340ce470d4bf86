import { and, desc, eq, notInArray, sql } from "drizzle-orm";
import { compiled, slot } from "@/db/compiled";
import { accounts, beneficiaries } from "@/db/schema/accounts";
import { payouts } from "@/db/schema/payouts";
import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx, type Tx, type UserActor } from "@/lib/context";
import { AppError, refuseUnless } from "@/lib/errors";
import { idempotently } from "@/lib/idempotency";
import { newId } from "@/lib/ids";
import { enqueue } from "@/lib/jobs";
import { placeHold, reserveNow } from "@/lib/ledger";
import { addPaise, formatPaise, paise, type Paise } from "@/lib/money";
import { maskName } from "@/lib/privacy/policy";
import { screenPayout } from "@/lib/risk";
import { getSettings } from "@/lib/settings";
import { dayMs, minuteMs, plusMs, toIst } from "@/lib/time";
import { recordEvidence } from "@/lib/transactions";
import { unseal } from "@/lib/vault";
import type { CreatePayoutInput, PayoutOutcome, PayoutRail } from "../contract.ts";
import { indexPayout, requirePerson, toOutcome } from "../load.ts";
import { approvalsNeededFor, feeFor, mayRequest, payoutPolicyVersion, railFor, type RequestFacts } from "../policy.ts";
import { toStatement } from "../statement.ts";

/** Asks for a payout: places its hold, screens it, and leaves it waiting for signatures or held. Idempotent by key. */
export async function createPayout(ctx: Ctx, input: CreatePayoutInput): Promise<PayoutOutcome> {
  const maker = requirePerson(ctx, "payouts.create");
  return withTransaction(ctx, (tx) => idempotently(tx, () => request(tx, maker, input)));
}

type Target = {
  account: { id: string; status: "active" | "closed" };
  beneficiary: typeof beneficiaries.$inferSelect;
  last: { id: string; createdAt: Date } | null;
  firstPayout: boolean;
};

async function request(tx: Tx, maker: UserActor, input: CreatePayoutInput): Promise<PayoutOutcome> {
  const [settings, reserve] = await Promise.all([
    getSettings(tx, ["payoutMaxPaise", "twoApproverFromPaise", "duplicateMinutes", "approvalExpiryDays"]),
    reserveNow(tx.ctx.now, tx),
    lockTwins(tx, input),
  ]);
  // Only after the lock is held: an equal request that came first must be seen.
  const target = await loadTarget(tx, input);
  const [max, twoFrom, duplicateMinutes, expiryDays] = settings;
  const facts = requestFacts(target, { amountPaise: input.amountPaise, maxPaise: paise(BigInt(max)), duplicateMinutes, now: tx.ctx.now });
  refuseUnless(mayRequest(maker, facts), "conflict", "payout_refused");
  const rail = railFor(target.beneficiary.kind, input.amountPaise);
  if (rail === null) throw new AppError("conflict", "payout_refused", "No rail carries this amount to this beneficiary.");
  const id = newId("payout");
  const [verdict, payee] = await Promise.all([
    screenPayout(tx, { payoutId: id, accountId: input.accountId, beneficiaryId: input.beneficiaryId, amountPaise: input.amountPaise }),
    unseal({ table: "beneficiaries", column: "name_ct", rowId: target.beneficiary.id }, target.beneficiary.nameCt).then(maskName),
  ]);
  const row = newRow(tx, {
    id,
    input,
    target,
    rail,
    payee,
    maker,
    verdict,
    approvalsNeeded: approvalsNeededFor({ amountPaise: input.amountPaise, twoFromPaise: paise(BigInt(twoFrom)), firstPayout: target.firstPayout }),
    expiresAt: plusMs(tx.ctx.now, expiryDays * dayMs),
  });
  await Promise.all([
    placeHold(tx, { accountId: row.accountId, payoutId: id, amountPaise: addPaise(row.amountPaise, row.feePaise), reservePaise: reserve.reservePaise }),
    store(tx, row, target.beneficiary.last4),
  ]);
  return toOutcome(row);
}

/** Two equal requests at the same moment come one after the other, so that the second sees the first. */
async function lockTwins(tx: Tx, input: CreatePayoutInput): Promise<void> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`payout:${input.beneficiaryId}:${input.amountPaise}`}, 0))`);
}

const undone = ["rejected", "cancelled", "expired", "failed"] as const;

const ofBeneficiary = eq(payouts.beneficiaryId, slot("beneficiaryId"));
const selectTarget = compiled((db) =>
  db
    .select({
      account: { id: accounts.id, status: accounts.status },
      beneficiary: beneficiaries,
      paid: sql<boolean>`exists (select from payouts paid where paid.beneficiary_id = ${beneficiaries.id} and paid.status = 'succeeded')`,
    })
    .from(accounts)
    .innerJoin(beneficiaries, eq(beneficiaries.id, slot("beneficiaryId")))
    .where(eq(accounts.id, slot("accountId"))),
);
const selectTwin = compiled((db) =>
  db
    .select({ id: payouts.id, createdAt: payouts.createdAt })
    .from(payouts)
    .where(and(ofBeneficiary, eq(payouts.amountPaise, slot("amount")), notInArray(payouts.status, [...undone])))
    .orderBy(desc(payouts.createdAt))
    .limit(1),
);

/** The account, the beneficiary and what was asked for before; throws `not_found`. */
async function loadTarget(tx: Tx, input: { accountId: string; beneficiaryId: string; amountPaise: Paise }): Promise<Target> {
  const { accountId, beneficiaryId, amountPaise } = input;
  const [[found], [last]] = await Promise.all([selectTarget(tx.db, { accountId, beneficiaryId }), selectTwin(tx.db, { beneficiaryId, amount: amountPaise.toString() })]);
  if (found === undefined) throw new AppError("not_found", "no_payout_target", "There is no such account or beneficiary.");
  return { account: found.account, beneficiary: found.beneficiary, last: last ?? null, firstPayout: !found.paid };
}

function requestFacts(target: Target, asked: { amountPaise: Paise | null; maxPaise: Paise; duplicateMinutes: number; now: Date }): RequestFacts {
  const since = plusMs(asked.now, -asked.duplicateMinutes * minuteMs);
  return {
    accountActive: target.account.status === "active",
    payoutsEnabled: true,
    beneficiary: { accountMatches: target.beneficiary.accountId === target.account.id, active: target.beneficiary.status === "active", kind: target.beneficiary.kind },
    amountPaise: asked.amountPaise,
    maxPaise: asked.maxPaise,
    duplicate: target.last !== null && target.last.createdAt > since ? { id: target.last.id, minutes: asked.duplicateMinutes } : null,
    figures: null,
  };
}

type Findings = Awaited<ReturnType<typeof screenPayout>>;
type NewRow = typeof payouts.$inferInsert & { holdReasons: { code: string; sentence: string }[]; holdUntil: Date | null; feePaise: Paise; approvalsGiven: number };
type Parts = {
  id: string;
  input: CreatePayoutInput;
  target: Target;
  rail: PayoutRail;
  payee: string;
  maker: UserActor;
  verdict: Findings;
  approvalsNeeded: 1 | 2;
  expiresAt: Date;
};

function newRow(tx: Tx, parts: Parts): NewRow {
  const { id, input, target, rail, payee, maker, verdict } = parts;
  const { beneficiary } = target;
  const holdReasons = holdReasonsOf(verdict, beneficiary.coolOffUntil, tx.ctx.now);
  const timed = holdReasons.some((reason) => reason.code === "cool_off");
  const feePaise = feeFor();
  const statement = toStatement({
    id,
    version: 1,
    accountId: input.accountId,
    beneficiaryId: beneficiary.id,
    beneficiaryVersion: beneficiary.version,
    payee,
    kind: beneficiary.kind,
    destinationHash: beneficiary.destinationHash,
    last4: beneficiary.last4,
    ifsc: beneficiary.ifsc,
    amountPaise: input.amountPaise,
    currency: "INR",
    rail,
    feePaise,
    purpose: input.purpose,
    policyVersion: payoutPolicyVersion,
    verdictId: verdict.verdictId,
  });
  return {
    id,
    accountId: input.accountId,
    beneficiaryId: beneficiary.id,
    beneficiaryVersion: beneficiary.version,
    beneficiaryCreatedBy: beneficiary.createdBy,
    payee,
    amountPaise: input.amountPaise,
    feePaise,
    currency: "INR",
    rail,
    purpose: input.purpose,
    status: holdReasons.length === 0 ? "pending_approval" : "held",
    version: 1,
    policyVersion: payoutPolicyVersion,
    approvalsNeeded: parts.approvalsNeeded,
    approvalsGiven: 0,
    verdictId: verdict.verdictId,
    digest: statement.digest,
    makerId: maker.userId,
    lastEditorId: maker.userId,
    holdReasons,
    holdUntil: timed ? beneficiary.coolOffUntil : null,
    createdAt: tx.ctx.now,
    expiresAt: parts.expiresAt,
    updatedAt: tx.ctx.now,
  };
}

/** Why the payout is held: every rule that hit or threw, and the cool-off, which ends by itself. */
export function holdReasonsOf(verdict: Pick<Findings, "outcome" | "findings">, coolOffUntil: Date, now: Date): { code: string; sentence: string }[] {
  const cooling = coolOffUntil > now;
  const reasons = verdict.findings
    .filter((finding) => finding.result !== "clear")
    .map((finding) => ({ code: finding.rule === "first_payout" && finding.result === "hit" && cooling ? "cool_off" : finding.rule, sentence: finding.sentence }));
  if (cooling && !reasons.some((reason) => reason.code === "cool_off"))
    reasons.push({ code: "cool_off", sentence: `The beneficiary is new; payouts to it wait until ${toIst(coolOffUntil)}.` });
  if (reasons.length === 0 && verdict.outcome === "hold") reasons.push({ code: "risk", sentence: "The risk screen holds it." });
  return reasons;
}

/** Every request without a timed hold fills these, none with null, so that its statement can be compiled. */
const filled = [
  "id",
  "accountId",
  "beneficiaryId",
  "beneficiaryVersion",
  "beneficiaryCreatedBy",
  "payee",
  "amountPaise",
  "feePaise",
  "currency",
  "rail",
  "purpose",
  "status",
  "version",
  "policyVersion",
  "approvalsNeeded",
  "approvalsGiven",
  "verdictId",
  "digest",
  "makerId",
  "lastEditorId",
  "holdReasons",
  "createdAt",
  "expiresAt",
  "updatedAt",
] as const satisfies readonly (keyof NewRow)[];
const insertUnheld = compiled((db) => db.insert(payouts).values(Object.fromEntries(filled.map((name) => [name, slot(name)])) as NewRow));

async function insertRow(tx: Tx, row: NewRow): Promise<void> {
  if (row.holdUntil === null) await insertUnheld(tx.db, row);
  else await tx.db.insert(payouts).values(row);
}

async function store(tx: Tx, row: NewRow, last4: string): Promise<void> {
  const held = row.holdReasons.length > 0;
  const screened = held ? `Held: ${row.holdReasons.map((reason) => reason.sentence).join(" ")}` : "The risk screen found nothing against it.";
  await Promise.all([
    insertRow(tx, row),
    indexPayout(tx, { ...row, unknownSince: null, cfTransferId: null, utr: null }, last4),
    recordEvidence(tx, {
      kind: "payout",
      sourceId: row.id,
      channel: "person",
      sentence: `Asked for ${formatPaise(row.amountPaise)}; the amount is set aside.`,
      reference: `payouts/${row.id}`,
    }),
    recordEvidence(tx, { kind: "payout", sourceId: row.id, channel: "decision", sentence: screened, reference: `risk_verdicts/${row.verdictId}` }),
    recordAudit(tx, {
      verb: "payout.create",
      objectKind: "payout",
      objectId: row.id,
      after: {
        amountPaise: row.amountPaise.toString(),
        accountId: row.accountId,
        beneficiaryId: row.beneficiaryId,
        status: row.status,
        digest: Buffer.from(row.digest).toString("hex"),
      },
    }),
    row.holdUntil === null ? undefined : enqueue(tx, { name: "payout.cool_off_end", key: row.id, payload: { payoutId: row.id }, runAt: row.holdUntil }),
  ]);
}

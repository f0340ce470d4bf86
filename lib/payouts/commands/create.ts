import { getTableColumns } from "drizzle-orm";
import { namedRow } from "@/db/calls";
import { payouts } from "@/db/schema/payouts";
import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx, type Tx, type UserActor } from "@/lib/context";
import { AppError, refuseUnless } from "@/lib/errors";
import { idempotently } from "@/lib/idempotency";
import { newId } from "@/lib/ids";
import { enqueue } from "@/lib/jobs";
import { askReserve, placeHold, reserveFrom } from "@/lib/ledger";
import { addPaise, formatPaise, type Paise } from "@/lib/money";
import { maskName } from "@/lib/privacy/policy";
import { askRiskFacts, screenPayout } from "@/lib/risk";
import { dayMs, minuteMs, plusMs, toIst } from "@/lib/time";
import { recordEvidence, riskScreen } from "@/lib/transactions";
import { unseal } from "@/lib/vault";
import type { CreatePayoutInput, PayoutOutcome, PayoutRail } from "../contract.ts";
import { beginPayout, requirePerson, toOutcome } from "../load.ts";
import { approvalsNeededFor, feeFor, mayRequest, payoutPolicyVersion, railFor, type RequestFacts } from "../policy.ts";
import { toStatement } from "../statement.ts";
import { askTarget, type Target } from "../target.ts";

/** Asks for a payout: places its hold, screens it, and leaves it waiting for signatures or held. Idempotent by key. */
export async function createPayout(ctx: Ctx, input: CreatePayoutInput): Promise<PayoutOutcome> {
  const maker = requirePerson(ctx, "payouts.create");
  return withTransaction(ctx, (tx) =>
    idempotently(tx, (target, basis, risk) => request(tx, { maker, input, target, basis, risk }), askTarget(ctx.now, input), askReserve(ctx.now), askRiskFacts(ctx.now, input)),
  );
}

type Asked = { maker: UserActor; input: CreatePayoutInput; target: Target; basis: Parameters<typeof reserveFrom>[1]; risk: Parameters<typeof screenPayout>[2] };

async function request(tx: Tx, { maker, input, target, basis, risk }: Asked): Promise<PayoutOutcome> {
  const { settings } = target;
  const reserve = await reserveFrom(tx, basis);
  const facts = requestFacts(target, { accountId: input.accountId, amountPaise: input.amountPaise, maxPaise: settings.maxPaise, now: tx.ctx.now });
  refuseUnless(mayRequest(maker, facts), "conflict", "payout_refused");
  const rail = railFor(target.beneficiary.kind, input.amountPaise);
  if (rail === null) throw new AppError("conflict", "payout_refused", "No rail carries this amount to this beneficiary.");
  const id = newId("payout");
  const payee = maskName(await unseal({ table: "beneficiaries", column: "name_ct", rowId: target.beneficiary.id }, target.beneficiary.nameCt));
  const row = newRow(tx, {
    id,
    input,
    target,
    rail,
    payee,
    maker,
    verdict: screenPayout(tx, id, risk),
    approvalsNeeded: approvalsNeededFor({ amountPaise: input.amountPaise, twoFromPaise: settings.twoFromPaise, firstPayout: target.firstPayout }),
    expiresAt: plusMs(tx.ctx.now, settings.expiryDays * dayMs),
  });
  placeHold(tx, { accountId: row.accountId, payoutId: id, amountPaise: addPaise(row.amountPaise, row.feePaise), reservePaise: reserve.reservePaise });
  await store(tx, row, target.beneficiary.last4);
  return toOutcome(row);
}

function requestFacts(target: Target, asked: { accountId: string; amountPaise: Paise; maxPaise: Paise; now: Date }): RequestFacts {
  const { duplicateMinutes } = target.settings;
  const since = plusMs(asked.now, -duplicateMinutes * minuteMs);
  return {
    accountActive: target.accountActive,
    payoutsEnabled: true,
    beneficiary: { accountMatches: target.beneficiary.accountId === asked.accountId, active: target.beneficiary.active, kind: target.beneficiary.kind },
    amountPaise: asked.amountPaise,
    maxPaise: asked.maxPaise,
    duplicate: target.last !== null && target.last.createdAt > since ? { id: target.last.id, minutes: duplicateMinutes } : null,
    figures: null,
  };
}

type Findings = ReturnType<typeof screenPayout>;
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

const columns = getTableColumns(payouts);

async function store(tx: Tx, row: NewRow, last4: string): Promise<void> {
  const held = row.holdReasons.length > 0;
  const screened = held ? `Held: ${row.holdReasons.map((reason) => reason.sentence).join(" ")}` : "The risk screen found nothing against it.";
  tx.later({ call: "request_payout", row: namedRow(columns, row) });
  await Promise.all([
    beginPayout(tx, row, last4),
    recordEvidence(tx, {
      kind: "payout",
      sourceId: row.id,
      channel: "person",
      sentence: `Asked for ${formatPaise(row.amountPaise)}; the amount is set aside.`,
      reference: `payouts/${row.id}`,
    }),
    recordEvidence(tx, { kind: "payout", sourceId: row.id, channel: "decision", sentence: screened, reference: `risk_verdicts/${row.verdictId}`, actor: riskScreen }),
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

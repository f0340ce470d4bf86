import { and, desc, eq, notInArray } from "drizzle-orm";
import { accounts, beneficiaries } from "@/db/schema/accounts";
import { payouts } from "@/db/schema/payouts";
import { read, type Ctx } from "@/lib/context";
import { AppError, type Reason } from "@/lib/errors";
import { getBalance } from "@/lib/ledger";
import { paise, type Paise } from "@/lib/money";
import { findOpenStop, getSettings } from "@/lib/settings";
import { clockNow, minuteMs, plusMs, toIst } from "@/lib/time";
import type { PayoutPreview, PreviewPayoutInput } from "./contract.ts";
import { headroomOf } from "./panel.ts";
import { approvalsNeededFor, approvalsSentence, feeFor, mayRequest, railFor } from "./policy.ts";

type Beneficiary = { accountId: string; kind: "bank_account" | "vpa"; status: "active" | "retired"; coolOffUntil: Date; firstPayout: boolean };

/** What a request would meet now: live headroom, signatures needed, and every reason why it would be refused or wait. Changes nothing. */
export async function previewPayout(ctx: Ctx, input: PreviewPayoutInput): Promise<PayoutPreview> {
  const now = clockNow();
  const amountPaise = input.amountPaise ?? null;
  const [account, beneficiary, balance, settings, stop, twin] = await Promise.all([
    findAccount(input.accountId),
    input.beneficiaryId === undefined ? null : findBeneficiary(input.beneficiaryId),
    getBalance(input.accountId, now),
    getSettings(null, ["payoutMaxPaise", "twoApproverFromPaise", "duplicateMinutes"]),
    findOpenStop(),
    input.beneficiaryId === undefined || amountPaise === null ? null : findTwin(input.beneficiaryId, amountPaise),
  ]);
  const [max, twoFrom, minutes] = settings;
  const { reserve } = balance;
  const decision = mayRequest(ctx.actor, {
    accountActive: account.status === "active",
    payoutsEnabled: balance.payoutsEnabled,
    beneficiary: beneficiary === null ? null : { accountMatches: beneficiary.accountId === input.accountId, active: beneficiary.status === "active", kind: beneficiary.kind },
    amountPaise,
    maxPaise: paise(BigInt(max)),
    duplicate: twin !== null && twin.createdAt > plusMs(now, -minutes * minuteMs) ? { id: twin.id, minutes } : null,
    figures: reserve === null ? null : { balancePaise: balance.balancePaise, heldPaise: balance.heldPaise, reservePaise: reserve.reservePaise },
  });
  const failing: Reason[] = decision.allowed ? [] : [...decision.reasons];
  if (reserve === null)
    failing.push({ code: "rate_missing", sentence: "There is no USD reference rate, so the reserve cannot be known.", wayOut: "A rate must be entered first." });
  const asked = amountPaise === null ? null : { amountPaise, twoFromPaise: paise(BigInt(twoFrom)), firstPayout: beneficiary?.firstPayout ?? false };
  return {
    headroom: headroomOf(balance, amountPaise),
    rail: beneficiary === null || amountPaise === null ? null : railFor(beneficiary.kind, amountPaise),
    feePaise: feeFor().toString(),
    approvals: asked === null || beneficiary === null ? null : { needed: approvalsNeededFor(asked), sentence: approvalsSentence(asked) },
    failing,
    warnings: warningsOf(beneficiary, { now, stopped: stop !== null, stale: reserve?.stale ?? false }),
  };
}

function warningsOf(beneficiary: Beneficiary | null, at: { now: Date; stopped: boolean; stale: boolean }): Reason[] {
  const warnings: Reason[] = [];
  if (beneficiary !== null && beneficiary.coolOffUntil > at.now)
    warnings.push({ code: "cool_off", sentence: `This beneficiary is new: the payout is held until ${toIst(beneficiary.coolOffUntil)}.`, wayOut: "It moves on by itself then." });
  if (at.stopped) warnings.push({ code: "stopped", sentence: "All payouts are stopped: nobody can sign it until they are restarted." });
  if (at.stale) warnings.push({ code: "rate_stale", sentence: "The reference rate is too old: nobody can sign it until a newer one is entered." });
  return warnings;
}

async function findAccount(id: string): Promise<{ status: "active" | "closed" }> {
  const [row] = await read((db) => db.select({ status: accounts.status }).from(accounts).where(eq(accounts.id, id)));
  if (row === undefined) throw new AppError("not_found", "no_account", "There is no such account.");
  return row;
}

async function findBeneficiary(id: string): Promise<Beneficiary> {
  const { accountId, kind, status, coolOffUntil } = beneficiaries;
  const [[row], paid] = await Promise.all([
    read((db) => db.select({ accountId, kind, status, coolOffUntil }).from(beneficiaries).where(eq(beneficiaries.id, id))),
    read((db) =>
      db
        .select({ id: payouts.id })
        .from(payouts)
        .where(and(eq(payouts.beneficiaryId, id), eq(payouts.status, "succeeded")))
        .limit(1),
    ),
  ]);
  if (row === undefined) throw new AppError("not_found", "no_beneficiary", "There is no such beneficiary.");
  return { ...row, firstPayout: paid.length === 0 };
}

async function findTwin(beneficiaryId: string, amountPaise: Paise): Promise<{ id: string; createdAt: Date } | null> {
  const [row] = await read((db) =>
    db
      .select({ id: payouts.id, createdAt: payouts.createdAt })
      .from(payouts)
      .where(and(eq(payouts.beneficiaryId, beneficiaryId), eq(payouts.amountPaise, amountPaise), notInArray(payouts.status, ["rejected", "cancelled", "expired", "failed"])))
      .orderBy(desc(payouts.createdAt))
      .limit(1),
  );
  return row ?? null;
}

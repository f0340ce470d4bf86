import * as z from "zod/mini";
import type { Ask } from "@/db/calls";
import { AppError } from "@/lib/errors";
import { paise, type Paise } from "@/lib/money";
import { parseSetting } from "@/lib/policies/policy";
import { bytes, instant } from "./answers.ts";

const answerShape = z.nullable(
  z.object({
    accountStatus: z.enum(["active", "closed"]),
    beneficiary: z.object({
      id: z.string(),
      account_id: z.string(),
      name_ct: bytes,
      kind: z.enum(["bank_account", "vpa"]),
      destination_hash: bytes,
      last4: z.string(),
      ifsc: z.nullable(z.string()),
      version: z.int(),
      status: z.enum(["active", "retired"]),
      created_by: z.string(),
      cool_off_until: instant,
    }),
    paid: z.boolean(),
    last: z.nullable(z.object({ id: z.string(), createdAt: instant })),
    settings: z.nullable(z.record(z.string(), z.unknown())),
  }),
);

/** Where a request's money would go, and what was asked for before. */
export type Target = {
  accountActive: boolean;
  beneficiary: {
    id: string;
    accountId: string;
    nameCt: Uint8Array;
    kind: "bank_account" | "vpa";
    destinationHash: Uint8Array;
    last4: string;
    ifsc: string | null;
    version: number;
    active: boolean;
    createdBy: string;
    coolOffUntil: Date;
  };
  firstPayout: boolean;
  /** The latest equal request that was not undone, of the time in which two equal ones are one too many. */
  last: { id: string; createdAt: Date } | null;
  settings: { maxPaise: Paise; twoFromPaise: Paise; duplicateMinutes: number; expiryDays: number };
};

/** The account, the beneficiary and what was asked for before, behind a lock on equal requests; throws `not_found`. */
export function askTarget(now: Date, input: { accountId: string; beneficiaryId: string; amountPaise: Paise }): Ask<Target> {
  const { accountId, beneficiaryId, amountPaise } = input;
  return {
    call: "payout_target",
    given: { account: accountId, payee: beneficiaryId, amount: amountPaise, now_at: now, minutes_default: parseSetting("duplicateMinutes", undefined) },
    read: toTarget,
  };
}

function toTarget(answer: unknown): Target {
  const row = z.parse(answerShape, answer);
  if (row === null) throw new AppError("not_found", "no_payout_target", "There is no such account or beneficiary.");
  const { beneficiary: b, settings } = row;
  return {
    accountActive: row.accountStatus === "active",
    beneficiary: {
      id: b.id,
      accountId: b.account_id,
      nameCt: b.name_ct,
      kind: b.kind,
      destinationHash: b.destination_hash,
      last4: b.last4,
      ifsc: b.ifsc,
      version: b.version,
      active: b.status === "active",
      createdBy: b.created_by,
      coolOffUntil: b.cool_off_until,
    },
    firstPayout: !row.paid,
    last: row.last,
    settings: {
      maxPaise: paise(BigInt(parseSetting("payoutMaxPaise", settings?.["payoutMaxPaise"]))),
      twoFromPaise: paise(BigInt(parseSetting("twoApproverFromPaise", settings?.["twoApproverFromPaise"]))),
      duplicateMinutes: parseSetting("duplicateMinutes", settings?.["duplicateMinutes"]),
      expiryDays: parseSetting("approvalExpiryDays", settings?.["approvalExpiryDays"]),
    },
  };
}

import { and, asc, eq, sql } from "drizzle-orm";
import { accounts, beneficiaries } from "@/db/schema/accounts";
import { payoutAttempts, payouts } from "@/db/schema/payouts";
import { requirePermission, type Permission } from "@/lib/access";
import { read, type Ctx, type Tx, type UserActor } from "@/lib/context";
import { compiled, slot } from "@/db/compiled";
import type { Db } from "@/db/pool";
import { AppError } from "@/lib/errors";
import { indexMovement, moveMovement } from "@/lib/transactions";
import type { TransactionStatus } from "@/lib/transactions/contract";
import { paise } from "@/lib/money";
import type { PayoutOutcome } from "./contract.ts";
import type { Decider, PayoutFacts } from "./policy.ts";
import type { PayoutStatus } from "./state.ts";
import { sameDigest, toStatement, type Statement, type StatementSource } from "./statement.ts";
import { toIst } from "@/lib/time";
import { countedVotes, type Vote } from "./votes.ts";

export type PayoutRecord = typeof payouts.$inferSelect;

/** The parts of the beneficiary and the account that the statement and the decisions look at, as they are now. */
type Surroundings = {
  beneficiary: {
    version: number;
    kind: "bank_account" | "vpa";
    destinationHash: Uint8Array;
    last4: string;
    ifsc: string | null;
    createdBy: string;
    status: "active" | "retired";
    gatewayStatus: "unregistered" | "registered" | "refused";
  };
  accountName: string;
  accountStatus: "active" | "closed";
  /** When an API client asked for it: everyone who counts as that client's maker. */
  clientMakers: string[];
};

export type LoadedPayout = { payout: PayoutRecord } & Surroundings;

const beneficiaryColumns = {
  version: beneficiaries.version,
  kind: beneficiaries.kind,
  destinationHash: beneficiaries.destinationHash,
  last4: beneficiaries.last4,
  ifsc: beneficiaries.ifsc,
  createdBy: beneficiaries.createdBy,
  status: beneficiaries.status,
  gatewayStatus: beneficiaries.gatewayStatus,
};

const clientMakersOf = sql<string[]>`array(select distinct m.user_id from client_makers m where m.client_id = ${payouts.makerId})`;

function select(db: Pick<Db, "select">, id: string) {
  return db
    .select({ payout: payouts, beneficiary: beneficiaryColumns, accountName: accounts.name, accountStatus: accounts.status, clientMakers: clientMakersOf })
    .from(payouts)
    .innerJoin(beneficiaries, eq(beneficiaries.id, payouts.beneficiaryId))
    .innerJoin(accounts, eq(accounts.id, payouts.accountId))
    .where(eq(payouts.id, id));
}

function orNotFound<T>(row: T | undefined): T {
  if (row === undefined) throw new AppError("not_found", "payout_not_found", "There is no such payout.");
  return row;
}

/** Reads one payout without a lock; throws `not_found`. */
export async function loadPayout(id: string): Promise<LoadedPayout> {
  return orNotFound((await read((db) => select(db, id)))[0]);
}

const lock = compiled((db) => select(db, slot("id")).for("update", { of: payouts }));

/** Locks one payout's row for the rest of `tx`; throws `not_found`. */
export async function lockPayout(tx: Tx, id: string): Promise<LoadedPayout> {
  return orNotFound((await lock(tx.db, { id }))[0]);
}

export type AttemptRecord = typeof payoutAttempts.$inferSelect;

export async function listAttempts(tx: Tx | null, payoutId: string): Promise<AttemptRecord[]> {
  const query = (db: Pick<Db, "select">) => db.select().from(payoutAttempts).where(eq(payoutAttempts.payoutId, payoutId)).orderBy(asc(payoutAttempts.number));
  return tx === null ? read(query) : query(tx.db);
}

export function sourceOf({ payout, beneficiary }: LoadedPayout): StatementSource {
  return {
    id: payout.id,
    version: payout.version,
    accountId: payout.accountId,
    beneficiaryId: payout.beneficiaryId,
    beneficiaryVersion: beneficiary.version,
    payee: payout.payee,
    kind: beneficiary.kind,
    destinationHash: beneficiary.destinationHash,
    last4: beneficiary.last4,
    ifsc: beneficiary.ifsc,
    amountPaise: payout.amountPaise,
    currency: payout.currency,
    rail: payout.rail,
    feePaise: payout.feePaise,
    purpose: payout.purpose,
    policyVersion: payout.policyVersion,
    verdictId: payout.verdictId,
  };
}

/** The statement as the rows say it now, and whether it is still the one the payout carries. */
export function statementOf(loaded: LoadedPayout): Statement & { unchanged: boolean } {
  const statement = toStatement(sourceOf(loaded));
  return { ...statement, unchanged: sameDigest(statement.digest, loaded.payout.digest) };
}

/** Every try surely reached nobody, or two people agreed that the gateway has none of it. */
export function reachedNobody(attempts: readonly Pick<AttemptRecord, "status">[]): boolean {
  return attempts.length > 0 && attempts.every((attempt) => attempt.status === "not_sent" || attempt.status === "absent");
}

/** The facts of a decision. `attempts` matter once it has begun to be sent. */
export function factsOf(loaded: LoadedPayout, votes: readonly Omit<Vote, "why">[], attempts: readonly AttemptRecord[] = []): PayoutFacts {
  const { payout } = loaded;
  const live = countedVotes(votes, payout.digest);
  return {
    status: payout.status,
    makerId: payout.makerId,
    clientMakers: loaded.clientMakers,
    lastEditorId: payout.lastEditorId,
    destinationBy: [payout.beneficiaryCreatedBy, loaded.beneficiary.createdBy],
    approvedBy: live.map((vote) => vote.approverId),
    withdrawnFrom: votes.filter((vote) => vote.withdrawn !== null).map((vote) => vote.approverId),
    signerGone: live.some((vote) => vote.gone !== null),
    approvalsNeeded: payout.approvalsNeeded,
    expiresAt: payout.expiresAt,
    beneficiaryActive: loaded.beneficiary.status === "active",
    accountActive: loaded.accountStatus === "active",
    reachedNobody: reachedNobody(attempts),
    openSince: attempts.findLast((attempt) => attempt.status === "prepared" || attempt.status === "unknown")?.preparedAt ?? null,
    holdCodes: payout.holdReasons.map((reason) => reason.code),
    holdUntil: payout.holdUntil,
  };
}

export function deciderOf(ctx: Ctx): Decider {
  return { permissions: ctx.actor.permissions, userId: ctx.actor.kind === "user" ? ctx.actor.userId : null };
}

/**
 * The signed-in person with the permission; machines cannot sign or release money. An API client may ask for it: it is
 * the maker then, in the shape of a person without a session, and the people behind it are kept from signing.
 */
export function requirePerson(ctx: Ctx, permission: Permission): UserActor {
  requirePermission(ctx.actor, permission);
  if (ctx.actor.kind === "client" && permission === "payouts.create")
    return { kind: "user", userId: ctx.actor.clientId, sessionId: "-", roles: [], permissions: ctx.actor.permissions, factor: null };
  if (ctx.actor.kind !== "user") throw new AppError("forbidden", "not_a_person", "Only a signed-in person may do this.");
  return ctx.actor;
}

const movementStatuses: Record<PayoutStatus, TransactionStatus> = {
  draft: "waiting",
  pending_approval: "waiting",
  held: "held",
  approved: "moving",
  submitting: "moving",
  in_flight: "moving",
  succeeded: "succeeded",
  failed: "failed",
  reversed: "reversed",
  rejected: "cancelled",
  cancelled: "cancelled",
  expired: "cancelled",
};

type Moving = Pick<PayoutRecord, "id" | "status" | "unknownSince" | "cfTransferId" | "utr">;
type Beginning = Pick<PayoutRecord, "id" | "accountId" | "beneficiaryId" | "amountPaise" | "rail" | "payee" | "status" | "createdAt">;

function movementStatusOf(payout: Pick<Moving, "status" | "unknownSince">): TransactionStatus {
  return payout.unknownSince === null ? movementStatuses[payout.status] : "unknown";
}

/** Keeps the searchable row of this payout in step, in the same `tx`. */
export async function indexPayout(tx: Tx, payout: Moving): Promise<void> {
  const { cfTransferId: gatewayId, utr: bankReference } = payout;
  moveMovement(tx, { kind: "payout", sourceId: payout.id, status: movementStatusOf(payout), gatewayId, bankReference });
}

/** The searchable row of a new payout. */
export async function beginPayout(tx: Tx, payout: Beginning, last4: string): Promise<void> {
  await indexMovement(tx, {
    kind: "payout",
    sourceId: payout.id,
    beginning: true,
    status: movementStatuses[payout.status],
    amountPaise: paise(0n - payout.amountPaise),
    occurredAt: payout.createdAt,
    accountId: payout.accountId,
    method: payout.rail,
    counterparty: `${payout.payee} ••${last4}`,
    payeeId: payout.beneficiaryId,
    last4,
  });
}

type Change = Partial<Omit<PayoutRecord, "id" | "version" | "digest" | "makerId">>;

/** Writes `change` only while the payout still stands where it was seen; false when somebody else moved it first. */
export async function changePayout(tx: Tx, was: Pick<PayoutRecord, "id" | "status" | "version">, change: Change): Promise<boolean> {
  const rows = await tx.db
    .update(payouts)
    .set({ ...change, updatedAt: tx.ctx.now })
    // By its id alone: an index on the status would be walked past every other payout that stands there.
    .where(and(eq(payouts.id, was.id), sql`(${payouts.status} = ${was.status} and ${payouts.version} = ${was.version}) is true`))
    .returning({ id: payouts.id });
  return rows.length === 1;
}

export function toOutcome(payout: Pick<PayoutRecord, "id" | "status" | "approvalsGiven" | "approvalsNeeded" | "holdReasons" | "holdUntil">): PayoutOutcome {
  return {
    id: payout.id,
    status: payout.status,
    approvals: { given: payout.approvalsGiven, needed: payout.approvalsNeeded },
    holdReasons: payout.holdReasons,
    holdUntil: payout.holdUntil === null ? null : toIst(payout.holdUntil),
  };
}

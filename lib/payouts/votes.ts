// The signatures under a payout, and which of them count.
import { asc, eq, sql } from "drizzle-orm";
import { compiled, slot } from "@/db/compiled";
import { payoutApprovals, payoutWithdrawals } from "@/db/schema/payouts";
import { read, type Tx } from "@/lib/context";
import { clockNow } from "@/lib/time";
import type { GoneReason } from "./contract.ts";
import { sameDigest } from "./statement.ts";

export type Vote = {
  id: string;
  approverId: string;
  digest: Uint8Array;
  at: Date;
  factor: "totp" | "passkey";
  /** Why its signer may not sign any more; null while they may. */
  gone: GoneReason | null;
  /** When it was taken off, since which it counts for nothing, and why. */
  withdrawn: Date | null;
  why: GoneReason | null;
};

const votesOf = compiled((db) =>
  db
    .select({
      id: payoutApprovals.id,
      approverId: payoutApprovals.approverId,
      digest: payoutApprovals.digest,
      at: payoutApprovals.at,
      factor: payoutApprovals.factor,
      gone: sql<Vote["gone"]>`signer_gone(${payoutApprovals.approverId}, ${slot<string>("now")}::timestamptz)`,
      withdrawn: payoutWithdrawals.at,
      why: payoutWithdrawals.reason,
    })
    .from(payoutApprovals)
    .leftJoin(payoutWithdrawals, eq(payoutWithdrawals.approvalId, payoutApprovals.id))
    .where(eq(payoutApprovals.payoutId, slot("payoutId")))
    .orderBy(asc(payoutApprovals.at), asc(payoutApprovals.id)),
);

/** The signatures under a payout, oldest first, those taken off too. */
export async function listVotes(tx: Tx | null, payoutId: string): Promise<Vote[]> {
  const now = (tx === null ? clockNow() : tx.ctx.now).toISOString();
  return tx === null ? read((db) => votesOf(db, { payoutId, now })) : votesOf(tx.db, { payoutId, now });
}

/** Those over this very content that were not taken off: what the database counts. */
export function countedVotes<V extends Pick<Vote, "digest" | "withdrawn">>(votes: readonly V[], digest: Uint8Array): V[] {
  return votes.filter((vote) => vote.withdrawn === null && sameDigest(vote.digest, digest));
}

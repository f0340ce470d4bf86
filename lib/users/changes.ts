// Reads of proposals: each with who must still agree, as the viewer sees it.
import { and, desc, eq, or, type SQL } from "drizzle-orm";
import { changes } from "@/db/schema/users";
import { read, type Ctx } from "@/lib/context";
import { toIst } from "@/lib/time";
import type { Change } from "./contract.ts";
import { isRole, namer } from "./load.ts";
import { mayDecide, mayWithdraw, type ChangeFacts, type Viewing } from "./policy.ts";

export type ChangeRow = typeof changes.$inferSelect;

const listedMax = 200;

export function viewing(ctx: Ctx): Viewing {
  return { userId: ctx.actor.kind === "user" ? ctx.actor.userId : "", permissions: ctx.actor.permissions };
}

export function changeFacts(row: ChangeRow): ChangeFacts {
  return { kind: row.kind, status: row.status, subjectId: row.subjectId, proposedBy: row.proposedBy, expiresAt: row.expiresAt };
}

async function toDtos(ctx: Ctx, rows: readonly ChangeRow[]): Promise<Change[]> {
  const who = await namer(rows.flatMap((row) => [row.subjectId, row.proposedBy, row.decidedBy]));
  const viewer = viewing(ctx);
  return rows.map((row) => {
    const facts = changeFacts(row);
    const decision = mayDecide(viewer, facts, ctx.now);
    return {
      id: row.id,
      kind: row.kind,
      subject: who(row.subjectId),
      role: row.role !== null && isRole(row.role) ? row.role : null,
      validFrom: row.validFrom === null ? null : toIst(row.validFrom),
      validUntil: row.validUntil === null ? null : toIst(row.validUntil),
      reason: row.reason,
      // Late but not swept yet is expired all the same.
      status: row.status === "pending" && row.expiresAt <= ctx.now ? "expired" : row.status,
      proposedBy: who(row.proposedBy),
      proposedAt: toIst(row.proposedAt),
      expiresAt: toIst(row.expiresAt),
      decidedBy: row.decidedBy === null ? null : who(row.decidedBy),
      decidedAt: row.decidedAt === null ? null : toIst(row.decidedAt),
      decisionReason: row.decisionReason,
      decideReasons: decision.allowed ? [] : decision.reasons,
      mayWithdraw: mayWithdraw(viewer, facts).allowed,
    };
  });
}

async function rowsWhere(where: SQL | undefined): Promise<ChangeRow[]> {
  return read((db) => db.select().from(changes).where(where).orderBy(desc(changes.proposedAt), desc(changes.id)).limit(listedMax));
}

/** What waits for a second admin, and what was decided lately, newest first. */
export async function listChanges(ctx: Ctx): Promise<{ items: Change[] }> {
  const [open, all] = await Promise.all([rowsWhere(eq(changes.status, "pending")), rowsWhere(undefined)]);
  const items = await toDtos(ctx, [...open, ...all.filter((row) => row.status !== "pending")].slice(0, listedMax));
  return { items };
}

/** Proposals about one person, or made by them. */
export async function changesAbout(ctx: Ctx, userId: string): Promise<Change[]> {
  return toDtos(ctx, await rowsWhere(or(eq(changes.subjectId, userId), and(eq(changes.proposedBy, userId), eq(changes.status, "pending")))));
}

import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import { riskVerdicts } from "@/db/schema/risk";
import { read } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { toIst } from "@/lib/time";
import type { Judged, VerdictDto, VerdictsPage, VerdictsQuery } from "./contract.ts";

const pageSize = 50;

/** Payouts by their ids; they live above this room, so the door brings them. */
export type PayoutsOf = (ids: string[]) => Promise<ReadonlyMap<string, Judged>>;

/** Verdicts newest first, each with the payout it is about. */
export async function listVerdicts(query: VerdictsQuery, payoutsOf: PayoutsOf): Promise<VerdictsPage> {
  const where: (SQL | undefined)[] = [];
  if (query.outcome !== undefined) where.push(eq(riskVerdicts.outcome, query.outcome));
  if (query.cursor !== undefined) where.push(lt(riskVerdicts.id, query.cursor));
  const rows = await read((db) =>
    db
      .select()
      .from(riskVerdicts)
      .where(and(...where))
      .orderBy(desc(riskVerdicts.id))
      .limit(pageSize + 1),
  );
  const page = rows.slice(0, pageSize);
  const judged = await payoutsOf(page.map((row) => row.payoutId));
  const items = page.map((row) => ({ ...toDto(row), payout: judged.get(row.payoutId) ?? null }));
  return { items, nextCursor: rows.length > pageSize ? (items.at(-1)?.id ?? null) : null };
}

/** One verdict; throws `not_found`. */
export async function getVerdict(id: string): Promise<VerdictDto> {
  const [row] = await read((db) => db.select().from(riskVerdicts).where(eq(riskVerdicts.id, id)));
  if (row === undefined) throw new AppError("not_found", "no_verdict", "There is no such risk verdict.");
  return toDto(row);
}

function toDto(row: typeof riskVerdicts.$inferSelect): VerdictDto {
  return { id: row.id, payoutId: row.payoutId, outcome: row.outcome, findings: row.findings, at: toIst(row.at) };
}

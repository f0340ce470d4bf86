import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

export type RuleFinding = { rule: string; result: "clear" | "hit" | "threw"; sentence: string; operands: Record<string, string> };

/** What the screen said of a payout, with every operand it looked at. Append-only. */
export const riskVerdicts = pgTable(
  "risk_verdicts",
  {
    id: text().primaryKey(),
    payoutId: text("payout_id").notNull(),
    outcome: text({ enum: ["clear", "hold"] }).notNull(),
    findings: jsonb().$type<RuleFinding[]>().notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    index("risk_verdicts_payout").on(table.payoutId),
    index("risk_verdicts_held")
      .on(table.id)
      .where(sql`${table.outcome} = 'hold'`),
  ],
);

import { inArray } from "drizzle-orm";
import { paymentLinks, payments } from "@/db/schema/payments";
import { read } from "@/lib/context";
import { formatPaise } from "@/lib/money";

/** "₹1,250.00 for Invoice 1108" for each of these links. */
export async function linkLabels(ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { id, amountPaise, purpose } = paymentLinks;
  const rows = await read((db) =>
    db
      .select({ id, amountPaise, purpose })
      .from(paymentLinks)
      .where(inArray(id, [...ids])),
  );
  return new Map(rows.map((row) => [row.id, `${formatPaise(row.amountPaise)} for ${row.purpose}`]));
}

/** "of ₹1,250.00" for each of these payments. */
export async function paymentAmounts(ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { id, amountPaise } = payments;
  const rows = await read((db) =>
    db
      .select({ id, amountPaise })
      .from(payments)
      .where(inArray(id, [...ids])),
  );
  return new Map(rows.map((row) => [row.id, `of ${formatPaise(row.amountPaise)}`]));
}

import { useState } from "react";
import type { PayoutRow } from "@/lib/payouts/contract";

type Seen = { rows: readonly PayoutRow[]; stamps: ReadonlyMap<string, string>; changed: ReadonlySet<string> };

const stampsOf = (rows: readonly PayoutRow[]) => new Map(rows.map((row) => [row.id, row.updatedAt]));

/** The rows that differ from how they were last drawn; rows that were not there before do not count. */
export function useChanged(rows: readonly PayoutRow[]): ReadonlySet<string> {
  const [seen, setSeen] = useState<Seen>(() => ({ rows, stamps: stampsOf(rows), changed: new Set() }));
  const same = rows.length === seen.stamps.size && rows.every((row) => seen.stamps.get(row.id) === row.updatedAt);
  if (same) return seen.changed;
  const changed = new Set(rows.filter((row) => seen.stamps.has(row.id) && seen.stamps.get(row.id) !== row.updatedAt).map((row) => row.id));
  setSeen({ rows, stamps: stampsOf(rows), changed });
  return changed;
}

import { sql } from "drizzle-orm";
import { read, type Tx } from "@/lib/context";
import { clockNow, secondMs } from "@/lib/time";
import type { SettingName, SettingValue } from "./definitions.ts";
import { parseSetting } from "./policy.ts";

type Stored = { name: string; value: unknown };

/** A setting's value now, inside `tx` or (null) outside any transaction. A stored value that no longer parses throws. */
export async function getSetting<N extends SettingName>(tx: Tx | null, name: N): Promise<SettingValue<N>> {
  const [value] = await getSettings(tx, [name]);
  return value as SettingValue<N>;
}

/** Several settings in one read, in the order asked. */
export async function getSettings<const N extends readonly SettingName[]>(tx: Tx | null, names: N): Promise<{ [I in keyof N]: SettingValue<N[I]> }> {
  const query = sql`select name, value from settings where name in (${sql.join(
    names.map((name) => sql`${name}`),
    sql`, `,
  )})`;
  const rows = tx === null ? await read((db) => db.execute<Stored>(query)) : await tx.db.execute<Stored>(query);
  const stored = new Map([...rows].map((row) => [row.name, row.value]));
  return names.map((name) => parseSetting(name, stored.get(name))) as { [I in keyof N]: SettingValue<N[I]> };
}

const keptMs = secondMs;
let kept: { at: number; values: Promise<Map<string, unknown>> } | null = null;

/**
 * A setting as it stood at most a second ago: for what is asked on every request, where a read of its own would be
 * dear. Several names come from one moment. Throws when the settings cannot be read: a guard must not guess its numbers.
 */
export async function recentSettings<const N extends readonly SettingName[]>(names: N): Promise<{ [I in keyof N]: SettingValue<N[I]> }> {
  const now = clockNow().getTime();
  if (kept === null || now - kept.at >= keptMs || now < kept.at) {
    const values = read((db) => db.execute<Stored>(sql`select name, value from settings`)).then((rows) => new Map([...rows].map((row) => [row.name, row.value])));
    kept = { at: now, values };
    values.catch(() => forgetSettings());
  }
  const stored = await kept.values;
  return names.map((name) => parseSetting(name, stored.get(name))) as { [I in keyof N]: SettingValue<N[I]> };
}

export async function recentSetting<N extends SettingName>(name: N): Promise<SettingValue<N>> {
  const [value] = await recentSettings([name]);
  return value as SettingValue<N>;
}

/** Makes the next read ask the database again: for whoever just changed one. */
export function forgetSettings(): void {
  kept = null;
}

// Keeps strangers from filling a table: one row per key and minute, a bounded number of keys, a bounded number in all.
import { minuteMs } from "@/lib/time";

const quietMs = minuteMs;
const rowsPerMinute = 60;
const keysMax = 5_000;

type Silence = { since: number; unsaid: number };

const silences = new Map<string, Silence>();
const spent = new Map<string, { since: number; rows: number; unsaid: number }>();

/** How many times to say now (this one and those not said since), or null: counted, and said by a later one. */
export function quieten(event: string, key: string, nowMs: number): number | null {
  const name = `${event} ${key}`;
  const silence = silences.get(name);
  if (silence !== undefined && nowMs - silence.since < quietMs) {
    silence.unsaid += 1;
    return null;
  }
  const budget = budgetOf(event, nowMs);
  if (budget.rows >= rowsPerMinute || (silence === undefined && silences.size >= keysMax && !makeRoom(nowMs))) {
    budget.unsaid += 1 + (silence?.unsaid ?? 0);
    if (silence !== undefined) silence.unsaid = 0;
    return null;
  }
  const times = 1 + (silence?.unsaid ?? 0) + budget.unsaid;
  budget.rows += 1;
  budget.unsaid = 0;
  silences.set(name, { since: nowMs, unsaid: 0 });
  return times;
}

function budgetOf(event: string, nowMs: number): { since: number; rows: number; unsaid: number } {
  const known = spent.get(event);
  if (known !== undefined && nowMs - known.since < quietMs) return known;
  const fresh = { since: nowMs, rows: 0, unsaid: known?.unsaid ?? 0 };
  spent.set(event, fresh);
  return fresh;
}

/** Forgets keys that have been silent; what they left unsaid goes to the event's own count. */
function makeRoom(nowMs: number): boolean {
  for (const [name, silence] of silences) {
    if (nowMs - silence.since < quietMs) continue;
    budgetOf(name.slice(0, name.indexOf(" ")), nowMs).unsaid += silence.unsaid;
    silences.delete(name);
  }
  return silences.size < keysMax;
}

/** Starts with nothing said; for tests. */
export function forgetSilences(): void {
  silences.clear();
  spent.clear();
}

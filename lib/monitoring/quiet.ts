// Keeps anybody from filling a table: one row per key and minute, a bounded number of keys, and so many rows a minute for
// each person and program, and for all strangers together: nobody can spend what another's refusal would be told with.
import { minuteMs } from "@/lib/time";

const quietMs = minuteMs;
const rowsPerMinute = 60;
const keysMax = 5_000;

/** Writes the row, as the last one that got none would have been written. */
type Say = (said: Said, now: Date) => Promise<void>;

type Silence = { since: number; budget: string; unsaid: number; say: Say | null };
type Budget = { since: number; rows: number; unsaid: number; say: Say | null };

const silences = new Map<string, Silence>();
const spent = new Map<string, Budget>();

/** `who` shares one budget: an actor's id, or "strangers". */
export type Told = { event: string; who: string; key: string; say?: Say };

/** `times`: this one and those of its key not said since. `unlisted`: others of the same budget that got no row at all. */
export type Said = { times: number; unlisted: number };

/** What to say now, or null: counted, and said by a later one. */
export function quieten({ event, who, key, say }: Told, nowMs: number): Said | null {
  const name = `${event} ${who} ${key}`;
  const silence = silences.get(name);
  if (silence !== undefined && nowMs - silence.since < quietMs) {
    silence.unsaid += 1;
    silence.say = say ?? null;
    return null;
  }
  const budgetName = `${event} ${who}`;
  const budget = budgetOf(budgetName, nowMs);
  if (budget.rows >= rowsPerMinute || (silence === undefined && silences.size >= keysMax && !makeRoom(nowMs))) {
    budget.unsaid += 1 + (silence?.unsaid ?? 0);
    budget.say = say ?? null;
    if (silence !== undefined) silence.unsaid = 0;
    return null;
  }
  const said = { times: 1 + (silence?.unsaid ?? 0), unlisted: budget.unsaid };
  budget.rows += 1;
  budget.unsaid = 0;
  silences.set(name, { since: nowMs, budget: budgetName, unsaid: 0, say: null });
  return said;
}

function budgetOf(name: string, nowMs: number): Budget {
  const known = spent.get(name);
  if (known !== undefined && nowMs - known.since < quietMs) return known;
  if (known === undefined && spent.size >= keysMax) forgetBudgets(nowMs);
  const fresh = { since: nowMs, rows: 0, unsaid: known?.unsaid ?? 0, say: known?.say ?? null };
  spent.set(name, fresh);
  return fresh;
}

/** Forgets budgets that nobody draws on and that owe no count. */
function forgetBudgets(nowMs: number): void {
  for (const [name, budget] of spent) if (nowMs - budget.since >= quietMs && budget.unsaid === 0) spent.delete(name);
}

/** Forgets keys that have been silent; what they left unsaid goes to their budget's count. */
function makeRoom(nowMs: number): boolean {
  for (const [name, silence] of silences) {
    if (nowMs - silence.since < quietMs) continue;
    const budget = budgetOf(silence.budget, nowMs);
    budget.unsaid += silence.unsaid;
    budget.say ??= silence.say;
    silences.delete(name);
  }
  return silences.size < keysMax;
}

/** Takes what a burst left uncounted once its minute is over, and at the end of a process everything: to be said now, or lost. */
export function takeOwed(nowMs: number, ending = false): { say: Say; said: Said }[] {
  const owed: { say: Say; said: Said }[] = [];
  const due = (since: number): boolean => ending || nowMs - since >= quietMs;
  for (const silence of silences.values()) {
    if (silence.unsaid === 0 || silence.say === null || !due(silence.since)) continue;
    const budget = budgetOf(silence.budget, nowMs);
    if (budget.rows >= rowsPerMinute) continue;
    owed.push({ say: silence.say, said: { times: silence.unsaid, unlisted: budget.unsaid } });
    Object.assign(budget, { rows: budget.rows + 1, unsaid: 0 });
    Object.assign(silence, { since: nowMs, unsaid: 0 });
  }
  for (const [name, { since, unsaid, say }] of spent) {
    if (unsaid === 0 || say === null || !due(since)) continue;
    // One of those that got no row gets it now, and speaks for the others.
    owed.push({ say, said: { times: 1, unlisted: unsaid - 1 } });
    spent.set(name, { since: nowMs, rows: 1, unsaid: 0, say: null });
  }
  return owed;
}

/** Whether a count waits to be said. */
export function owesCounts(): boolean {
  const owes = ({ unsaid, say }: { unsaid: number; say: Say | null }): boolean => unsaid > 0 && say !== null;
  return [...silences.values()].some(owes) || [...spent.values()].some(owes);
}

/** Starts with nothing said; for tests. */
export function forgetSilences(): void {
  silences.clear();
  spent.clear();
}

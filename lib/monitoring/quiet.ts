// Keeps anybody from filling a table: one row per key and minute, a bounded number of keys, and so many rows a minute for
// each person and program, and for all strangers together: nobody can spend what another's refusal would be told with.
import { minuteMs } from "@/lib/time";

const quietMs = minuteMs;
const rowsPerMinute = 60;
const keysMax = 5_000;

type Silence = { since: number; budget: string; unsaid: number };
type Budget = { since: number; rows: number; unsaid: number };

const silences = new Map<string, Silence>();
const spent = new Map<string, Budget>();

/** `who` shares one budget: an actor's id, or "strangers". */
export type Told = { event: string; who: string; key: string };

/** `times`: this one and those of its key not said since. `unlisted`: others of the same budget that got no row at all. */
export type Said = { times: number; unlisted: number };

/** What to say now, or null: counted, and said by a later one. */
export function quieten({ event, who, key }: Told, nowMs: number): Said | null {
  const name = `${event} ${who} ${key}`;
  const silence = silences.get(name);
  if (silence !== undefined && nowMs - silence.since < quietMs) {
    silence.unsaid += 1;
    return null;
  }
  const budgetName = `${event} ${who}`;
  const budget = budgetOf(budgetName, nowMs);
  if (budget.rows >= rowsPerMinute || (silence === undefined && silences.size >= keysMax && !makeRoom(nowMs))) {
    budget.unsaid += 1 + (silence?.unsaid ?? 0);
    if (silence !== undefined) silence.unsaid = 0;
    return null;
  }
  const said = { times: 1 + (silence?.unsaid ?? 0), unlisted: budget.unsaid };
  budget.rows += 1;
  budget.unsaid = 0;
  silences.set(name, { since: nowMs, budget: budgetName, unsaid: 0 });
  return said;
}

function budgetOf(name: string, nowMs: number): Budget {
  const known = spent.get(name);
  if (known !== undefined && nowMs - known.since < quietMs) return known;
  if (known === undefined && spent.size >= keysMax) forgetBudgets(nowMs);
  const fresh = { since: nowMs, rows: 0, unsaid: known?.unsaid ?? 0 };
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
    budgetOf(silence.budget, nowMs).unsaid += silence.unsaid;
    silences.delete(name);
  }
  return silences.size < keysMax;
}

/** Starts with nothing said; for tests. */
export function forgetSilences(): void {
  silences.clear();
  spent.clear();
}

// Request quotas that several processes keep together. A process answers the first few requests of a window by itself and
// takes permits from the store in small leases after that; what the store granted is never more than the quota.
import { sql } from "drizzle-orm";
import { read } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { clockNow, secondMs } from "@/lib/time";
import { secondsUntilOpen, shifted, sliceMsOf, slicesPerWindow, type LimitedClass, type QuotaRule } from "./policy.ts";

export type Taken = { allowed: boolean; quota: number; windowSeconds: number; remaining: number; resetSeconds: number };

/** Permits of one key as this process knows them; `free`, `used` and `store` count thirteen slices, the newest first. */
type Known = { slice: number; free: number[]; used: number[]; store: number[]; left: number; denied: boolean; asking: Promise<void> | null };

type Asked = { key: string; slice: number; quota: number; want: number };
export type Store = (asked: Asked) => Promise<{ granted: number; slice: number; counts: number[] }>;

const none = (): number[] => Array.from({ length: slicesPerWindow + 1 }, () => 0);
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const keysMax = 50_000;
const storeDeadlineMs = 1500;
/** How long a store that failed is not asked again for classes that go on without it. */
const storeRestMs = 1000;

export class Limiter {
  readonly #store: Store;
  readonly #known = new Map<string, Known>();
  #down: { restsUntil: number; error: unknown } = { restsUntil: 0, error: null };

  constructor(store: Store = takeFromStore) {
    this.#store = store;
  }

  /** Takes one permit for `subject`; throws what the store threw where the class does not go on without it. */
  async take(name: LimitedClass, subject: string, rule: QuotaRule): Promise<Taken & { storeError?: unknown }> {
    const sliceMs = sliceMsOf(rule);
    const key = `${name}:${subject}`;
    const nowMs = clockNow().getTime();
    const known = this.#at(key, Math.floor(nowMs / sliceMs));
    const answer = (allowed: boolean): Taken => answerOf(known, rule, { allowed, intoSliceMs: nowMs % sliceMs });
    for (;;) {
      if (known.denied) return answer(false);
      if (sum(known.free) < rule.free) {
        known.free[0] = (known.free[0] ?? 0) + 1;
        known.used[0] = (known.used[0] ?? 0) + 1;
        return answer(true);
      }
      if (known.left > 0) {
        known.left -= 1;
        known.used[0] = (known.used[0] ?? 0) + 1;
        return answer(true);
      }
      if (rule.whenDown === "allow" && performance.now() < this.#down.restsUntil) return { ...answer(true), storeError: this.#down.error };
      try {
        await (known.asking ??= this.#ask(key, known, rule).finally(() => (known.asking = null)));
      } catch (error) {
        this.#down = { restsUntil: performance.now() + storeRestMs, error };
        if (rule.whenDown === "refuse") throw error;
        return { ...answer(true), storeError: error };
      }
    }
  }

  async #ask(key: string, known: Known, rule: QuotaRule): Promise<void> {
    const { slice } = known;
    // About as many as the last slice needed: what a lease does not use up is lost with its slice.
    const want = Math.min(rule.lease, Math.max(1, Math.ceil(rule.lease / 4), known.used[1] ?? 0));
    const taken = await this.#store({ key, slice, quota: rule.quota - rule.free, want });
    // A slice that ended meanwhile takes its permits with it.
    if (known.slice !== slice) return;
    known.store = taken.counts;
    known.left += taken.granted;
    known.denied = taken.granted === 0;
  }

  #at(key: string, slice: number): Known {
    const found = this.#known.get(key);
    if (found === undefined) {
      if (this.#known.size >= keysMax) this.#forgetSome();
      const fresh: Known = { slice, free: none(), used: none(), store: none(), left: 0, denied: false, asking: null };
      this.#known.set(key, fresh);
      return fresh;
    }
    if (found.slice < slice) {
      const by = slice - found.slice;
      Object.assign(found, { slice, free: shifted(found.free, by), used: shifted(found.used, by), store: shifted(found.store, by), left: 0, denied: false });
      // The busiest stay at the end, so that what is forgotten first is what was not seen for longest.
      this.#known.delete(key);
      this.#known.set(key, found);
    }
    return found;
  }

  #forgetSome(): void {
    for (const key of this.#known.keys()) {
      if (this.#known.size < keysMax * 0.9) break;
      this.#known.delete(key);
    }
  }
}

function answerOf(known: Known, rule: QuotaRule, { allowed, intoSliceMs }: { allowed: boolean; intoSliceMs: number }): Taken {
  const sliceMs = sliceMsOf(rule);
  const elsewhere = sum(known.store) + sum(known.free) - known.left;
  return {
    allowed,
    quota: rule.quota,
    windowSeconds: rule.windowMs / secondMs,
    remaining: allowed ? Math.max(0, rule.quota - Math.max(elsewhere, sum(known.used))) : 0,
    resetSeconds: allowed ? rule.windowMs / secondMs : secondsUntilOpen(known.store, intoSliceMs, sliceMs),
  };
}

/** The shared store: one statement on its own, so that no rollback gives a permit back. */
async function takeFromStore({ key, slice, quota, want }: Asked): ReturnType<Store> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError("unavailable", "limiter_silent", "The desk cannot count requests right now. Try again in a moment.", { retryAfterSeconds: 2 })),
      storeDeadlineMs,
    );
  });
  try {
    const asked = read((db) =>
      db.execute<{ granted: number; slice: string; counts: number[] }>(sql`select * from edge_take(${key}, ${slice}::bigint, ${quota}::integer, ${want}::integer)`),
    );
    const [row] = await Promise.race([asked, late]);
    if (row === undefined) throw new AppError("unavailable", "limiter_silent", "The desk cannot count requests right now. Try again in a moment.", { retryAfterSeconds: 2 });
    return { granted: row.granted, slice: Number(row.slice), counts: row.counts };
  } finally {
    clearTimeout(timer);
  }
}

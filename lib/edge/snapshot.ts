// What this process knows of rules and bans: read at most once a second, and known to be old when it is.
import { sql } from "drizzle-orm";
import { read } from "@/lib/context";
import { log } from "@/lib/monitoring";
import { clockNow, secondMs } from "@/lib/time";
import { Limiter } from "./limiter.ts";
import type { OpenRule } from "./policy.ts";

export type KnownRule = OpenRule & { id: string; expiresAtMs: number | null };
export type KnownBan = { id: string; network: string; expiresAtMs: number };
export type Snapshot = { rules: KnownRule[]; bans: KnownBan[]; pausedUntilMs: number | null };

type State = { snapshot: Snapshot | null; readAt: number; restsUntil: number; reading: Promise<void> | null; watch: NodeJS.Timeout | null; limiter: Limiter };

// On the process, not the module: the framework may load a module once for pages and once for handlers.
const home = globalThis as { [key: symbol]: State | undefined };
const here = Symbol.for("countersign.edge");

function state(): State {
  return (home[here] ??= { snapshot: null, readAt: -Infinity, restsUntil: 0, reading: null, watch: null, limiter: new Limiter() });
}

export function limiter(): Limiter {
  return state().limiter;
}

const freshMs = secondMs;
const watchEveryMs = 700;
const restMs = 500;

/** What is known now; `fresh` says whether it was read within the last second. */
export async function edgeNow(): Promise<{ snapshot: Snapshot | null; fresh: boolean }> {
  const at = state();
  if (performance.now() - at.readAt > freshMs && performance.now() >= at.restsUntil) await refresh();
  return { snapshot: at.snapshot, fresh: performance.now() - at.readAt <= freshMs };
}

/** Reads again at once: after a change of this process, and in tests. */
export async function forgetEdge(): Promise<void> {
  const at = state();
  await at.reading;
  at.restsUntil = 0;
  await refresh();
}

/** Forgets rules and quotas as a new process would; for tests. */
export function resetEdge(): void {
  clearInterval(state().watch ?? undefined);
  home[here] = undefined;
}

/** Keeps what is known fresh without any request waiting for it; a web process calls it once. */
export function watchEdge(): void {
  const at = state();
  at.watch ??= setInterval(() => void refresh(), watchEveryMs).unref();
}

function refresh(): Promise<void> {
  const at = state();
  const askedAt = performance.now();
  at.reading ??= readSnapshot()
    .then((snapshot) => Object.assign(at, { snapshot, readAt: askedAt }))
    .catch((error: unknown) => {
      at.restsUntil = performance.now() + restMs;
      log.error({ alert: "edge_rules_unknown", error }, "IP rules could not be read");
    })
    .then(() => undefined)
    .finally(() => (at.reading = null));
  return at.reading;
}

type Row = {
  rules:
    | { id: string; scope: OpenRule["scope"]; clientId: string | null; effect: OpenRule["effect"]; network: string | null; country: string | null; until: number | null }[]
    | null;
} & {
  bans: { id: string; network: string; until: number }[] | null;
  paused: number | null;
};

const readDeadlineMs = 1500;

async function readSnapshot(): Promise<Snapshot> {
  const now = sql`${clockNow().toISOString()}::timestamptz`;
  const asked = read((db) =>
    db.execute<Row>(sql`select
      (select json_agg(json_build_object('id', id, 'scope', scope, 'clientId', client_id, 'effect', effect, 'network', network, 'country', country, 'until', extract(epoch from expires_at) * 1000))
        from ip_rules where ended_at is null and (expires_at is null or expires_at > ${now})) as rules,
      (select json_agg(json_build_object('id', id, 'network', network, 'until', extract(epoch from expires_at) * 1000)) from ip_bans where lifted_at is null and expires_at > ${now}) as bans,
      (select extract(epoch from max(until))::float8 * 1000 from ip_pauses where until > ${now}) as paused`),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the database did not tell the IP rules in time")), readDeadlineMs);
  });
  try {
    const [row] = await Promise.race([asked, late]);
    return {
      rules: (row?.rules ?? []).map(({ until, ...rule }) => ({ ...rule, expiresAtMs: until })),
      bans: (row?.bans ?? []).map(({ until, ...ban }) => ({ ...ban, expiresAtMs: until })),
      pausedUntilMs: row?.paused ?? null,
    };
  } finally {
    clearTimeout(timer);
  }
}

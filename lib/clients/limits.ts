// Bad signatures per address: ten within ten minutes and the address waits for half an hour. One statement counts, so
// that however many come at once, in however many processes, none is lost.
import { eq, sql } from "drizzle-orm";
import { compiled, slot } from "@/db/compiled";
import { authLimits } from "@/db/schema/auth";
import { read, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { addressKey } from "@/lib/http/address";
import { log, raiseEvent } from "@/lib/monitoring";
import { minuteMs, plusMs, secondMs, waitWords } from "@/lib/time";

export const badSignatures = { max: 10, windowMs: 10 * minuteMs, blockMs: 30 * minuteMs } as const;

function keyOf(ctx: Ctx): string {
  return `apisig:${addressKey(ctx.ip)}`;
}

const find = compiled((db) =>
  db
    .select({ blockedUntil: authLimits.blockedUntil })
    .from(authLimits)
    .where(eq(authLimits.key, slot("key"))),
);

/** Throws `too_many_requests` while the caller's address is blocked, good signature or not. */
export async function requireNotBlocked(ctx: Ctx): Promise<void> {
  const [row] = await read((db) => find(db, { key: keyOf(ctx) }));
  const until = row?.blockedUntil ?? null;
  if (until === null || until <= ctx.now) return;
  const retryAfterSeconds = Math.max(1, Math.ceil((until.getTime() - ctx.now.getTime()) / secondMs));
  throw new AppError("too_many_requests", "too_many_bad_signatures", `Too many requests from this address were not signed well. Try again in ${waitWords(retryAfterSeconds)}.`, {
    retryAfterSeconds,
  });
}

/** Counts one more bad signature of the caller's address. */
export async function countBadSignature(ctx: Ctx): Promise<void> {
  const key = keyOf(ctx);
  const at = sql`${ctx.now.toISOString()}::timestamptz`;
  const since = sql`${plusMs(ctx.now, -badSignatures.windowMs).toISOString()}::timestamptz`;
  const until = sql`${plusMs(ctx.now, badSignatures.blockMs).toISOString()}::timestamptz`;
  const [row] = await read((db) =>
    db.execute<{ failures: number }>(sql`
    insert into auth_limits as l (key, window_start, failures) values (${key}, ${at}, 1)
    on conflict (key) do update set
      window_start = case when l.window_start <= ${since} then ${at} else l.window_start end,
      failures = case when l.window_start <= ${since} then 1 else l.failures + 1 end,
      blocked_until = case when l.window_start > ${since} and l.failures + 1 >= ${badSignatures.max} then ${until} else null end
    returning failures`),
  );
  if (row?.failures !== badSignatures.max) return;
  log.warn({ ip: ctx.ip, requestId: ctx.requestId }, "an address is blocked after repeated bad signatures");
  await raiseEvent(ctx, { event: "apisig.blocked", fields: { address: addressKey(ctx.ip), minutes: badSignatures.blockMs / minuteMs } });
}

import { and, eq, gt, isNotNull, isNull, sql } from "drizzle-orm";
import { authSessions } from "@/db/schema/auth";
import { ipBans } from "@/db/schema/edge";
import { recordAudit } from "@/lib/audit";
import { actorId, read, systemCtx, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { addressKey } from "@/lib/http/address";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { minuteMs, plusMs } from "@/lib/time";
import { isShutOut, isWithin } from "./policy.ts";
import { forgetEdge } from "./snapshot.ts";

const automaticMinutes = 15;
const automaticReason = "Kept asking after being told to wait.";

// Considered a moment ago: a flood must not become a flood of questions to the database.
const considered = new Map<string, number>();
const consideredMax = 10_000;

/** Open bans that cover `network` whole. */
export async function hasBan(tx: Tx, network: string): Promise<boolean> {
  const rows = await tx.db.execute(
    sql`select 1 from ip_bans where lifted_at is null and network >>= ${network}::cidr and expires_at > ${tx.ctx.now.toISOString()}::timestamptz limit 1`,
  );
  return rows.length > 0;
}

/** Writes a ban with its trail in the caller's transaction. */
export async function insertBan(tx: Tx, given: { network: string; reason: string; source: "person" | "automatic"; minutes: number }): Promise<string> {
  const id = newId("ipBan");
  const expiresAt = plusMs(tx.ctx.now, given.minutes * minuteMs);
  await tx.db.insert(ipBans).values({ id, network: given.network, reason: given.reason, source: given.source, placedBy: actorId(tx.ctx.actor), placedAt: tx.ctx.now, expiresAt });
  await recordAudit(tx, {
    verb: "ban.place",
    objectKind: "ip_ban",
    objectId: id,
    reason: given.reason,
    after: { network: given.network, source: given.source, minutes: given.minutes },
  });
  await recordEvent(tx, { event: "ban.placed", fields: { banId: id, minutes: given.minutes, source: given.source } });
  return id;
}

/** Shuts an address out for a while, unless it is this machine's own or someone is signed in from it. */
export async function banAutomatically(ctx: Ctx): Promise<void> {
  const { ip } = ctx;
  if (ip === null || isShutOut(ip, "127.0.0.0/8") || isWithin(ip, "::1/128")) return;
  const key = addressKey(ip);
  const nowMs = ctx.now.getTime();
  if (nowMs - (considered.get(key) ?? -Infinity) < minuteMs) return;
  if (considered.size >= consideredMax) considered.clear();
  considered.set(key, nowMs);
  const network = key.includes("/") ? key : `${key}/32`;
  // A stranger behind the same router must not be able to shut out those who work there.
  if (await isInUse(key, ctx.now)) return;
  const placed = await withTransaction({ ...systemCtx("edge"), now: ctx.now, requestId: ctx.requestId }, async (tx) => {
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtext('countersign.edge'))`);
    if (await hasBan(tx, network)) return false;
    await insertBan(tx, { network, reason: automaticReason, source: "automatic", minutes: automaticMinutes });
    return true;
  });
  if (placed) await forgetEdge();
}

/** Whether somebody is signed in from what is counted under `key`, in whatever clothes: a ban holds in all of them. */
async function isInUse(key: string, now: Date): Promise<boolean> {
  const rows = await read((db) =>
    db
      .selectDistinct({ ip: authSessions.ip })
      .from(authSessions)
      .where(and(eq(authSessions.level, "full"), isNull(authSessions.endedAt), gt(authSessions.absoluteEndAt, now), isNotNull(authSessions.ip))),
  );
  return rows.some(({ ip }) => addressKey(ip) === key);
}

// Says what happened that matters to security: in the caller's transaction, or in one of its own for what was refused.
import { sql } from "drizzle-orm";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { addressKey } from "@/lib/http/address";
import { clockNow, minuteMs } from "@/lib/time";
import { securityEvents, type EventField, type EventFields, type EventId } from "./catalogue.ts";
import { log } from "./log.ts";
import { owesCounts, quieten, takeOwed, type Said } from "./quiet.ts";

export type SecurityEventInput<E extends EventId = EventId> = {
  event: E;
  /** The person it is about, when that is not (only) the one who acts. */
  subjectUserId?: string | null;
  fields?: Partial<Readonly<Record<EventField<E>, string | number | boolean>>>;
};

/** Records one security event in the caller's transaction; marks the first time this person did this. One statement. */
export async function recordEvent<E extends EventId>(tx: Tx, given: SecurityEventInput<E>): Promise<void> {
  const { actor, now, ip, requestId } = tx.ctx;
  const person = actor.kind === "user" ? actor : null;
  const at = sql`${now.toISOString()}::timestamptz`;
  const fields = JSON.stringify(cleaned(given.fields ?? {}));
  await tx.db.execute(sql`
    with first as (
      insert into security_firsts (person_id, event, at)
      select ${person?.userId ?? null}::text, ${given.event}::text, ${at} where ${person !== null}::boolean
      on conflict do nothing returning 1
    ) insert into security_events (at, event, severity, actor_kind, actor_id, subject_user_id, session_id, ip, request_id, fields, first_time)
      values (${at}, ${given.event}, ${securityEvents[given.event].severity}, ${actor.kind}, ${actorId(actor)}, ${given.subjectUserId ?? null},
        ${person?.sessionId ?? null}, ${ip}, ${requestId}, ${fields}::jsonb, exists (select from first))`);
}

/** Records an event in a transaction of its own, after the refused one has rolled back. Never throws. */
export async function raiseEvent<E extends EventId>(ctx: Ctx, given: SecurityEventInput<E>): Promise<void> {
  try {
    await withTransaction(ctx, (tx) => recordEvent(tx, given));
  } catch (error) {
    log.error({ alert: "security_event_lost", event: given.event, requestId: ctx.requestId, error }, "a security event could not be recorded");
  }
}

/**
 * For what anybody may cause as often as they like: at most one row per `key` and minute, and few in all; what was not
 * written is counted into a later one, as the same (`times`) or as others (`unlisted`). Never throws.
 */
export async function raiseQuietly<E extends EventId>(ctx: Ctx, given: SecurityEventInput<E>, key: string): Promise<void> {
  const who = ctx.actor.kind === "guest" ? "strangers" : actorId(ctx.actor);
  const say = async ({ times, unlisted }: Said, now: Date): Promise<void> => {
    const counts = { ...(times > 1 ? { times } : {}), ...(unlisted > 0 ? { unlisted } : {}) };
    await raiseEvent({ ...ctx, now }, { ...given, fields: { ...given.fields, ...counts } as NonNullable<SecurityEventInput<E>["fields"]> });
  };
  const said = quieten({ event: given.event, who, key, say }, ctx.now.getTime());
  if (said === null) sayLater();
  else await say(said, ctx.now);
}

let waiting: NodeJS.Timeout | undefined;

/** A burst that ends within its minute is counted when the minute is over, though nothing more comes. */
function sayLater(): void {
  waiting ??= setTimeout(() => {
    waiting = undefined;
    void sayOwed(clockNow()).then(() => (owesCounts() ? sayLater() : undefined));
  }, minuteMs).unref();
}

/** Writes the counts that are due; at the `ending` of a process all that are left. Never throws. */
export async function sayOwed(now: Date, ending = false): Promise<void> {
  for (const { say, said } of takeOwed(now.getTime(), ending)) await say(said, now);
}

/** What the door tells of a refusal: no right, another site, too often. Other refusals are no events. Never throws. */
export async function noteRefusal(ctx: Ctx, error: unknown, door: string): Promise<void> {
  if (!(error instanceof AppError)) return;
  const key = `${ctx.actor.kind === "user" ? ctx.actor.userId : addressKey(ctx.ip)} ${door}`;
  if (error.kind === "permission_denied") await raiseQuietly(ctx, { event: "access.denied", fields: { door, needs: error.reasons[0]?.code.replace(/^needs_/, "") ?? "-" } }, key);
  else if (error.kind === "foreign_origin") await raiseQuietly(ctx, { event: "origin.foreign", fields: { door } }, key);
  else if (error.code === "too_many_requests") await raiseQuietly(ctx, { event: "limit.hit", fields: { door, kind: error.kind } }, key);
}

const longestText = 200;

// Fields are facts and ids; should an address of a person slip in all the same, it is not kept.
function cleaned(fields: Readonly<Record<string, unknown>>): EventFields {
  const kept: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "number" || typeof value === "boolean") kept[name] = value;
    else if (typeof value === "string")
      kept[name] = value
        .toWellFormed()
        .replaceAll("\u0000", "")
        .replace(/[^\s@]+@[^\s@]+/g, "[address removed]")
        .slice(0, longestText);
  }
  return kept;
}

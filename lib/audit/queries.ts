import { and, asc, desc, eq, gt, gte, lt, sql, type SQL } from "drizzle-orm";
import { distinctValues } from "@/db/distinct";
import { auditHeads, auditLog, auditSeals } from "@/db/schema/audit";
import { config } from "@/lib/config";
import { actorKind, read } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { settingLabel } from "@/lib/policies/policy";
import { clockNow, dayMs, parseInstant, plusMs, secondMs, startOfIstDay, toIst } from "@/lib/time";
import type { AuditChoices, AuditEvent, AuditFilter, AuditRow, TrailStatus } from "./contract.ts";
import { lastHead } from "./heads-file.ts";
import { withoutSeal } from "./rows.ts";
import { newestHead } from "./sealer.ts";

/** Above this someone is told; with no long write transaction the sealer is at most a second behind. */
export const lagAlertSeconds = 5;

/** What ids are called; people and things live above this room, so the door brings the names. */
export type NamesOf = (ids: string[]) => Promise<Map<string, string>>;

const noNames: NamesOf = async () => new Map();

const rowColumns = {
  id: auditLog.id,
  eventId: auditLog.eventId,
  at: auditLog.at,
  actorKind: auditLog.actorKind,
  actorId: auditLog.actorId,
  actorRoles: auditLog.actorRoles,
  verb: auditLog.verb,
  objectKind: auditLog.objectKind,
  objectId: auditLog.objectId,
  outcome: auditLog.outcome,
  reason: auditLog.reason,
  position: auditSeals.position,
};

type Found = Omit<typeof auditLog.$inferSelect, "xid" | "sessionId" | "factor" | "ip" | "requestId" | "before" | "after" | "leaf" | "leafMac"> & { position: bigint | null };

function toRowDto(row: Found, names: Map<string, string>): AuditRow {
  return {
    id: row.eventId,
    at: toIst(row.at),
    actor: { kind: row.actorKind, id: row.actorId, name: names.get(row.actorId) ?? null, roles: row.actorRoles },
    verb: row.verb,
    objectKind: row.objectKind,
    objectId: row.objectId,
    objectName: (row.objectKind === "setting" ? settingLabel(row.objectId) : names.get(row.objectId)) ?? null,
    outcome: row.outcome,
    reason: row.reason,
    position: row.position === null ? null : String(row.position),
  };
}

function conditions(filter: AuditFilter): SQL | undefined {
  return and(
    filter.verb === undefined ? undefined : eq(auditLog.verb, filter.verb),
    filter.actorId === undefined ? undefined : eq(auditLog.actorId, filter.actorId),
    filter.objectKind === undefined ? undefined : eq(auditLog.objectKind, filter.objectKind),
    filter.objectId === undefined ? undefined : eq(auditLog.objectId, filter.objectId),
    filter.outcome === undefined ? undefined : eq(auditLog.outcome, filter.outcome),
    filter.from === undefined ? undefined : gte(auditLog.at, startOfIstDay(filter.from)),
    filter.to === undefined ? undefined : lt(auditLog.at, plusMs(startOfIstDay(filter.to), dayMs)),
    filter.cursor === undefined ? undefined : lt(auditLog.id, BigInt(filter.cursor)),
  );
}

/** The trail, newest first; the cursor is the last row's place. */
export async function listAudit(filter: AuditFilter, namesOf: NamesOf = noNames): Promise<{ rows: AuditRow[]; nextCursor: string | null }> {
  const found = await read((db) =>
    db
      .select(rowColumns)
      .from(auditLog)
      .leftJoin(auditSeals, eq(auditSeals.auditId, auditLog.id))
      .where(conditions(filter))
      .orderBy(desc(auditLog.id))
      .limit(filter.limit + 1),
  );
  const page = found.slice(0, filter.limit);
  const names = await namesOf(named(page));
  return { rows: page.map((row) => toRowDto(row, names)), nextCursor: found.length > page.length ? String(page.at(-1)?.id) : null };
}

/** More different acts, kinds or people than anyone would look through. */
const choicesMax = 500;

/** Every act, kind and actor that stands in the trail: one look into an index for each, however many rows it has. */
export async function auditChoices(namesOf: NamesOf = noNames): Promise<AuditChoices> {
  const [verbs, kinds, ids] = await Promise.all([distinct("verb"), distinct("object_kind"), distinct("actor_id")]);
  const names = await namesOf(ids);
  const actors = ids.map((id) => ({ kind: actorKind(id), id, name: names.get(id) ?? null, roles: [] }));
  return { verbs, kinds, actors };
}

async function distinct(column: "verb" | "object_kind" | "actor_id"): Promise<string[]> {
  const rows = await read((db) => db.execute<{ value: string }>(distinctValues("audit_log", column, choicesMax)));
  return [...rows].map((row) => row.value);
}

function named(rows: readonly { actorId: string; objectId: string }[]): string[] {
  return [...new Set(rows.flatMap((row) => [row.actorId, row.objectId]))];
}

/** One row of the trail with its proof: leaf, chain and the head that covers it. Sealed fields stay sealed. */
export async function getAuditEvent(eventId: string, namesOf: NamesOf = noNames): Promise<AuditEvent> {
  const detail = {
    sessionId: auditLog.sessionId,
    factor: auditLog.factor,
    ip: auditLog.ip,
    requestId: auditLog.requestId,
    before: auditLog.before,
    after: auditLog.after,
    leaf: auditLog.leaf,
    chain: auditSeals.chain,
  };
  const [row] = await read((db) =>
    db
      .select({ ...rowColumns, ...detail })
      .from(auditLog)
      .leftJoin(auditSeals, eq(auditSeals.auditId, auditLog.id))
      .where(eq(auditLog.eventId, eventId)),
  );
  if (row === undefined) throw new AppError("not_found", "audit_event_unknown", "There is no such entry in the trail.");
  const [head] =
    row.position === null
      ? []
      : await read((db) =>
          db
            .select({ size: auditHeads.size, signedAt: auditHeads.signedAt })
            .from(auditHeads)
            .where(gt(auditHeads.size, row.position ?? 0n))
            .orderBy(asc(auditHeads.size))
            .limit(1),
        );
  return {
    ...toRowDto(row, await namesOf(named([row]))),
    sessionId: row.sessionId,
    factor: row.factor,
    ip: row.ip,
    requestId: row.requestId,
    fields: toFields(row.before, row.after),
    leaf: Buffer.from(row.leaf).toString("hex"),
    chain: row.chain === null ? null : Buffer.from(row.chain).toString("hex"),
    headSize: head === undefined ? null : String(head.size),
    headSignedAt: head === undefined ? null : toIst(head.signedAt),
  };
}

function toFields(before: Record<string, unknown> | null, after: Record<string, unknown> | null): AuditEvent["fields"] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return names.map((name) => {
    const [was, is] = [before?.[name], after?.[name]];
    return { name, before: fieldText(was), after: fieldText(is), sealed: isSealed(was) || isSealed(is) };
  });
}

function isSealed(value: unknown): boolean {
  return typeof value === "object" && value !== null && "sealed" in value;
}

function fieldText(value: unknown): string | null {
  if (value === undefined || value === null || isSealed(value)) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The newest row there is, and the oldest that waits for its seal; null when there is none. */
export async function waitingSpan(): Promise<{ newest: bigint | null; oldest: bigint | null }> {
  const [row] = await read((db) =>
    db.execute<{ newest: string | null; oldest: string | null }>(sql`
    select (select max(id)::text from audit_log) as newest, min(a.id)::text as oldest
    from audit_log a where a.xid >= coalesce((select last_xid from audit_sealer), '0'::xid8) and ${withoutSeal}`),
  );
  const id = (text: string | null | undefined): bigint | null => (typeof text === "string" ? BigInt(text) : null);
  return { newest: id(row?.newest), oldest: id(row?.oldest) };
}

/** How far the trail is sealed, how long the oldest row has waited, and what is kept outside. */
export async function trailStatus(): Promise<TrailStatus> {
  // The file first: its heads were committed before they were written, so the database must not hold fewer rows.
  const exported = lastHead(config().audit.headsFile)?.size ?? null;
  const [head, [unkept], [waiting]] = await Promise.all([
    read((db) => newestHead(db)),
    read((db) =>
      db
        .select({ signedAt: auditHeads.signedAt })
        .from(auditHeads)
        .where(gt(auditHeads.size, BigInt(exported ?? 0)))
        .orderBy(auditHeads.size)
        .limit(1),
    ),
    read((db) =>
      db.execute<{ unsealed: string; oldest: string | null }>(sql`
      select count(*)::text as unsealed, to_char(min(a.at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as oldest
      from audit_log a where a.xid >= coalesce((select last_xid from audit_sealer), '0'::xid8) and ${withoutSeal}`),
    ),
  ]);
  const oldest = typeof waiting?.oldest === "string" ? parseInstant(waiting.oldest) : null;
  const since = (at: Date | null): number => (at === null ? 0 : Math.max(0, Math.round((clockNow().getTime() - at.getTime()) / secondMs)));
  const [lagSeconds, keptLagSeconds] = [since(oldest), since(unkept?.signedAt ?? null)];
  const signedAt = head === null ? null : parseInstant(head.signedAt);
  return {
    sealed: head?.size ?? "0",
    unsealed: waiting?.unsealed ?? "0",
    lagSeconds,
    behind: lagSeconds > lagAlertSeconds,
    head: head === null || signedAt === null ? null : { size: head.size, signedAt: toIst(signedAt), keyId: head.keyId, root: head.root },
    exported,
    keptLagSeconds,
    keptBehind: keptLagSeconds > lagAlertSeconds,
  };
}

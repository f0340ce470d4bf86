import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { Sensitive } from "@/lib/sensitive";
import { mac, seal } from "@/lib/vault";
import { leafInstant, leafOf, type LeafRow } from "./canonical.ts";
import type { AuditOutcome } from "./contract.ts";
import { withoutPersonal } from "./policy.ts";

/** What may stand in before/after: facts and ids as they are; personal values only wrapped as `Sensitive`, and they are sealed. */
export type AuditValue = string | number | boolean | null | Sensitive<string>;
export type AuditFields = Readonly<Record<string, AuditValue>>;

export type AuditEntry = {
  /** `room.act`, e.g. "payout.approve"; the door's refusals name method and path. */
  verb: string;
  objectKind: string;
  objectId: string;
  reason?: string | null;
  before?: AuditFields | null;
  after?: AuditFields | null;
  outcome?: AuditOutcome;
};

type SealedField = { sealed: string };

/** Writes one row of the trail in the caller's transaction, at its end: with the commit, or not at all. */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const eventId = newId("auditEvent");
  const [xid, before, after] = await Promise.all([tx.xid(), safe(eventId, "before", entry.before), safe(eventId, "after", entry.after)]);
  const row = rowOf(tx.ctx, entry, { eventId, xid, before, after });
  const leaf = leafOf(row);
  const leafMac = Buffer.from(await mac("audit", leaf));
  tx.later({ call: "record_audit", row: toStored(row, { leaf, leafMac }) });
}

/** Records a refused attempt in a transaction of its own; call it after the refused one has rolled back. */
export async function recordDenial(ctx: Ctx, entry: Pick<AuditEntry, "verb" | "objectKind" | "objectId" | "reason" | "after">): Promise<void> {
  await withTransaction(ctx, (tx) => recordAudit(tx, { ...entry, outcome: "denied" }));
}

type Fields = Record<string, string | number | boolean | null | SealedField> | null;

function rowOf(ctx: Ctx, entry: AuditEntry, made: { eventId: string; xid: string; before: Fields; after: Fields }): LeafRow & { actorRoles: string[] } {
  const person = ctx.actor.kind === "user" ? ctx.actor : null;
  return {
    ...made,
    at: leafInstant(ctx.now),
    actorKind: ctx.actor.kind,
    actorId: actorId(ctx.actor),
    actorRoles: person === null ? [] : [...person.roles],
    sessionId: person?.sessionId ?? null,
    factor: ctx.actor.kind === "client" ? ctx.actor.keyId : (person?.factor ?? null),
    ip: ctx.ip,
    requestId: ctx.requestId,
    verb: storable(entry.verb),
    objectKind: entry.objectKind,
    objectId: storable(entry.objectId),
    outcome: entry.outcome ?? "done",
    reason: typeof entry.reason !== "string" ? null : withoutPersonal(storable(entry.reason)),
  };
}

/** The row under its column names, as the function in db/rules/30-audit.sql takes it. */
function toStored(row: LeafRow, proof: { leaf: Buffer; leafMac: Buffer }): Record<string, unknown> {
  return {
    event_id: row.eventId,
    xid: row.xid,
    at: row.at,
    actor_kind: row.actorKind,
    actor_id: row.actorId,
    actor_roles: row.actorRoles,
    session_id: row.sessionId,
    factor: row.factor,
    ip: row.ip,
    request_id: row.requestId,
    verb: row.verb,
    object_kind: row.objectKind,
    object_id: row.objectId,
    outcome: row.outcome,
    reason: row.reason,
    before: row.before,
    after: row.after,
    leaf: proof.leaf,
    leaf_mac: proof.leafMac,
  };
}

async function safe(eventId: string, column: "before" | "after", fields: AuditFields | null | undefined): Promise<Fields> {
  if (fields === null || fields === undefined) return null;
  const out: NonNullable<Fields> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Sensitive) out[name] = { sealed: Buffer.from(await seal({ table: "audit_log", column, rowId: `${eventId}/${name}` }, value.reveal())).toString("base64") };
    else out[storable(name)] = typeof value === "string" ? storable(value) : value;
  }
  return out;
}

// The database keeps neither NUL nor half a surrogate pair; the leaf must be over what it keeps.
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\uFFFD");
}

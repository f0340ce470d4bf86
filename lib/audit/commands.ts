import { auditLog } from "@/db/schema/audit";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { Sensitive } from "@/lib/sensitive";
import { mac, seal } from "@/lib/vault";
import { leafInstant, leafOf, type Json, type LeafRow } from "./canonical.ts";
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

/** Writes one row of the trail in the caller's transaction: one statement, so it may be awaited together with others. */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const eventId = newId("auditEvent");
  const [xid, before, after] = await Promise.all([tx.xid(), safe(eventId, "before", entry.before), safe(eventId, "after", entry.after)]);
  const row = rowOf(tx.ctx, entry, { eventId, xid, before, after });
  const leaf = leafOf({ ...row, at: leafInstant(tx.ctx.now), before: before as Json, after: after as Json });
  await tx.db.insert(auditLog).values({ ...row, at: tx.ctx.now, before, after, leaf, leafMac: await mac("audit", leaf) });
}

/** Records a refused attempt in a transaction of its own; call it after the refused one has rolled back. */
export async function recordDenial(ctx: Ctx, entry: Pick<AuditEntry, "verb" | "objectKind" | "objectId" | "reason">): Promise<void> {
  await withTransaction(ctx, (tx) => recordAudit(tx, { ...entry, outcome: "denied" }));
}

type Fields = Record<string, string | number | boolean | null | SealedField> | null;

function rowOf(ctx: Ctx, entry: AuditEntry, made: { eventId: string; xid: string; before: Fields; after: Fields }) {
  const person = ctx.actor.kind === "user" ? ctx.actor : null;
  return {
    eventId: made.eventId,
    xid: made.xid,
    actorKind: ctx.actor.kind,
    actorId: actorId(ctx.actor),
    actorRoles: person === null ? [] : [...person.roles],
    sessionId: person?.sessionId ?? null,
    factor: person?.factor ?? null,
    ip: ctx.ip,
    requestId: ctx.requestId,
    verb: storable(entry.verb),
    objectKind: entry.objectKind,
    objectId: storable(entry.objectId),
    outcome: entry.outcome ?? "done",
    reason: entry.reason == null ? null : withoutPersonal(storable(entry.reason)),
  } satisfies Partial<LeafRow> & { outcome: AuditOutcome };
}

async function safe(eventId: string, column: "before" | "after", fields: AuditFields | null | undefined): Promise<Fields> {
  if (fields == null) return null;
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

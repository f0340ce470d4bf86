// Rows of the trail read back exactly as the database has them: microseconds, digits of numbers, order of nothing lost.
import { sql, type SQL } from "drizzle-orm";
import type { Db } from "@/db/pool";
import type { TxDb } from "@/lib/context";
import { macMatches } from "@/lib/vault";
import { leafOf, NumberText, type Json } from "./canonical.ts";

export type StoredRow = {
  id: string;
  event_id: string;
  xid: string;
  at: string;
  actor_kind: string;
  actor_id: string;
  actor_roles: string;
  session_id: string | null;
  factor: string | null;
  ip: string | null;
  request_id: string;
  verb: string;
  object_kind: string;
  object_id: string;
  outcome: string;
  reason: string | null;
  before: string | null;
  after: string | null;
  leaf: Uint8Array;
  leaf_mac: Uint8Array;
};

/** Every column a leaf covers, as exact text. */
export const storedColumns: SQL = sql.raw(`a.id::text as id, a.event_id, a.xid::text as xid, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  a.actor_kind, a.actor_id, a.actor_roles::text as actor_roles, a.session_id, a.factor, a.ip, a.request_id, a.verb, a.object_kind, a.object_id, a.outcome, a.reason,
  a.before::text as before, a.after::text as after, a.leaf, a.leaf_mac`);

/** SQL for "this row has no seal", as a lookup per row: a hash of every seal ever made would be slow at each tick. */
export const withoutSeal: SQL = sql.raw("(select 1 from audit_seals s where s.audit_id = a.id) is null");

/** A jsonb column's text as canonical values; numbers keep their digits. */
export function parseStored(text: string | null): Json {
  if (text === null) return null;
  return JSON.parse(text, (_name: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? new NumberText(context.source) : value,
  ) as Json;
}

/** The leaf this row should have. */
export function leafOfStored(row: StoredRow): Buffer {
  return leafOf({
    eventId: row.event_id,
    xid: row.xid,
    at: row.at,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    actorRoles: parseStored(row.actor_roles),
    sessionId: row.session_id,
    factor: row.factor,
    ip: row.ip,
    requestId: row.request_id,
    verb: row.verb,
    objectKind: row.object_kind,
    objectId: row.object_id,
    outcome: row.outcome,
    reason: row.reason,
    before: parseStored(row.before),
    after: parseStored(row.after),
  });
}

export type RowCheck = { leaf: Buffer; contentFits: boolean; macFits: boolean | null };

/** Recomputes a row's leaf and, when asked, its MAC. */
export async function checkRow(row: StoredRow, withMac: boolean): Promise<RowCheck> {
  const leaf = leafOfStored(row);
  return { leaf, contentFits: leaf.equals(row.leaf), macFits: withMac ? await macMatches("audit", leaf, row.leaf_mac) : null };
}

/** The cluster's identity: transaction ids mean something only within one. */
export async function systemIdentifier(db: Db | TxDb): Promise<string> {
  const [row] = await db.execute<{ id: string }>(sql`select system_identifier::text as id from pg_control_system()`);
  return row?.id ?? "";
}

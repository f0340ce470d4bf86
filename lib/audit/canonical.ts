// The bytes a leaf is computed over. They must come out the same from the values we insert and from the row read back.
import { createHash } from "node:crypto";

/** A number kept as the digits it was written with, so that 1 and 1.0 differ. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Json = string | number | boolean | null | NumberText | readonly Json[] | { readonly [name: string]: Json };

/** Deterministic JSON: names sorted by UTF-16 code units, no spaces (RFC 8785 for the values we allow). */
export function canonicalJson(value: Json): string {
  if (value instanceof NumberText) return value.text;
  if (typeof value === "number") return integerText(value);
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`).join(",")}}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function integerText(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new Error("Only whole numbers go into the trail; write others as text.");
  return String(value);
}

/** Every column of a row but its id, leaf and MAC. `id` is bound by the seal; instants are UTC with microseconds. */
export type LeafRow = {
  eventId: string;
  xid: string;
  at: string;
  actorKind: string;
  actorId: string;
  actorRoles: Json;
  sessionId: string | null;
  factor: string | null;
  ip: string | null;
  requestId: string;
  verb: string;
  objectKind: string;
  objectId: string;
  outcome: string;
  reason: string | null;
  before: Json;
  after: Json;
};

/** An instant as the leaf has it; a Date knows milliseconds, the database keeps the rest zero. */
export function leafInstant(at: Date): string {
  return at.toISOString().replace("Z", "000Z");
}

/** SHA-256(0x00 ‖ canonical bytes): also the Merkle leaf of RFC 6962. */
export function leafOf(row: LeafRow): Buffer {
  return createHash("sha256")
    .update(Buffer.of(0))
    .update(canonicalJson({ format: 1, ...row }), "utf8")
    .digest();
}

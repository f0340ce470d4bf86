import * as z from "zod/mini";

export const auditOutcomes = ["done", "denied", "failed"] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

const actorShape = z.object({ kind: z.string(), id: z.string(), name: z.nullable(z.string()), roles: z.array(z.string()) });

export const auditRowShape = z.object({
  id: z.string(),
  at: z.string(),
  actor: actorShape,
  verb: z.string(),
  objectKind: z.string(),
  objectId: z.string(),
  /** What people call it, where the reader may know; its id says little. */
  objectName: z.nullable(z.string()),
  outcome: z.enum(auditOutcomes),
  reason: z.nullable(z.string()),
  /** Its place in the sealed order; null until the sealer has taken it. */
  position: z.nullable(z.string()),
});
export type AuditRow = z.infer<typeof auditRowShape>;

/** What the trail can be narrowed by: every act in it, and everyone who acted. */
export type AuditChoices = { verbs: string[]; kinds: string[]; actors: AuditRow["actor"][] };

/** A field of before/after: personal values are sealed and show only that they exist. */
export const auditFieldShape = z.object({ name: z.string(), before: z.nullable(z.string()), after: z.nullable(z.string()), sealed: z.boolean() });

export const auditEventShape = z.extend(auditRowShape, {
  sessionId: z.nullable(z.string()),
  factor: z.nullable(z.string()),
  ip: z.nullable(z.string()),
  requestId: z.string(),
  fields: z.array(auditFieldShape),
  leaf: z.string(),
  chain: z.nullable(z.string()),
  /** The first signed head that covers it. */
  headSize: z.nullable(z.string()),
  headSignedAt: z.nullable(z.string()),
});
export type AuditEvent = z.infer<typeof auditEventShape>;

export const trailStatusShape = z.object({
  sealed: z.string(),
  unsealed: z.string(),
  /** How long the oldest unsealed row has waited. */
  lagSeconds: z.number(),
  /** True when the lag is above what is normal and someone should look. */
  behind: z.boolean(),
  head: z.nullable(z.object({ size: z.string(), signedAt: z.string(), keyId: z.string(), root: z.string() })),
  /** How many rows the newest head in the file outside the database covers; null when there is no such file yet. */
  exported: z.nullable(z.string()),
  /** How long the oldest head that is not in that file has waited to be copied there. */
  keptLagSeconds: z.number(),
  keptBehind: z.boolean(),
});
export type TrailStatus = z.infer<typeof trailStatusShape>;

export const auditListShape = z.object({ rows: z.array(auditRowShape), nextCursor: z.nullable(z.string()), status: trailStatusShape });
export type AuditList = z.infer<typeof auditListShape>;

const digits = z.string().check(z.regex(/^[1-9]\d{0,17}$/));
const word = z.string().check(z.minLength(1), z.maxLength(120));

const day = z.string().check(z.regex(/^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "a day is YYYY-MM-DD"));

export const auditFilterShape = z.strictObject({
  verb: z.optional(word),
  actorId: z.optional(word),
  objectKind: z.optional(word),
  objectId: z.optional(word),
  outcome: z.optional(z.enum(auditOutcomes)),
  /** Indian calendar days, both included. */
  from: z.optional(day),
  to: z.optional(day),
  cursor: z.optional(digits),
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 50),
});
export type AuditFilter = z.infer<typeof auditFilterShape>;

export const verifyOutcomes = ["good", "tampered", "unchecked"] as const;

/** What a verification found; `sentences` say it all, the rest is for the screen. */
export const verifyReportShape = z.object({
  outcome: z.enum(verifyOutcomes),
  checkedAt: z.string(),
  head: z.nullable(z.object({ size: z.string(), signedAt: z.string(), keyId: z.string(), root: z.string(), source: z.string() })),
  covered: z.string(),
  sealedAfter: z.string(),
  unsealed: z.string(),
  macsChecked: z.boolean(),
  problems: z.array(z.object({ code: z.string(), position: z.nullable(z.string()), auditId: z.nullable(z.string()), sentence: z.string() })),
  problemsTotal: z.number(),
  sentences: z.array(z.string()),
  notProven: z.array(z.string()),
});
export type VerifyReport = z.infer<typeof verifyReportShape>;

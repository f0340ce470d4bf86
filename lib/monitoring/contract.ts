import * as z from "zod/mini";
import { eventIds, severities } from "./catalogue.ts";

export { readinessShape, type Readiness } from "./readiness-contract.ts";
export { eventIds, severities, type EventId, type Severity } from "./catalogue.ts";

export const securityEventShape = z.object({
  id: z.string(),
  at: z.string(),
  event: z.string(),
  severity: z.enum(severities),
  sentence: z.string(),
  actor: z.object({ kind: z.string(), id: z.string(), name: z.nullable(z.string()) }),
  subject: z.nullable(z.object({ id: z.string(), name: z.nullable(z.string()) })),
  sessionId: z.nullable(z.string()),
  ip: z.nullable(z.string()),
  requestId: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** The first time this person did this. */
  firstTime: z.boolean(),
});
export type SecurityActor = z.infer<typeof securityEventShape>["actor"];
export type SecurityEventRow = z.infer<typeof securityEventShape>;

/** How far back the list looks. */
export const eventSpans = ["1h", "24h", "7d", "30d"] as const;
export type EventSpan = (typeof eventSpans)[number];

const digits = z.string().check(z.regex(/^[1-9]\d{0,17}$/));

export const securityFilterShape = z.strictObject({
  severity: z.optional(z.enum(severities)),
  event: z.optional(z.enum(eventIds)),
  /** Who acted, or whom it was about. */
  personId: z.optional(z.string().check(z.regex(/^[\w: .-]{1,80}$/))),
  /** The same in a person's words: a name, a part of one, an e-mail address or an id. */
  q: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(80))),
  since: z.optional(z.enum(eventSpans)),
  first: z.optional(z.literal("yes")),
  cursor: z.optional(digits),
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 50),
});
export type SecurityFilter = z.infer<typeof securityFilterShape>;
export type SecuritySearch = Partial<Omit<SecurityFilter, "cursor" | "limit">>;

/** Whom the words that were searched for mean; `tooMany` when they mean more than can be looked for at once. */
const meantShape = z.object({ people: z.array(z.object({ id: z.string(), name: z.string() })), tooMany: z.boolean() });
export type Meant = z.infer<typeof meantShape>;

export const securityListShape = z.object({ rows: z.array(securityEventShape), nextCursor: z.nullable(z.string()), streamFrom: z.string(), meant: z.nullable(meantShape) });
export type SecurityList = z.infer<typeof securityListShape>;

export type PostureWord = "allow" | "hold" | "refuse" | "not_applicable";
export type PostureCell = { failure: string; posture: PostureWord; sentence: string; proof: { test: string; provedOn: string; posture: string } | null };
export type PostureGuard = { id: string; label: string; about: string; money: boolean; cells: PostureCell[] };
/** `cellsDue` is how many cells must be proved: all that are not "not applicable". */
export type PostureTable = {
  failures: { id: string; label: string; about: string }[];
  guards: PostureGuard[];
  cellsDue: number;
  cellsProved: number;
  oldestProof: string | null;
};

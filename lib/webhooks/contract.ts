import * as z from "zod/mini";

export const webhookSources = ["payments", "payouts"] as const;
export type WebhookSource = (typeof webhookSources)[number];
export const webhookStatuses = ["received", "applied", "ignored", "for_a_person"] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];
export const webhookLanes = ["fresh", "stale", "undated"] as const;
export type WebhookLane = (typeof webhookLanes)[number];

export const webhookListQuery = z.strictObject({
  source: z.optional(z.enum(webhookSources)),
  status: z.optional(z.enum(webhookStatuses)),
  cursor: z.optional(z.string().check(z.regex(/^wh_[0-9a-z]{26}$/))),
});
export type WebhookListQuery = z.output<typeof webhookListQuery>;

/** One delivery as the inbox shows it: never its body, which names customers. */
export const webhookRow = z.object({
  id: z.string(),
  source: z.enum(webhookSources),
  receivedAt: z.string(),
  lane: z.enum(webhookLanes),
  status: z.enum(webhookStatuses),
  eventType: z.nullable(z.string()),
  subjectKind: z.nullable(z.string()),
  subjectId: z.nullable(z.string()),
  /** Which active secret verified it: its fingerprint, and whether it is the current one. */
  signedWith: z.string(),
  signedWithCurrent: z.boolean(),
  attempt: z.nullable(z.string()),
  bodyBytes: z.int(),
  note: z.nullable(z.string()),
  handledAt: z.nullable(z.string()),
});
export type WebhookRow = z.output<typeof webhookRow>;

export const webhookPage = z.object({ items: z.array(webhookRow), nextCursor: z.nullable(z.string()), newestAt: z.nullable(z.string()) });
export type WebhookPage = z.output<typeof webhookPage>;

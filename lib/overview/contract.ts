import * as z from "zod/mini";
import { paiseText } from "@/lib/money";

export const queueKeys = ["sign", "release", "mine", "unknown", "moving", "stopped_accounts", "deliveries", "failed_payments", "trail", "access_changes", "access_review"] as const;

/** One queue of work: how much, how old, whose, and why it waits. */
export const queueShape = z.object({
  key: z.enum(queueKeys),
  title: z.string(),
  count: z.number(),
  /** How many of them the reader can only watch: they move by themselves, or others act next. */
  watched: z.optional(z.number()),
  oldestAt: z.nullable(z.string()),
  owner: z.string(),
  why: z.string(),
  href: z.string(),
});

export const figureShape = z.object({ label: z.string(), amountPaise: z.nullable(paiseText), text: z.nullable(z.string()), href: z.nullable(z.string()), note: z.string() });

/** What a person finds when they sit down: their queues in the order to work them, then five figures of the day. */
export const overviewShape = z.object({ asOf: z.string(), queues: z.array(queueShape), figures: z.array(figureShape) });

export type Overview = z.infer<typeof overviewShape>;
export type OverviewQueue = z.infer<typeof queueShape>;
export type OverviewFigure = z.infer<typeof figureShape>;

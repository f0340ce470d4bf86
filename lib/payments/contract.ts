import * as z from "zod/mini";
import { askedPaiseWire, paiseText } from "@/lib/money";

export const linkStatusList = ["creating", "active", "partially_paid", "paid", "expired", "cancelled", "refused"] as const;
export type LinkStatus = (typeof linkStatusList)[number];

export const paymentStatusList = ["pending", "dropped", "failed", "succeeded"] as const;
export type PaymentStatus = (typeof paymentStatusList)[number];

export const linkDaysMax = 30;

/** An Indian mobile number with or without +91, spaces or dashes; ten digits come out. */
const phone = z.pipe(
  z.string().check(z.maxLength(20)),
  z.pipe(
    z.transform((text: string) => text.replace(/[\s-]/g, "").replace(/^(\+?91|0)(?=\d{10}$)/, "")),
    z.string().check(z.regex(/^[6-9]\d{9}$/, "an Indian mobile number has ten digits")),
  ),
);
const email = z.pipe(z.string().check(z.trim(), z.toLowerCase(), z.maxLength(100)), z.email("not an e-mail address"));
const line = (max: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(max), z.regex(/^[^\p{Cc}<>]*$/u, "plain text on one line"));

export const createLinkInput = z.strictObject({
  accountId: z.string().check(z.regex(/^acct_[0-9a-z]{26}$/)),
  amountPaise: askedPaiseWire,
  purpose: line(100),
  phone,
  email: z.optional(email),
  customerName: z.optional(line(80)),
  validDays: z._default(z.int().check(z.gte(1), z.lte(linkDaysMax)), 7),
});
export type CreateLink = z.output<typeof createLinkInput>;

export const linkRow = z.object({
  id: z.string(),
  accountId: z.string(),
  accountName: z.string(),
  amountPaise: paiseText,
  paidPaise: paiseText,
  purpose: z.string(),
  status: z.enum(linkStatusList),
  /** Where the customer pays; null until the gateway has answered, or when its address is not one we may show. */
  url: z.nullable(z.string()),
  customerMask: z.nullable(z.string()),
  phoneMask: z.string(),
  emailMask: z.nullable(z.string()),
  createdByName: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  updatedAt: z.string(),
});
export type LinkRow = z.output<typeof linkRow>;

export const linkListQuery = z.strictObject({
  status: z.optional(z.enum(linkStatusList)),
  account: z.optional(z.string().check(z.regex(/^acct_[0-9a-z]{26}$/))),
  /** Compared whole: our id or Cashfree's of the link or an order of it, the customer's e-mail address or phone number. */
  q: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(120))),
  cursor: z.optional(z.string().check(z.regex(/^lnk_[0-9a-z]{26}$/))),
});
export type LinkListQuery = z.output<typeof linkListQuery>;

export const linkPage = z.object({ items: z.array(linkRow), nextCursor: z.nullable(z.string()) });
export type LinkPage = z.output<typeof linkPage>;

export const linkParams = z.strictObject({ id: z.string().check(z.regex(/^lnk_[0-9a-z]{26}$/)) });

import * as z from "zod/mini";
import { figuresShape, holdShape, reserveShape } from "@/lib/ledger/contract";

const accountStatuses = ["active", "closed"] as const;

export const accountIdShape = z.string().check(z.regex(/^acct_[0-9a-z]{26}$/));
export const accountParamsShape = z.strictObject({ id: accountIdShape });

export const accountsQueryShape = z.strictObject({ cursor: z.optional(accountIdShape) });
export type AccountsQuery = z.infer<typeof accountsQueryShape>;

const accountRowShape = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(accountStatuses),
  fundsAvailable: z.enum(["at_capture", "at_settlement"]),
  createdAt: z.string(),
  figures: figuresShape,
});
export type AccountRow = z.infer<typeof accountRowShape>;

export const accountsPageShape = z.object({ items: z.array(accountRowShape), nextCursor: z.nullable(z.string()), reserve: z.nullable(reserveShape) });
export type AccountsPage = z.infer<typeof accountsPageShape>;

/** One account: its figures, the open holds behind `held`, and the rate behind `reserve`. */
export const accountShape = z.object({ ...accountRowShape.shape, holds: z.array(holdShape), reserve: z.nullable(reserveShape) });
export type AccountDto = z.infer<typeof accountShape>;

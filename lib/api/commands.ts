import type * as z from "zod/mini";
import type { Ctx } from "@/lib/context";
import { createLink as create } from "@/lib/payments";
import { createPayout as request } from "@/lib/payouts";
import type { operations } from "./contract.ts";
import { getPayout, toLink } from "./queries.ts";

/** Asks for a payout and answers it as it stands now. */
export async function createPayout(ctx: Ctx, body: z.output<typeof operations.createPayout.body>) {
  return getPayout(ctx, (await request(ctx, body)).id);
}

/** Creates a payment link. */
export async function createLink(ctx: Ctx, body: z.output<typeof operations.createLink.body>) {
  const { email, customerName, validDays, phone, ...rest } = body;
  const input = {
    ...rest,
    phone: phone.replace(/^\+91/, ""),
    validDays: validDays ?? 7,
    ...(email === undefined ? {} : { email }),
    ...(customerName === undefined ? {} : { customerName }),
  };
  return toLink(await create(ctx, input));
}

import { and, eq } from "drizzle-orm";
import { accounts } from "@/db/schema/accounts";
import { paymentLinks } from "@/db/schema/payments";
import { requirePermission } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { cashfree } from "@/lib/cashfree";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict, refuseUnless } from "@/lib/errors";
import { idempotently } from "@/lib/idempotency";
import { newId } from "@/lib/ids";
import { enqueue } from "@/lib/jobs";
import { log } from "@/lib/monitoring";
import { dayMs, plusMs, secondMs } from "@/lib/time";
import { blindIndex, seal } from "@/lib/vault";
import type { CreateLink, LinkRow } from "./contract.ts";
import { gatewayEnvironment } from "./gateway-answers.ts";
import { openAtGateway, refreshLink } from "./links.ts";
import { canCancelLink, canCreateLink } from "./policy.ts";
import { getLink } from "./queries.ts";
import { loadLink } from "./records.ts";

/** Makes a payment link: its row first, then the gateway under our own id, then the answer. Unknown stays `creating`. */
export async function createLink(ctx: Ctx, input: CreateLink): Promise<LinkRow> {
  requirePermission(ctx.actor, "links.create");
  const id = newId("link");
  const sealed = await sealCustomer(id, input);
  const stored = await withTransaction(ctx, (tx) =>
    idempotently(tx, async () => {
      await requireOpenAccount(tx, input);
      await tx.db.insert(paymentLinks).values({
        id,
        accountId: input.accountId,
        amountPaise: input.amountPaise,
        purpose: input.purpose,
        environment: gatewayEnvironment(),
        ...sealed,
        createdBy: actorId(ctx.actor),
        createdAt: ctx.now,
        expiresAt: plusMs(ctx.now, input.validDays * dayMs),
        nextCheckAt: plusMs(ctx.now, 20 * secondMs),
        updatedAt: ctx.now,
      });
      await recordAudit(tx, {
        verb: "link.create",
        objectKind: "link",
        objectId: id,
        after: { accountId: input.accountId, amountPaise: input.amountPaise.toString(), validDays: input.validDays },
      });
      return { id };
    }),
  );
  // A repeat of the same request finds the first one's link and sends nothing.
  if (stored.id === id) await settle(ctx, id, async () => openAtGateway(ctx, await loadLink(id)));
  return getLink(ctx, stored.id);
}

async function sealCustomer(id: string, input: CreateLink) {
  const at = <C extends "phone_ct" | "email_ct" | "customer_name_ct">(column: C) => ({ table: "payment_links", column, rowId: id }) as const;
  const { email, customerName } = input;
  return {
    phoneCt: await seal(at("phone_ct"), input.phone),
    phoneIndex: await blindIndex("customer.phone", input.phone),
    ...(email === undefined ? {} : { emailCt: await seal(at("email_ct"), email), emailIndex: await blindIndex("customer.email", email) }),
    ...(customerName === undefined ? {} : { customerNameCt: await seal(at("customer_name_ct"), customerName) }),
  };
}

async function requireOpenAccount(tx: Tx, input: CreateLink): Promise<void> {
  const [account] = await tx.db.select({ status: accounts.status }).from(accounts).where(eq(accounts.id, input.accountId));
  if (account === undefined) throw new AppError("not_found", "account_not_found", "There is no such account.");
  refuseUnless(canCreateLink(input.amountPaise, account.status === "active"), "unprocessable", "link_not_allowed");
}

/** Cancels an open link at the gateway and records what the gateway then says. */
export async function cancelLink(ctx: Ctx, id: string): Promise<LinkRow> {
  requirePermission(ctx.actor, "links.cancel");
  const link = await loadLink(id);
  refuseUnless(canCancelLink(link.status), "conflict", "link_not_cancellable");
  await withTransaction(ctx, async (tx) => {
    const asked = await tx.db
      .update(paymentLinks)
      .set({ nextCheckAt: plusMs(ctx.now, 5 * secondMs), updatedAt: ctx.now })
      .where(and(eq(paymentLinks.id, id), eq(paymentLinks.status, link.status)))
      .returning({ id: paymentLinks.id });
    if (asked.length === 0) throw conflict("link_changed", "The link changed meanwhile. Look again.");
    await recordAudit(tx, { verb: "link.cancel", objectKind: "link", objectId: id, before: { status: link.status } });
    await enqueue(tx, { name: "link.check", key: id, payload: { id }, runAt: plusMs(ctx.now, 5 * secondMs) });
  });
  await settle(ctx, id, async () => {
    await cashfree().cancelLink(id, { requestId: ctx.requestId });
    await refreshLink(ctx, id);
  });
  return getLink(ctx, id);
}

// The row stands and the sweep finishes it: a gateway that does not answer is no error of the person's request.
async function settle(ctx: Ctx, linkId: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    log.warn({ requestId: ctx.requestId, linkId, error }, "a link is not settled yet and will be asked about");
  }
}

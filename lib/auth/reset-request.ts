// Saying that one forgot a password: noted for the admins, who reset it by hand.
import { and, eq } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { recordAudit } from "@/lib/audit";
import { read, withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { raiseQuietly } from "@/lib/monitoring";
import { waitWords } from "@/lib/time";
import { blindIndex } from "@/lib/vault";
import type { ResetRequest } from "./contract.ts";
import { knownDevice } from "./known-device.ts";
import { placeLimits, requireOpen, settle, type Limit } from "./limits.ts";

/**
 * Notes that somebody forgot a password, for the admins to see. The same statements run and the same answer is given whether
 * or not the address is anybody's. `device` is the cookie of a browser the person may have signed in with before: it has a
 * limit of its own, so that no neighbour and no stranger who names them keeps them from asking.
 */
export async function requestReset(ctx: Ctx, given: ResetRequest, device: string | null = null): Promise<{ done: true }> {
  const emailIndex = await blindIndex("users.email", given.email);
  const typed = Buffer.from(emailIndex).toString("hex");
  const [named] = await read((db) => db.select({ id: users.id }).from(users).where(eq(users.emailIndex, emailIndex)));
  const known = knownDevice(device, named?.id ?? "nobody", ctx.now);
  const limits: Limit[] = [{ key: known === null ? `reset:${typed}` : `reset:${typed}:${known}`, rule: "reset" }];
  if (known === null) limits.push(...placeLimits(ctx.ip, "reset-address"));
  try {
    await requireOpen(ctx, limits);
    await settle(ctx, limits, "wrong");
  } catch (error) {
    throw askElsewhere(error);
  }
  const [person] = await withTransaction(ctx, async (tx) => {
    const found = await tx.db
      .update(users)
      .set({ resetRequestedAt: ctx.now })
      .where(and(eq(users.emailIndex, emailIndex), eq(users.status, "active")))
      .returning({ id: users.id });
    await recordAudit(tx, { verb: "auth.request_reset", objectKind: "user", objectId: found[0]?.id ?? "unknown" });
    return found;
  });
  await raiseQuietly(ctx, { event: "password.reset_requested", subjectUserId: person?.id ?? null }, typed);
  return { done: true };
}

/** Nobody needs this form: who is kept from it is told so. */
function askElsewhere(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "too_many_requests") return error;
  const { code, kind, retryAfterSeconds = 0 } = error;
  return new AppError(code, kind, `Too many resets were asked for. Try again in ${waitWords(retryAfterSeconds)}, or ask a security admin: they can give you a link without this.`, {
    retryAfterSeconds,
  });
}

// Moving to another phone: the old authenticator app holds until the new one has shown a code.
import { and, eq } from "drizzle-orm";
import { authFactors } from "@/db/schema/auth";
import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { conflict } from "@/lib/errors";
import { recordEvent } from "@/lib/monitoring";
import type { CodeStep, EnrolAnswer } from "./contract.ts";
import { endAllSessions } from "./factor-reset.ts";
import { checkPendingCode, consumeCode, startEnrolment } from "./second-factor.ts";
import { requirePerson, requireStepUp } from "./step-up.ts";

/** A fresh key for another phone; needs the step-up `factor`, so whoever lost theirs asks two administrators instead. */
export async function startReplacement(ctx: Ctx): Promise<EnrolAnswer> {
  await requireStepUp(ctx, "factor");
  return startEnrolment(ctx, requirePerson(ctx).userId, { besideActive: true });
}

/** A code of the new app makes it the only one; the person's other sessions end. */
export async function confirmReplacement(ctx: Ctx, given: CodeStep): Promise<{ done: true }> {
  await requireStepUp(ctx, "factor");
  const { userId, sessionId } = requirePerson(ctx);
  const checked = await checkPendingCode(ctx, userId, given.code);
  await withTransaction(ctx, async (tx) => {
    const replaced = await tx.db
      .update(authFactors)
      .set({ status: "removed" })
      .where(and(eq(authFactors.userId, userId), eq(authFactors.status, "active")))
      .returning({ id: authFactors.id });
    if (replaced.length === 0) throw conflict("not_enrolled", "Your authenticator app was reset meanwhile. Sign in again to add one.");
    await consumeCode(tx, checked);
    await endAllSessions(tx, userId, { reason: "factor_replaced", except: sessionId });
    await recordAudit(tx, {
      verb: "auth.replace_factor",
      objectKind: "user",
      objectId: userId,
      before: { factorId: replaced[0]?.id ?? null },
      after: { factorId: checked.factorId },
    });
    await recordEvent(tx, { event: "factor.enrolled", subjectUserId: userId, fields: { factorId: checked.factorId, kind: "totp" } });
  });
  return { done: true };
}

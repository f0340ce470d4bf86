// What a second factor is given for. A refused one is recorded as that act refused, and told with it: a wrong code under a
// payout is another matter than one at sign-in.
import type { AuditEntry } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { raiseQuietly } from "@/lib/monitoring";
import type { StepUpAct } from "./contract.ts";

type Purpose = "sign_in" | "password_change" | "password_reset" | "new_app" | "new_passkey";

/** The act as the trail knows it, and the one fact by which events name it. */
export type FactorUse = Pick<AuditEntry, "verb" | "objectKind" | "objectId"> & { named: { purpose: Purpose } | { act: StepUpAct } | { payoutId: string } };

const ofPerson =
  (verb: string, purpose: Purpose) =>
  (userId: string): FactorUse => ({ verb, objectKind: "user", objectId: userId, named: { purpose } });

export const toSignIn = ofPerson("auth.second_factor", "sign_in");
export const toChangePassword = ofPerson("auth.set_password", "password_change");
export const toResetPassword = ofPerson("auth.set_password", "password_reset");
export const toReplaceApp = ofPerson("auth.replace_factor", "new_app");
export const toAddPasskey = ofPerson("auth.add_passkey", "new_passkey");

export function toStepUp(sessionId: string, act: StepUpAct): FactorUse {
  return { verb: "auth.step_up", objectKind: "session", objectId: sessionId, named: { act } };
}

export function toSignPayout(payoutId: string): FactorUse {
  return { verb: "payout.approve", objectKind: "payout", objectId: payoutId, named: { payoutId } };
}

/** The refusal of a factor given for this, as a row of the trail. */
export function refusedRow({ named, ...act }: FactorUse, factor: "totp" | "passkey" | "recovery_code", reason: string) {
  return { ...act, reason, after: { ...named, factor } };
}

/**
 * Told once a minute for each thing a factor was refused for. Once too many were wrong, none is looked at any more, whatever
 * it is given for: that is told once for all of it, so that nobody fills the list by naming one payout after another.
 */
export async function tellRefused(ctx: Ctx, { userId, use, reason }: { userId: string; use: FactorUse; reason: string }): Promise<void> {
  const named = reason === "too_many_attempts" ? {} : use.named;
  await raiseQuietly(ctx, { event: "factor.failed", subjectUserId: userId, fields: { ...named, reason } }, [userId, ...Object.values(named)].join(" "));
}

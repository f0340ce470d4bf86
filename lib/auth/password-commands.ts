// The verbs of passwords: change one's own, say it was forgotten, set a new one by a link, accept an invitation.
import { and, eq, gt, isNull, or } from "drizzle-orm";
import { authFactors, roleGrants, users } from "@/db/schema/auth";
import { roles as knownRoles } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { read, withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { raiseQuietly, recordEvent } from "@/lib/monitoring";
import { toIst } from "@/lib/time";
import { seal } from "@/lib/vault";
import type { CredentialsAnswer, GuidanceAnswer, InvitationAccept, LinkAnswer, LinkGuidanceInput, LinkLook, PasswordChange, ResetAccept, TicketAnswer } from "./contract.ts";
import { hashNewPassword, judgePassword, ownerOf, setPassword, type Owner } from "./credentials.ts";
import { toChangePassword, toResetPassword } from "./factor-use.ts";
import { endAllSessions } from "./factor-reset.ts";
import { requireOpen, settle, type Limit } from "./limits.ts";
import { linkOver, peekLink, redeemLink, voidLinks, type OpenLink } from "./links.ts";
import { isPassword, nobodysHash } from "./password.ts";
import { peopleNames } from "./queries.ts";
import { checkRecoveryCode, consumeRecoveryCode, recoveryStanding } from "./recovery.ts";
import { checkCode, consumeCode, hasFactor, spendingCode } from "./second-factor.ts";
import { openSession, rotateToken } from "./sessions.ts";
import { requirePerson } from "./step-up.ts";

/** Changes one's own password against the present one and a code; every other session ends. Answers this one's new token. */
export async function changePassword(ctx: Ctx, given: PasswordChange): Promise<{ token: string }> {
  const person = requirePerson(ctx);
  const owner = await ownerOf(person.userId);
  // A key of its own: guessing here must not keep the person from signing in.
  const limit: Limit = { key: `own-password:${person.userId}`, rule: "password" };
  await requireOpen(ctx, [limit]);
  const right = await isPassword(owner.passwordHash ?? nobodysHash, given.current);
  await settle(ctx, [limit], right ? "right" : "wrong");
  if (!right) throw new AppError("unprocessable", "wrong_password", "Your present password is not right.");
  // Before the code, so that a password that is not good enough uses none up.
  const hash = await hashNewPassword(given.next, owner);
  const checked = await checkCode(ctx, person.userId, { code: given.code, use: toChangePassword(person.userId) });
  return spendingCode(ctx, checked, () =>
    withTransaction(ctx, async (tx) => {
      await consumeCode(tx, checked);
      await setPassword(tx, { owner, hash, occasion: "changed" });
      await endAllSessions(tx, person.userId, { reason: "password_changed", except: person.sessionId });
      await voidLinks(tx, person.userId);
      const token = await rotateToken(tx, person.sessionId);
      if (token === null) throw new AppError("unauthenticated", "signed_out", "Your session has ended. Sign in again.");
      return { token };
    }),
  );
}

/** What the signed-in person would be told of a password; changes nothing. */
export async function guideOwnPassword(ctx: Ctx, given: { password: string }): Promise<GuidanceAnswer> {
  return guidance(given.password, await ownerOf(requirePerson(ctx).userId));
}

async function guidance(password: string, person: { name: string; email: string }): Promise<GuidanceAnswer> {
  const { decision, score } = await judgePassword(password, person);
  return { acceptable: decision.allowed, reasons: decision.allowed ? [] : decision.reasons, score };
}

async function requireLink(ctx: Ctx, given: LinkLook): Promise<{ link: OpenLink; owner: Owner }> {
  const link = await peekLink(given, ctx.now);
  const owner = link === null ? null : await ownerOf(link.userId);
  if (link === null || owner === null || owner.status !== (given.purpose === "invitation" ? "invited" : "active")) {
    await raiseQuietly(ctx, { event: "link.refused", fields: { purpose: given.purpose } }, ctx.ip ?? "unknown");
    throw linkOver();
  }
  return { link, owner };
}

/** What whoever holds a link sees before they use it; throws `link_over`. */
export async function lookAtLink(ctx: Ctx, given: LinkLook): Promise<LinkAnswer> {
  const { link, owner } = await requireLink(ctx, given);
  const [names, grants, needsCode] = await Promise.all([
    peopleNames([link.createdBy]),
    read((db) =>
      db
        .select({ role: roleGrants.role })
        .from(roleGrants)
        .where(and(eq(roleGrants.userId, owner.userId), isNull(roleGrants.endedAt), or(isNull(roleGrants.validUntil), gt(roleGrants.validUntil, ctx.now)))),
    ),
    hasFactor(owner.userId),
  ]);
  return {
    name: owner.name === owner.email ? "" : owner.name,
    email: owner.email,
    issuedBy: names.get(link.createdBy) ?? "The operator of this desk",
    roles: knownRoles.filter((role) => grants.some((grant) => grant.role === role)),
    expiresAt: toIst(link.expiresAt),
    needsCode,
  };
}

/** As `guideOwnPassword`, for whoever holds a link; a link is asked for so that strangers cannot have passwords judged. */
export async function guideLinkPassword(ctx: Ctx, given: LinkGuidanceInput): Promise<GuidanceAnswer> {
  const { owner } = await requireLink(ctx, given);
  return guidance(given.password, { name: `${owner.name} ${given.name ?? ""}`, email: owner.email });
}

/** Sets the first password of an invited person, who may then sign in; answers as the first step of signing in does. */
export async function acceptInvitation(ctx: Ctx, given: InvitationAccept): Promise<TicketAnswer> {
  const { owner } = await requireLink(ctx, { token: given.token, purpose: "invitation" });
  const hash = await hashNewPassword(given.password, { ...owner, name: `${owner.name} ${given.name}` });
  const nameCt = await seal({ table: "users", column: "name_ct", rowId: owner.userId }, given.name);
  return withTransaction(ctx, async (tx) => {
    await redeemLink(tx, { token: given.token, purpose: "invitation" });
    await setPassword(tx, { owner, hash, occasion: "first" });
    const joined = await tx.db
      .update(users)
      .set({ status: "active", nameCt })
      .where(and(eq(users.id, owner.userId), eq(users.status, "invited")))
      .returning({ id: users.id });
    if (joined.length === 0) throw linkOver();
    const { sessionId, ticket } = await openSession(tx, { userId: owner.userId, level: "password" });
    await recordAudit(tx, { verb: "auth.accept_invitation", objectKind: "user", objectId: owner.userId, after: { sessionId } });
    await recordEvent(tx, { event: "invitation.accepted", subjectUserId: owner.userId });
    return { ticket, next: "/two-factor" };
  });
}

/** Sets a new password by a link and the person's own second factor; every session ends. */
export async function acceptReset(ctx: Ctx, given: ResetAccept): Promise<{ done: true }> {
  const { owner } = await requireLink(ctx, { token: given.token, purpose: "reset" });
  const factor = await factorFor(ctx, owner.userId, given);
  const hash = await hashNewPassword(given.password, owner);
  await withTransaction(ctx, async (tx) => {
    await redeemLink(tx, { token: given.token, purpose: "reset" });
    if (factor?.kind === "code") await consumeCode(tx, factor.checked);
    if (factor?.kind === "recovery") await consumeRecoveryCode(tx, factor.checked);
    await setPassword(tx, { owner, hash, occasion: "reset" });
    await endAllSessions(tx, owner.userId, { reason: "password_reset" });
  });
  return { done: true };
}

// Without any factor (they were reset by two admins) the link alone sets the password: it opens no more than enrolment.
async function factorFor(ctx: Ctx, userId: string, given: ResetAccept) {
  const use = toResetPassword(userId);
  if (given.recoveryCode !== undefined) return { kind: "recovery", checked: await checkRecoveryCode(ctx, userId, { code: given.recoveryCode, use }) } as const;
  if (!(await hasFactor(userId))) return null;
  if (given.code === undefined) throw new AppError("unprocessable", "code_needed", "Enter a code from your authenticator app, or a recovery code.");
  return { kind: "code", checked: await checkCode(ctx, userId, { code: given.code, use }) } as const;
}

/** How the signed-in person stands with what they sign in with. */
export async function getCredentials(ctx: Ctx): Promise<CredentialsAnswer> {
  const { userId } = requirePerson(ctx);
  const app = and(eq(authFactors.userId, users.id), eq(authFactors.status, "active"));
  const [[row], standing] = await Promise.all([
    read((db) => db.select({ changedAt: users.passwordChangedAt, appSince: authFactors.createdAt }).from(users).leftJoin(authFactors, app).where(eq(users.id, userId))),
    recoveryStanding(userId),
  ]);
  return {
    passwordChangedAt: row === undefined || row.changedAt === null ? null : toIst(row.changedAt),
    appSince: row === undefined || row.appSince === null ? null : toIst(row.appSince),
    recoveryCodesLeft: standing.left,
    recoveryCodesMadeAt: standing.madeAt === null ? null : toIst(standing.madeAt),
  };
}

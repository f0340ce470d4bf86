// Bringing people in: an invitation is a person without a password and a link that is good once.
import { and, eq, isNull, sql } from "drizzle-orm";
import { roleGrants, users } from "@/db/schema/auth";
import { privilegedRoles, requirePermission, type Role } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { addInvited, grantRole, issueLink, type IssuedLink } from "@/lib/auth";
import { mayHoldTogether } from "@/lib/auth/policy";
import { config } from "@/lib/config";
import { withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict, refuseUnless } from "@/lib/errors";
import { raiseEvent, recordEvent } from "@/lib/monitoring";
import { toIst } from "@/lib/time";
import { blindIndex } from "@/lib/vault";
import { viewing } from "../changes.ts";
import type { HandedLink, InviteInput, Invited } from "../contract.ts";
import { factsOf } from "../load.ts";
import { mayHandOutReset, mayInviteAgain } from "../policy.ts";
import { insertChange } from "./propose.ts";

function handed(link: IssuedLink): HandedLink {
  return { url: `${config().appOrigin}${link.path}`, expiresAt: toIst(link.expiresAt) };
}

/** Invites a person: the link is shown once, to whoever invites. Privileged roles wait for a second admin, others are given at once. */
export async function invitePerson(ctx: Ctx, input: InviteInput): Promise<Invited> {
  requirePermission(ctx.actor, "people.invite");
  const together = mayHoldTogether(input.roles, { name: input.name });
  if (!together.allowed) await raiseEvent(ctx, { event: "role.refused_toxic", fields: { role: input.roles.join(" + ") } });
  refuseUnless(together, "conflict", "toxic_roles");
  if (input.roles.length > 0) requirePermission(ctx.actor, "roles.propose");
  const proposed = input.roles.filter((role) => privilegedRoles.includes(role));
  const granted = input.roles.filter((role) => !privilegedRoles.includes(role));
  return withTransaction(ctx, async (tx) => {
    const { userId } = await addInvited(tx, { email: input.email, name: input.name });
    for (const role of granted) await grantRole(tx, { userId, role });
    for (const role of proposed) await insertChange(tx, { kind: "role_grant", subjectId: userId, role, validFrom: null, validUntil: null, reason: input.reason });
    const link = await issueLink(tx, { userId, purpose: "invitation" });
    await recordAudit(tx, {
      verb: "users.invite",
      objectKind: "user",
      objectId: userId,
      reason: input.reason,
      after: { proposed: proposed.join(", "), granted: granted.join(", ") },
    });
    await recordEvent(tx, { event: "person.invited", subjectUserId: userId });
    return { userId, link: handed(link), proposed, granted };
  });
}

/** A new link for someone who has not accepted theirs; the old one stops working. */
export async function inviteAgain(ctx: Ctx, userId: string): Promise<HandedLink> {
  requirePermission(ctx.actor, "people.invite");
  return withTransaction(ctx, async (tx) => {
    refuseUnless(mayInviteAgain(viewing(ctx), await factsOf(tx, userId, ctx.now)), "conflict", "not_invited");
    return handed(await issueLink(tx, { userId, purpose: "invitation" }));
  });
}

/** A link with which a person sets a new password; their second factor is still asked for. */
export async function handOutReset(ctx: Ctx, userId: string, input: { reason: string }): Promise<HandedLink> {
  requirePermission(ctx.actor, "people.reset_password");
  return withTransaction(ctx, async (tx) => {
    refuseUnless(mayHandOutReset(viewing(ctx), await factsOf(tx, userId, ctx.now)), "conflict", "reset_refused");
    await recordAudit(tx, { verb: "users.reset_link", objectKind: "user", objectId: userId, reason: input.reason });
    return handed(await issueLink(tx, { userId, purpose: "reset" }));
  });
}

/** How many people who were ever owners have ever confirmed a second factor. */
async function ownersEverEnrolled(tx: Tx): Promise<number> {
  const rows = await tx.db.execute(sql`
    select distinct g.user_id from role_grants g where g.role = 'owner'
      and (exists (select from auth_factors f where f.user_id = g.user_id and (f.status = 'active' or f.last_step > 0)) or exists (select from passkeys p where p.user_id = g.user_id))`);
  return rows.length;
}

/**
 * The first owners, from the terminal: only while fewer than two have ever enrolled, so that nobody with a shell can make
 * themselves a third. Answers the link; the same address again replaces a link that was not used.
 */
export async function inviteOwner(ctx: Ctx, address: string): Promise<HandedLink> {
  if (ctx.actor.kind !== "operator") throw new AppError("forbidden", "permission_denied", "The first owners are invited from the terminal only.");
  const index = await blindIndex("users.email", address);
  return withTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtext('countersign.owners'))`);
    const enrolled = await ownersEverEnrolled(tx);
    if (enrolled >= 2) throw conflict("owners_exist", "Two owners have enrolled already. From here on they invite people themselves, on the Users page.");
    const [known] = await tx.db.select({ id: users.id, status: users.status }).from(users).where(eq(users.emailIndex, index));
    if (known !== undefined && known.status !== "invited") throw conflict("person_exists", "There is already a person with this e-mail address, who has accepted an invitation.");
    const userId = known?.id ?? (await addInvited(tx, { email: address })).userId;
    const role: Role = "owner";
    const held = await tx.db
      .select({ id: roleGrants.id })
      .from(roleGrants)
      .where(and(eq(roleGrants.userId, userId), eq(roleGrants.role, role), isNull(roleGrants.endedAt)));
    if (held.length === 0) await grantRole(tx, { userId, role });
    const link = await issueLink(tx, { userId, purpose: "invitation" });
    await recordAudit(tx, { verb: "users.invite_owner", objectKind: "user", objectId: userId, after: { enrolledBefore: enrolled } });
    await recordEvent(tx, { event: "person.invited", subjectUserId: userId });
    return handed(link);
  });
}

// One-time links to a first or a new password. The database keeps a hash; the token is in the link's fragment, which no
// server, log or referrer ever sees, and reaches us only in a request's body.
import { and, eq, gt, isNull } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { authLinks } from "@/db/schema/credentials";
import { recordAudit } from "@/lib/audit";
import { actorId, read, type Tx } from "@/lib/context";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { getSetting } from "@/lib/policies";
import { hourMs, plusMs } from "@/lib/time";
import type { LinkPurpose } from "./contract.ts";
import { newToken, tokenHash } from "./tokens.ts";

/** `path` holds the token: hand it to the person and keep it nowhere. */
export type IssuedLink = { linkId: string; path: string; expiresAt: Date };

const pathOf: Record<LinkPurpose, string> = { invitation: "/invitation", reset: "/reset" };

const fittingStatus: Record<LinkPurpose, string> = { invitation: "invited", reset: "active" };

/**
 * Issues a link for a person, good once and for 24 h (a setting); an earlier one of the same person and purpose stops working. Throws
 * `not_invited` or `not_active` when the person's state does not fit the purpose.
 */
export async function issueLink(tx: Tx, given: { userId: string; purpose: LinkPurpose }): Promise<IssuedLink> {
  const { userId, purpose } = given;
  const [person] = await tx.db.select({ status: users.status }).from(users).where(eq(users.id, userId)).for("update");
  if (person === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
  if (person.status !== fittingStatus[purpose])
    throw purpose === "invitation"
      ? conflict("not_invited", "This person has already accepted an invitation, or was disabled.")
      : conflict("not_active", "This person cannot sign in, so a new password would be of no use. Enable them or invite them again first.");
  await tx.db
    .update(authLinks)
    .set({ supersededAt: tx.ctx.now })
    .where(and(eq(authLinks.userId, userId), eq(authLinks.purpose, purpose), isNull(authLinks.usedAt), isNull(authLinks.supersededAt)));
  const token = newToken();
  const linkId = newId("authLink");
  const expiresAt = plusMs(tx.ctx.now, (await getSetting(tx, "linkHours")) * hourMs);
  await tx.db.insert(authLinks).values({ id: linkId, purpose, userId, tokenHash: tokenHash(token), createdBy: actorId(tx.ctx.actor), createdAt: tx.ctx.now, expiresAt });
  if (purpose === "reset") await tx.db.update(users).set({ resetRequestedAt: null }).where(eq(users.id, userId));
  await recordAudit(tx, { verb: "auth.issue_link", objectKind: "user", objectId: userId, after: { linkId, purpose, expiresAt: expiresAt.toISOString() } });
  await recordEvent(tx, { event: "link.issued", subjectUserId: userId, fields: { linkId, purpose } });
  return { linkId, path: `${pathOf[purpose]}#${token}`, expiresAt };
}

export type OpenLink = { linkId: string; userId: string; createdBy: string; expiresAt: Date };

const columns = { linkId: authLinks.id, userId: authLinks.userId, createdBy: authLinks.createdBy, expiresAt: authLinks.expiresAt };

function isOpen(given: { token: string; purpose: LinkPurpose }, now: Date) {
  return and(
    eq(authLinks.tokenHash, tokenHash(given.token)),
    eq(authLinks.purpose, given.purpose),
    isNull(authLinks.usedAt),
    isNull(authLinks.supersededAt),
    gt(authLinks.expiresAt, now),
  );
}

/** The link behind a token if it could be used now; null tells nothing about why not. */
export async function peekLink(given: { token: string; purpose: LinkPurpose }, now: Date): Promise<OpenLink | null> {
  const [link] = await read((db) => db.select(columns).from(authLinks).where(isOpen(given, now)));
  return link ?? null;
}

/** Uses a link up: of any number of callers one wins. Everyone else, late or with a wrong token, gets the same `link_over`. */
export async function redeemLink(tx: Tx, given: { token: string; purpose: LinkPurpose }): Promise<OpenLink> {
  const [link] = await tx.db.update(authLinks).set({ usedAt: tx.ctx.now }).where(isOpen(given, tx.ctx.now)).returning(columns);
  if (link === undefined) throw linkOver();
  await recordAudit(tx, { verb: "auth.use_link", objectKind: "user", objectId: link.userId, after: { linkId: link.linkId, purpose: given.purpose } });
  await recordEvent(tx, { event: "link.used", subjectUserId: link.userId, fields: { linkId: link.linkId, purpose: given.purpose } });
  return link;
}

/** Voids what is open for a person, e.g. when they are disabled. */
export async function voidLinks(tx: Tx, userId: string): Promise<void> {
  await tx.db
    .update(authLinks)
    .set({ supersededAt: tx.ctx.now })
    .where(and(eq(authLinks.userId, userId), isNull(authLinks.usedAt), isNull(authLinks.supersededAt)));
}

export function linkOver(): AppError {
  return new AppError("gone", "link_over", "This link was used already, was replaced by a newer one, or has run out of time. Ask an administrator for a new one.");
}

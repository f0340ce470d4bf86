// The door frame of every page: who is looking, and whether they may.
import "server-only";
import type { Route } from "next";
import { headers } from "next/headers";
import { forbidden, notFound, redirect } from "next/navigation";
import { cache } from "react";
import { can, type Permission, type Role } from "@/lib/access";
import { recordDenial } from "@/lib/audit";
import { findSession, type Session } from "@/lib/auth";
import { config } from "@/lib/config";
import { refreshed, type Ctx, type UserActor } from "@/lib/context";
import { LimitError, requireEntry, requireQuota } from "@/lib/edge";
import { searchesFor } from "@/lib/edge/policy";
import { errorStatus, isAppError, type AppError } from "@/lib/errors";
import { noteRefusal, raiseQuietly } from "@/lib/monitoring";
import { pageWords } from "./door-words.ts";
import { guestCtx } from "./guest.ts";
import { requireOwnHost } from "./origin.ts";
import { sayPageAnswer } from "./page-answer.ts";
import { requirePageTurn } from "./page-turns.ts";
import { retryHeaders } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import { signInPath } from "./return-path.ts";
import { wordsDigest } from "./page-words.ts";

export type Viewer = { userId: string; name: string; email: string; roles: Role[]; permissions: Permission[] };

type Seen = { ctx: Ctx & { actor: UserActor }; viewer: Viewer };

/** One page being asked for; `ctx` is a stranger's until the door knows who it is. */
type Asked = { ctx: Ctx; sent: Headers };

/** The frame of both doors: whoever may come in here at all goes on, and a refusal on the way is the page's answer. */
async function enter<T>(go: (asked: Asked) => Promise<T>): Promise<T> {
  const sent = await headers();
  const asked: Asked = { ctx: guestCtx({ headers: sent }, requestIdOf(sent)), sent };
  try {
    await requireEntry(asked.ctx, sent);
    requireOwnHost(sent, config().appOrigin);
    const found = await go(asked);
    sayPageAnswer(null);
    return found;
  } catch (error) {
    // Nobody reads this answer, and every other error would be written to the log.
    if (isAppError(error, "reader_left")) notFound();
    await refuse(asked, error);
    throw error;
  }
}

/** Reads the session row; sends people who are not fully signed in to the right step. */
async function signedIn(ctx: Ctx, sent: Headers): Promise<Session> {
  const found = await findSession(sent, ctx);
  // Who is nobody yet is counted by their address, as at every door.
  if (found === null) {
    await requireQuota(ctx, "guest");
    redirect(signInPath(askedPath(sent)) as Route);
  }
  if (found.level === "password") redirect("/two-factor");
  return found;
}

/** Who is looking, once per request; whoever waited for their turn is looked at again, so that nobody is drawn who was shut out meanwhile. */
const see = cache(() =>
  enter(async (asked): Promise<Seen> => {
    const { ctx: stranger, sent } = asked;
    let found = await signedIn(stranger, sent);
    asked.ctx = { ...stranger, actor: found.actor };
    await requireQuota(asked.ctx, searchesFor(askedPath(sent) ?? "") ? "search" : "read");
    const { waited } = await requirePageTurn(found.actor.sessionId);
    const now = waited ? refreshed(stranger) : stranger;
    if (waited) found = await signedIn(now, sent);
    const ctx = { ...now, actor: found.actor };
    asked.ctx = ctx;
    return {
      ctx,
      viewer: { userId: found.actor.userId, name: found.name, email: found.emailMasked, roles: [...found.actor.roles], permissions: [...found.actor.permissions] },
    };
  }),
);

/** The door of the pages where nobody is signed in yet, so that nobody types a password who may not come in at all. */
export async function requireEntryPage(): Promise<void> {
  await enter(({ ctx }) => requireQuota(ctx, "guest"));
}

/** A page whose door refuses answers as a handler would, and the sentence is drawn in its place. */
async function refuse({ ctx, sent }: Asked, error: unknown): Promise<void> {
  if (!isAppError(error)) return sayPageAnswer(null);
  Object.assign(error, { digest: error.retryAfterSeconds === undefined ? wordsDigest("out", outWords(ctx, error)) : wordsDigest("wait", error.message) });
  sayPageAnswer({
    status: errorStatus[error.code],
    headers: { "cache-control": "no-store", ...(error instanceof LimitError ? error.headers : {}), ...retryHeaders(error) },
  });
  await noteRefusal(ctx, error, `the page ${/^\/([a-z-]*)/.exec(askedPath(sent) ?? "")?.[1]?.replaceAll("-", " ") ?? "-"}`);
}

/** Whoever runs the desk is asked for an address to be let in; those who ask know theirs by this. */
function outWords(ctx: Ctx, error: AppError): string {
  return error.kind === "address_refused" ? `${error.message} Your address is ${ctx.ip ?? "unknown"}; an owner or a security admin can open the desk to it.` : error.message;
}

/** What the browser asked for, as the proxy noted it, without what the framework adds. */
function askedPath(sent: Headers): string | null {
  return (
    sent
      .get("x-asked")
      ?.replace(/([?&])_rsc=[^&]*&?/, "$1")
      .replace(/[?&]$/, "") ?? null
  );
}

/** The signed-in person, for the shell. Decides nothing. */
export async function getViewer(): Promise<Viewer> {
  return (await see()).viewer;
}

/** Lets any fully signed-in person go on: for pages that show people to themselves. */
export async function requireSelf(): Promise<Ctx & { actor: UserActor }> {
  return (await see()).ctx;
}

/** Lets the page go on only with the permission; otherwise a true 403, audited. */
export async function requirePage(permission: Permission): Promise<Ctx & { actor: UserActor }> {
  const { ctx } = await see();
  if (can(ctx.actor, permission).allowed) return ctx;
  await recordDenial(ctx, { verb: `view ${permission}`, objectKind: "page", objectId: permission, reason: "permission_denied" });
  await raiseQuietly(ctx, { event: "access.denied", fields: { door: pageWords(permission), needs: permission } }, `${ctx.actor.userId} page ${permission}`);
  forbidden();
}

// The door frame of every page: who is looking, and whether they may.
import "server-only";
import type { Route } from "next";
import { headers } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import { cache } from "react";
import { can, type Permission, type Role } from "@/lib/access";
import { recordDenial } from "@/lib/audit";
import { findSession } from "@/lib/auth";
import { config } from "@/lib/config";
import type { Ctx, UserActor } from "@/lib/context";
import { requireEntry, requireQuota } from "@/lib/edge";
import { searchesFor } from "@/lib/edge/policy";
import { isAppError } from "@/lib/errors";
import { raiseQuietly } from "@/lib/monitoring";
import { guestCtx } from "./guest.ts";
import { requireOwnHost } from "./origin.ts";
import { requestIdOf } from "./request-id.ts";
import { signInPath } from "./return-path.ts";

export type Viewer = { userId: string; name: string; email: string; roles: Role[]; permissions: Permission[] };

type Seen = { ctx: Ctx & { actor: UserActor }; viewer: Viewer };

/** A page has no status of its own for these: whoever may not come in sees the page that says so. */
async function enter(base: Ctx, sent: Headers): Promise<void> {
  try {
    await requireEntry(base, sent);
    requireOwnHost(sent, config().appOrigin);
  } catch (error) {
    if (isAppError(error) && (error.code === "forbidden" || error.code === "bad_request")) forbidden();
    throw error;
  }
}

/** Reads the session row once per request; sends people who are not fully signed in to the right step. */
const see = cache(async (): Promise<Seen> => {
  const sent = await headers();
  const base = guestCtx({ headers: sent }, requestIdOf(sent));
  await enter(base, sent);
  const found = await findSession(sent, base);
  if (found === null) redirect(signInPath(askedPath(sent)) as Route);
  if (found.level === "password") redirect("/two-factor");
  await requireQuota({ ...base, actor: found.actor }, searchesFor(askedPath(sent) ?? "") ? "search" : "read");
  return {
    ctx: { ...base, actor: found.actor },
    viewer: { userId: found.actor.userId, name: found.name, email: found.emailMasked, roles: [...found.actor.roles], permissions: [...found.actor.permissions] },
  };
});

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
  await raiseQuietly(
    ctx,
    { event: "access.denied", fields: { door: `the page ${permission.replace(/\..*$/, "").replaceAll("_", " ")}`, needs: permission } },
    `${ctx.actor.userId} page ${permission}`,
  );
  forbidden();
}

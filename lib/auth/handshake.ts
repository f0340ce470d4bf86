// next-auth, fenced in: it turns a single-use ticket into an encrypted cookie that names a session, and nothing more.
import type { AuthOptions } from "next-auth";
import { config } from "@/lib/config";
import { systemCtx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { problemResponse } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request-id";
import { readCapped } from "@/lib/http/body";
import { requireOwnOrigin } from "@/lib/http/origin";
import { log } from "@/lib/monitoring";
import { clockNow, secondMs } from "@/lib/time";
import { sessionRules } from "./policy.ts";
import { loadSession } from "./session-load.ts";
import { redeemTicket } from "./sessions.ts";
import { cookieOptions, cookieSecret, sessionCookie } from "./tokens.ts";

// All that next-auth may answer; its pages, provider list, log, update and sign-out endpoints do not exist here (ours ends the row).
const allowed = new Set(["GET csrf", "GET session", "POST callback/ticket"]);

async function options(): Promise<AuthOptions> {
  const { default: Credentials } = await import("next-auth/providers/credentials");
  return {
    secret: cookieSecret(),
    useSecureCookies: true,
    session: { strategy: "jwt", maxAge: sessionRules.cookieMs / secondMs },
    cookies: {
      sessionToken: { name: sessionCookie, options: cookieOptions },
      csrfToken: { name: "__Host-csrf", options: cookieOptions },
      callbackUrl: { name: "__Host-callback", options: cookieOptions },
    },
    providers: [
      Credentials({
        id: "ticket",
        credentials: { ticket: {} },
        // Answers null for every failure: what is thrown here would travel in a URL.
        authorize: async (given) => {
          const ticket: unknown = given?.ticket;
          if (typeof ticket !== "string" || ticket.length > 100) return null;
          const token = await redeemTicket(systemCtx("sign-in handshake"), ticket);
          return token === null ? null : { id: token };
        },
      }),
    ],
    callbacks: {
      redirect: () => config().appOrigin,
      jwt: ({ token, user }) => ({ sid: user === undefined ? token["sid"] : user.id }),
      session: async ({ session, token }) => {
        const live = typeof token["sid"] === "string" ? await loadSession(token["sid"], clockNow()) : null;
        if (live === null) throw new Error("session ended");
        return { expires: session.expires, level: live.level };
      },
    },
    logger: {
      error: (code) => log.info({ code }, "sign-in handshake"),
      warn: () => undefined,
      debug: () => undefined,
    },
  };
}

type NextContext = { params: Promise<{ nextauth: string[] }> };

/** Answers next-auth's own paths, or 404 for all of them that this house does not use. */
export async function handshake(request: Request, context: NextContext): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  try {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const asked = `${method} ${(await context.params).nextauth.join("/")}`;
    if (!allowed.has(asked)) throw new AppError("not_found", "no_such_path", "There is nothing here.");
    const changes = method === "POST";
    if (changes) requireOwnOrigin(request.headers, config().appOrigin);
    const body = changes ? { body: (await readCapped(request, 8 * 1024)) as BodyInit } : {};
    // Loaded here, because the worker opens this room too and answers no requests.
    const [{ default: NextAuth }, { NextRequest }] = await Promise.all([import("next-auth"), import("next/server")]);
    const answer: Response = await NextAuth(new NextRequest(request.url, { method, headers: request.headers, ...body }), context, await options());
    return asked === "GET csrf" ? answer : await plain(asked, answer, requestId);
  } catch (error) {
    return problemResponse(error, requestId);
  }
}

/** Keeps next-auth's cookies and drops its redirects: a status and a small body say what happened. */
async function plain(asked: string, answer: Response, requestId: string): Promise<Response> {
  const cookies = answer.headers.getSetCookie();
  const signedIn = cookies.some((cookie) => cookie.startsWith(`${sessionCookie}=`) && !cookie.startsWith(`${sessionCookie}=;`));
  const reply = !signedIn
    ? problemResponse(new AppError("unauthenticated", "signed_out", "This sign-in cannot be completed. Start again."), requestId)
    : Response.json(asked === "GET session" ? await answer.json() : { done: true }, { headers: { "cache-control": "no-store", "x-request-id": requestId } });
  for (const cookie of cookies) reply.headers.append("set-cookie", cookie);
  return reply;
}

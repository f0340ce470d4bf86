// Cookies that must open nothing: forged, fixed, copied, altered, expired, of another key or another shape.
import { encode } from "next-auth/jwt";
import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, headersFor, newPerson, openFull } from "@/lib/testing/people";
import { minuteMs, parseInstant, plusMs, secondMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { authenticate, authSweeps, disablePerson, enablePerson, endOtherSessions, signInWithCode, signInWithPassword, signOut, stepUp } from "./index.ts";
import { cookieFor, cookieSecret, newToken, sessionCookie, tokenFrom, tokenHash } from "./tokens.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const withCookie = (cookie: string): Headers => new Headers({ cookie });

async function ask(headers: Headers, now = start): Promise<string> {
  return authenticate(new Request("http://localhost/api/me", { headers }), guestAt(now)).then(
    () => "in",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
}

async function sealed(claims: Record<string, unknown>, given: { secret?: string; maxAge?: number } = {}): Promise<Headers> {
  return withCookie(`${sessionCookie}=${await encode({ token: claims, secret: given.secret ?? cookieSecret(), ...(given.maxAge === undefined ? {} : { maxAge: given.maxAge }) })}`);
}

describe("a cookie opens nothing", () => {
  test("when it was forged: another key, no key, a made-up token, the stored hash, the session's or the person's id", async () => {
    const person = await newPerson(["owner"]);
    const headers = await openFull(person.userId, start);
    const token = (await tokenFrom(headers)) ?? "";
    const [row] = await database.owner<{ id: string }[]>`select id from auth_sessions where token_hash = ${tokenHash(token)}`;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify({ sid: token })).toString("base64url")}.`;
    const forged = [
      await sealed({ sid: token }, { secret: "another secret, just as long as ours is" }),
      withCookie(`${sessionCookie}=${unsigned}`),
      withCookie(`${sessionCookie}=${token}`),
      await sealed({ sid: newToken() }),
      await sealed({ sid: Buffer.from(tokenHash(token)).toString("base64url") }),
      await sealed({ sid: Buffer.from(tokenHash(token)).toString("hex") }),
      await sealed({ sid: row?.id }),
      await sealed({ sid: person.userId }),
    ];
    expect(await ask(headers)).toBe("in");
    for (const each of forged) expect(await ask(each)).toBe("unauthenticated");
  });

  test("when what it names has another shape than a token", async () => {
    for (const sid of [null, 7, true, [], {}, [newToken()], { $ne: null }, "", "' or 1=1 --", "\u0000", "x".repeat(5000)])
      expect(await ask(await sealed({ sid }))).toBe("unauthenticated");
    expect(await ask(await sealed({}))).toBe("unauthenticated");
    expect(await ask(await sealed({ id: newToken(), sub: "usr_1", role: "owner" }))).toBe("unauthenticated");
  });

  test("when it has expired, or stands under another name", async () => {
    const headers = await openFull((await newPerson(["owner"])).userId, start);
    const token = (await tokenFrom(headers)) ?? "";
    expect(await ask(await sealed({ sid: token }, { maxAge: -3600 }))).toBe("unauthenticated");
    const value = (await cookieFor(token)).slice(sessionCookie.length + 1);
    for (const name of ["__Secure-sid", "sid", "__host-sid", "next-auth.session-token", "x__Host-sid"]) expect(await ask(withCookie(`${name}=${value}`))).toBe("unauthenticated");
  });

  test("when it was fixed: what a browser carried before the second step is worthless after it", async () => {
    const person = await newPerson(["owner"]);
    const planted = await headersFor((await signInWithPassword(guestAt(start), person)).ticket, start);
    const { ticket } = await signInWithCode(guestAt(start), planted, { code: await codeAt(person.totpSecret, start) });
    expect(await ask(planted)).toBe("unauthenticated");
    const real = await headersFor(ticket, start);
    expect([await ask(real), await tokenFrom(real)]).not.toContain(await tokenFrom(planted));
    expect(await ask(planted)).toBe("unauthenticated");
  });

  test("when it was copied and its owner signs out, ends the others, shows a factor or is disabled, even if enabled again", async () => {
    const ends: ((person: Awaited<ReturnType<typeof newPerson>>, headers: Headers) => Promise<unknown>)[] = [
      (_, headers) => signOut(guestAt(start), headers),
      async (person) => endOtherSessions(await authenticate(new Request("http://localhost", { headers: await openFull(person.userId, start) }), guestAt(start))),
      async (person, headers) =>
        stepUp(await authenticate(new Request("http://localhost", { headers }), guestAt(start)), { act: "role", code: await codeAt(person.totpSecret, start) }),
      async (person) => {
        await withTransaction(systemCtx("test", "operator"), (tx) => disablePerson(tx, { userId: person.userId, reason: "left" }));
        await withTransaction(systemCtx("test", "operator"), (tx) => enablePerson(tx, { userId: person.userId, reason: "came back" }));
      },
    ];
    for (const end of ends) {
      const person = await newPerson(["support"]);
      const headers = await openFull(person.userId, start);
      const copied = new Headers(headers);
      expect(await ask(copied)).toBe("in");
      await end(person, headers);
      expect(await ask(copied)).toBe("unauthenticated");
    }
  });
});

test("a ticket is redeemed once, within its minute, and never for a session that has ended", async () => {
  const person = await newPerson(["support"]);
  const { ticket } = await signInWithPassword(guestAt(start), person);
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => headersFor(ticket, start)));
  expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
  const { ticket: late } = await signInWithPassword(guestAt(start), person);
  await expect(headersFor(late, plusMs(start, minuteMs))).rejects.toThrow();
});

test("challenges and step-ups of days ago are thrown away, and with them nothing keeps an old session", async () => {
  const person = await newPerson(["support"]);
  const ctx = await authenticate(new Request("http://localhost", { headers: await openFull(person.userId, start) }), guestAt(start));
  await stepUp(ctx, { act: "export", code: await codeAt(person.totpSecret, start) });
  const later = { ...systemCtx("sweep"), now: plusMs(start, 100 * 24 * 60 * minuteMs + secondMs) };
  for (const sweep of authSweeps) await sweep.run(later);
  const [left] = await database.owner<{ sessions: number; steps: number }[]>`
    select (select count(*)::int from auth_sessions where user_id = ${person.userId}) as sessions, (select count(*)::int from step_ups) as steps`;
  expect(left).toEqual({ sessions: 0, steps: 0 });
});

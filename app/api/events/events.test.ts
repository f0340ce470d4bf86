import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Role } from "@/lib/access";
import { disablePerson, endRole, signInWithCode, signInWithPassword, signOut } from "@/lib/auth";
import { closePools, systemCtx, withTransaction } from "@/lib/context";
import { raiseEvent } from "@/lib/monitoring";
import { feedPace } from "@/lib/monitoring/feed";
import { codeAt, guestAt, headersFor, newPerson, type TestPerson } from "@/lib/testing/people";
import { useDatabase } from "@/lib/testing/database";
import { clockNow, minuteMs, secondMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { GET, HEAD } from "./route.ts";

const database = useDatabase();
beforeAll(() => ensureVaultKeys(systemCtx("test")));

type Seat = { person: TestPerson; headers: Headers };

async function seat(...roles: Role[]): Promise<Seat> {
  const person = await newPerson(roles);
  const now = clockNow();
  const pending = await headersFor((await signInWithPassword(guestAt(now), person)).ticket, now);
  const { ticket } = await signInWithCode(guestAt(now), pending, { code: await codeAt(person.totpSecret, now) });
  return { person, headers: await headersFor(ticket, now) };
}

const open = new Set<AbortController>();
afterEach(() => {
  for (const abort of open) abort.abort();
  open.clear();
});

type Said = { id: string; event: string; data: { id?: string; sentence?: string; why?: string; fields?: { door?: string } } };

/** Opens the stream as a browser does and reads it until it ends. */
async function watch(seated: Seat, given: { lastEventId?: string } = {}) {
  const abort = new AbortController();
  open.add(abort);
  const headers = new Headers(seated.headers);
  headers.set("host", "localhost:3000");
  if (given.lastEventId !== undefined) headers.set("last-event-id", given.lastEventId);
  const response = await GET(new Request("http://localhost:3000/api/events", { headers, signal: abort.signal }));
  const said: Said[] = [];
  const ended = response.body === null ? Promise.resolve() : readAll(response.body, said);
  const until = async (done: () => boolean): Promise<void> => {
    await vi.waitFor(() => expect(done()).toBe(true), { timeout: minuteMs, interval: 20 });
  };
  return { response, said, ended, until, close: () => abort.abort() };
}

async function readAll(body: ReadableStream<Uint8Array>, said: Said[]): Promise<void> {
  let text = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const part = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
      if (part("data") !== "") said.push({ id: part("id"), event: part("event"), data: JSON.parse(part("data")) as Said["data"] });
    }
  }
}

const doors = (said: readonly Said[]) => said.map(({ data }) => data.fields?.door).filter((door) => door !== undefined);
const happens = (door: string) => raiseEvent(systemCtx("test"), { event: "access.denied", fields: { door } });

describe("the stream of security events", () => {
  test("is asked for its head alone without a place being taken, and only by whoever may watch it", async () => {
    const [owner, support] = [await seat("owner"), await seat("support")];
    const head = (headers: Headers) => HEAD(new Request("http://localhost:3000/api/events", { method: "HEAD", headers }), { params: Promise.resolve({}) });
    for (let asked = 0; asked < 20; asked += 1) {
      const answer = await head(owner.headers);
      expect([answer.status, answer.body, answer.headers.get("content-type")]).toEqual([200, null, "text/event-stream; charset=utf-8"]);
    }
    expect((await watch(owner)).response.status).toBe(200);
    expect([(await head(support.headers)).status, (await head(new Headers())).status]).toEqual([403, 401]);
  });

  test("says what happens as it happens, in a person's words, and after a break what was missed", async () => {
    const owner = await seat("owner");
    const first = await watch(owner);
    expect(first.response.headers.get("content-type")).toContain("text/event-stream");
    await happens("one");
    await first.until(() => doors(first.said).includes("one"));
    expect(first.said.find(({ data }) => data.fields?.door === "one")).toMatchObject({ event: "security", data: { sentence: "The system tried to use one and was refused." } });
    first.close();
    await first.ended.catch(() => undefined);
    const lastEventId = first.said.at(-1)?.id ?? "";
    await happens("two");
    await happens("three");
    const second = await watch(owner, { lastEventId });
    await second.until(() => doors(second.said).includes("three"));
    await happens("four");
    await second.until(() => doors(second.said).includes("four"));
    // At least that: what came after the last sure mark may be told again, and the browser knows it by its id.
    const known = new Set(first.said.map(({ data }) => data.id));
    expect(doors(second.said.filter(({ data }) => !known.has(data.id)))).toEqual(["two", "three", "four"]);
  });

  test("waits for nobody's open transaction, and leaves out nothing that was written early and committed late", async () => {
    const watching = await watch(await seat("owner"));
    const held = Promise.withResolvers<void>();
    const wrote = Promise.withResolvers<void>();
    const late = database.app.begin(async (sql) => {
      await sql`select set_config('app.actor', 'system:test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`insert into security_events (at, event, severity, actor_kind, actor_id, request_id, fields, first_time)
        values (${clockNow().toISOString()}, 'access.denied', 'warning', 'system', 'system:test', 'req_x', ${sql.json({ door: "early" })}, false)`;
      wrote.resolve();
      await held.promise;
    });
    await wrote.promise;
    await happens("quick");
    await watching.until(() => doors(watching.said).includes("quick"));
    await happens("soon after");
    await watching.until(() => doors(watching.said).includes("soon after"));
    held.resolve();
    await late;
    await watching.until(() => doors(watching.said).includes("early"));
    expect(doors(watching.said)).toEqual(["quick", "soon after", "early"]);
    watching.close();
    const back = await watch(await seat("owner"), { lastEventId: String((1n << 59n) + 1n) });
    await back.until(() => back.said.some(({ event }) => event === "reset"));
  });

  test("is looked at again so often that five seconds pass in no case", () => {
    expect(feedPace.checkMs + feedPace.answerMs).toBeLessThan(5 * secondMs);
  });

  test("is cut at the next look after sign-out, of the person being disabled, and of the role being taken away; others go on", async () => {
    const [leaver, disabled, demoted, stays] = [await seat("owner"), await seat("owner"), await seat("security_admin"), await seat("auditor")];
    const streams = await Promise.all([leaver, disabled, demoted].map((one) => watch(one)));
    const other = await watch(stays);
    const operator = systemCtx("test", "operator");
    await signOut(guestAt(clockNow()), leaver.headers);
    await withTransaction(operator, (tx) => disablePerson(tx, { userId: disabled.person.userId, reason: "left the company" }));
    await withTransaction(operator, (tx) => endRole(tx, { userId: demoted.person.userId, role: "security_admin", reason: "changed desks" }));
    await Promise.all(streams.map((stream) => stream.ended));
    for (const stream of streams) expect(stream.said.at(-1)).toMatchObject({ event: "ended", data: { why: "signed_out" } });
    await happens("still here");
    await other.until(() => doors(other.said).includes("still here"));
    for (const stream of streams) expect(doors(stream.said)).not.toContain("still here");
  });

  test("does not keep the session alive, however long or often it is open", async () => {
    const owner = await seat("owner");
    const back = await database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      return sql<
        { at: Date }[]
      >`update auth_sessions set last_active_at = last_active_at - interval '5 minutes' where user_id = ${owner.person.userId} and ended_at is null returning last_active_at as at`;
    });
    (await watch(owner)).close();
    await watch(owner);
    const rows = await database.superuser<{ at: Date }[]>`select last_active_at as at from auth_sessions where user_id = ${owner.person.userId} and ended_at is null`;
    expect(rows.map((row) => row.at.getTime())).toEqual(back.map((row) => row.at.getTime()));
  });

  test("is refused without a session, without the permission (and that is an event), and beyond six tabs without another closing", async () => {
    const nobody = await watch({ person: { userId: "", email: "", password: "", totpSecret: "" }, headers: new Headers() });
    expect(nobody.response.status).toBe(401);
    const maker = await seat("finance_maker");
    expect((await watch(maker)).response.status).toBe(403);
    const [event] = await database.readonly<
      { fields: unknown; first_time: boolean }[]
    >`select fields, first_time from security_events where actor_id = ${maker.person.userId} and event = 'access.denied'`;
    expect(event).toEqual({ fields: { door: "GET /api/events", needs: "security_events.view" }, first_time: true });
    const owner = await seat("owner");
    const tabs = await Promise.all(Array.from({ length: 6 }, () => watch(owner)));
    expect(tabs.map((tab) => tab.response.status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect((await watch(owner)).response.status).toBe(429);
    tabs[0]?.close();
    await tabs[0]?.ended.catch(() => undefined);
    expect((await watch(owner)).response.status).toBe(200);
  });

  test("a reader that does not read is cut, and the others hear everything", async () => {
    const [owner, auditor] = [await seat("owner"), await seat("auditor")];
    const headers = new Headers(owner.headers);
    headers.set("host", "localhost:3000");
    const idle = await GET(new Request("http://localhost:3000/api/events", { headers }));
    const other = await watch(auditor);
    await withTransaction(systemCtx("test"), (tx) =>
      tx.db.execute(`insert into security_events (at, event, severity, actor_kind, actor_id, request_id, fields, first_time)
        select '2026-11-02T10:00:00Z', 'access.denied', 'warning', 'system', 'system:test', 'req_x', jsonb_build_object('door', 'flood', 'needs', repeat('x', 190)), false from generate_series(1, 900)`),
    );
    await other.until(() => doors(other.said).filter((door) => door === "flood").length === 900);
    await expect(idle.text()).rejects.toThrow(/keep up/);
  });

  test("ends when the database does not say any more who may watch", async () => {
    const watching = await watch(await seat("owner"));
    const name = new URL(database.urls.superuser).pathname.slice(1);
    await database.superuser.unsafe(`revoke connect on database "${name}" from public, countersign_app`);
    await database.superuser`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'countersign_app' and datname = current_database()`;
    try {
      await watching.ended;
      expect(watching.said.at(-1)).toMatchObject({ event: "ended", data: { why: "unavailable" } });
    } finally {
      await database.superuser.unsafe(`grant connect on database "${name}" to countersign_app`);
      await closePools();
    }
  });
});

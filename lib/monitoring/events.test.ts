import { beforeEach, describe, expect, test } from "vitest";
import { permissionsOf } from "@/lib/access";
import { actorId, systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { useDatabase } from "@/lib/testing/database";
import { minuteMs, parseInstant, plusMs } from "@/lib/time";
import { eventSentence, securityEvents } from "./catalogue.ts";
import { addressKey } from "@/lib/http/address";
import { noteRefusal, raiseEvent, raiseQuietly, recordEvent, sayOwed } from "./events.ts";
import { forgetSilences, quieten } from "./quiet.ts";
import { listSecurityEvents } from "./security-queries.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);

function person(userId = newId("user"), now = start): Ctx {
  const actor = { kind: "user" as const, userId, sessionId: newId("session"), roles: ["owner" as const], permissions: permissionsOf(["owner"]), factor: "totp" as const };
  return { ...systemCtx("test"), actor, now, ip: "203.0.113.9" };
}

const stranger = (ip: string, now = start): Ctx => ({ ...systemCtx("test"), actor: { kind: "guest", name: "guest", permissions: [] }, now, ip });

beforeEach(() => forgetSilences());

describe("the catalogue", () => {
  test("every word in braces of a sentence is the actor, the subject or a field the event may carry", () => {
    for (const [id, spec] of Object.entries(securityEvents)) {
      const allowed = ["who", "subject", ...(spec.fields as readonly string[])];
      for (const [, word] of spec.sentence.matchAll(/\{(\w+)\}/g)) expect(allowed, `${id}: {${word}}`).toContain(word);
      expect(spec.sentence, id).toMatch(/^[A-Z{].*\.$/);
    }
  });

  test("a setting is called what its own page calls it, in the sentence and among the facts; what is no setting stays as it is", async () => {
    await raiseEvent(person(), { event: "settings.proposed", fields: { proposalId: "prop_label", name: "dormantDays", direction: "tighten" } });
    await raiseEvent(person(), { event: "settings.drift", fields: { name: "constructor" } });
    const { rows } = await listSecurityEvents({ limit: 50 }, { namesOf: async () => new Map(), actorsOf: async () => [] });
    const of = (event: string) => rows.find((row) => row.event === event);
    expect(of("settings.proposed")?.sentence).toContain("proposed to tighten the setting “Dormant after”.");
    expect(of("settings.proposed")?.fields).toMatchObject({ name: "“Dormant after”", proposalId: "prop_label" });
    expect(of("settings.drift")?.sentence).toBe("The setting constructor is not as the desk decided it.");
  });

  test("a payout is called by its name in the sentence, for a reader who may know it; its id stays among the facts", async () => {
    const payoutId = newId("payout");
    await raiseEvent(person(), { event: "payout.untraced", fields: { payoutId } });
    const read = async (names: Map<string, string>) =>
      (await listSecurityEvents({ event: "payout.untraced", limit: 1 }, { namesOf: async () => names, actorsOf: async () => [] })).rows[0];
    const named = await read(new Map([[payoutId, "₹1,410.00 to M•••• ••4821"]]));
    expect(named?.sentence).toBe("Payout ₹1,410.00 to M•••• ••4821 stands in the database, but nobody asked for it at this desk.");
    expect(named?.fields).toMatchObject({ payoutId });
    expect((await read(new Map()))?.sentence).toContain(`Payout ${payoutId} stands`);
  });

  test("a sentence names the people, fills the fields, counts what was not said, and never fails on an unknown event", () => {
    const words = { who: "Asha", subject: "Ravi", fields: { door: "GET /api/audit", times: 4 } };
    expect(eventSentence("access.denied", words)).toBe("Asha tried to read the audit trail and was refused, 4 times.");
    expect(eventSentence("unusual.hours", { ...words, fields: { time: "04:30 IST", whose: "the desk's", act: "ip_rule.add" } })).toBe(
      "Ravi acted at 04:30 IST, outside the desk's hours: added an IP rule.",
    );
    expect(eventSentence("session.ended", { ...words, fields: { reason: "too_many_sessions" } })).toBe("A session of Ravi ended: they had more than they may have at once.");
    expect(eventSentence("settings.proposed", { ...words, fields: { name: "dormantDays", direction: "tighten" } })).toBe("Asha proposed to tighten the setting dormantDays.");
    expect(eventSentence("factor.failed", { ...words, subject: "Someone new" })).toBe("A second factor of someone new was refused, 4 times.");
    expect(eventSentence("signin.ok", { ...words, fields: {} })).toBe("Ravi signed in.");
    expect(eventSentence("constructor", words)).toBe("Asha: constructor.");
  });
});

describe("recording", () => {
  test("keeps who, about whom, from where and the facts, in the caller's transaction or not at all", async () => {
    const ctx = person();
    await withTransaction(ctx, (tx) => recordEvent(tx, { event: "session.ended", subjectUserId: "usr_other", fields: { sessionId: "ses_1", reason: "kill" } }));
    await expect(
      withTransaction(ctx, async (tx) => {
        await recordEvent(tx, { event: "signin.ok", subjectUserId: "usr_other" });
        throw new Error("rolled back");
      }),
    ).rejects.toThrow("rolled back");
    const rows = await database.readonly`select event, severity, actor_kind, subject_user_id, session_id, ip, fields from security_events where request_id = ${ctx.requestId}`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      {
        event: "session.ended",
        severity: "info",
        actor_kind: "user",
        subject_user_id: "usr_other",
        session_id: ctx.actor.kind === "user" ? ctx.actor.sessionId : null,
        ip: "203.0.113.9",
        fields: { sessionId: "ses_1", reason: "kill" },
      },
    ]);
  });

  test("marks the first time this person did this once, however many do it at once; a stranger and the system have no first time", async () => {
    const userId = newId("user");
    await Promise.all(Array.from({ length: 8 }, () => withTransaction(person(userId), (tx) => recordEvent(tx, { event: "emergency.stopped" }))));
    await withTransaction(person(), (tx) => recordEvent(tx, { event: "emergency.stopped" }));
    await raiseEvent(systemCtx("sweep"), { event: "emergency.stopped" });
    const rows = await database.readonly<{ actor_kind: string; firsts: number; rows: number }[]>`
      select actor_kind, count(*) filter (where first_time)::int as firsts, count(*)::int as rows from security_events where event = 'emergency.stopped' group by actor_id, actor_kind order by 3, 2`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { actor_kind: "system", firsts: 0, rows: 1 },
      { actor_kind: "user", firsts: 1, rows: 1 },
      { actor_kind: "user", firsts: 1, rows: 8 },
    ]);
  });

  test("an address of a person that slips into a field is not kept, and a long text is cut", async () => {
    const ctx = person();
    await raiseEvent(ctx, { event: "access.denied", fields: { door: "asha@example.in", needs: "x".repeat(500) } });
    const [row] = await database.readonly<{ fields: { door: string; needs: string } }[]>`select fields from security_events where request_id = ${ctx.requestId}`;
    expect(row?.fields.door).toBe("[address removed]");
    expect(row?.fields.needs).toHaveLength(200);
  });

  test("the application can neither change nor remove an event, nor write one without an actor", async () => {
    await expect(database.app`update security_events set severity = 'info'`).rejects.toThrow(/permission denied/);
    await expect(database.app`delete from security_firsts`).rejects.toThrow(/permission denied/);
    await expect(database.owner`delete from security_events`).rejects.toThrow(/append-only|refused/);
    await expect(database.app`insert into security_firsts (person_id, event, at) values ('x', 'y', '2026-01-01')`).rejects.toThrow(/no actor/);
  });

  test("raising never throws, even when the event cannot be written", async () => {
    await expect(raiseEvent({ ...person(), now: new Date(Number.NaN) }, { event: "signin.ok" })).resolves.toBeUndefined();
  });
});

test("a program is called by its name wherever an event speaks of it, and its id stays among the facts", async () => {
  const clientId = newId("client");
  const ctx = person();
  await raiseEvent(ctx, { event: "client.disabled", fields: { clientId } });
  const names = async (ids: string[]) => new Map(ids.flatMap((id) => (id === clientId ? [[id, "API client Payroll"] as const] : [])));
  const { rows } = await listSecurityEvents({ event: "client.disabled", limit: 1 }, { namesOf: names, actorsOf: async () => [] });
  expect(rows[0]).toMatchObject({ sentence: `${ctx.actor.kind === "user" ? ctx.actor.userId : ""} disabled API client Payroll.`, fields: { clientId } });
});

describe("what strangers may cause", () => {
  test("is one row per address and minute; the next one says how many went unsaid", async () => {
    for (let index = 0; index < 5; index += 1) await raiseQuietly(stranger("198.51.100.1"), { event: "webhook.bad_signature", fields: { source: "payouts" } }, "198.51.100.1");
    const later = stranger("198.51.100.1", plusMs(start, minuteMs));
    await raiseQuietly(later, { event: "webhook.bad_signature", fields: { source: "payouts" } }, "198.51.100.1");
    const rows = await database.readonly<{ fields: { times?: number } }[]>`select fields from security_events where event = 'webhook.bad_signature' order by id`;
    expect(rows.map((row) => row.fields.times)).toEqual([undefined, 5]);
  });

  test("is counted to the end: what a burst left unsaid is written when its minute is over, and at the end of a process at once", async () => {
    const say = (address: string, at = start) => raiseQuietly(stranger(address, at), { event: "csp.violated", fields: { directive: "img-src", blocked: "x" } }, address);
    const counts = async () => {
      const rows = await database.readonly<
        { ip: string; fields: { times?: number; unlisted?: number } }[]
      >`select ip, fields from security_events where event = 'csp.violated' order by id`;
      return rows.map(({ ip, fields }) => [ip, fields.times ?? 1, fields.unlisted ?? 0]);
    };
    for (let index = 0; index < 5; index += 1) await say("198.51.100.1");
    await say("198.51.100.2");
    await sayOwed(plusMs(start, minuteMs - 1));
    expect(await counts()).toEqual([
      ["198.51.100.1", 1, 0],
      ["198.51.100.2", 1, 0],
    ]);
    await sayOwed(plusMs(start, minuteMs));
    await sayOwed(plusMs(start, minuteMs));
    expect((await counts()).slice(2)).toEqual([["198.51.100.1", 4, 0]]);
    const later = plusMs(start, minuteMs + 1);
    for (let index = 0; index < 3; index += 1) await say("198.51.100.1", later);
    await sayOwed(later, true);
    expect((await counts()).slice(3)).toEqual([["198.51.100.1", 3, 0]]);
  });

  test("and those that got no row of their own are spoken for by the last of them", async () => {
    for (let index = 0; index < 75; index += 1) await raiseQuietly(stranger(`203.0.113.${index}`), { event: "edge.bypassed" }, `bypass ${index}`);
    await sayOwed(plusMs(start, minuteMs));
    const rows = await database.readonly<{ ip: string; fields: object }[]>`select ip, fields from security_events where event = 'edge.bypassed' order by id`;
    expect(rows).toHaveLength(61);
    expect({ ...rows.at(-1) }).toEqual({ ip: "203.0.113.74", fields: { unlisted: 14 } });
  });

  test("is bounded in all, from however many addresses, and nothing is lost from the count", () => {
    let rows = 0;
    let counted = 0;
    for (let minute = 0; minute < 3; minute += 1) {
      for (let index = 0; index < 10_000; index += 1) {
        const said = quieten({ event: "origin.foreign", who: "strangers", key: `address ${index}` }, minute * minuteMs);
        if (said !== null) rows += 1;
        counted += (said?.times ?? 0) + (said?.unlisted ?? 0);
      }
    }
    expect(rows).toBe(180);
    expect(counted).toBeGreaterThan(20_000);
  });

  test("takes nothing from what is told of a known person, and no row counts another's refusals as its own", async () => {
    const [noisy, quiet] = [person(), person()];
    const say = (ctx: Ctx, door: string) => raiseQuietly(ctx, { event: "access.denied", fields: { door } }, door);
    for (let index = 0; index < 70; index += 1) await say(stranger(`198.51.100.${index}`), `stranger ${index}`);
    for (let index = 0; index < 70; index += 1) await say(noisy, `noisy ${index}`);
    await say(quiet, "once");
    const later = plusMs(start, minuteMs);
    await say({ ...noisy, now: later }, "noisy 0");
    const rows = await database.readonly<{ who: string; fields: Record<string, unknown> }[]>`
      select actor_id as who, fields from security_events where actor_id in (${actorId(noisy.actor)}, ${actorId(quiet.actor)}) order by id`;
    expect(rows.filter(({ who }) => who === actorId(quiet.actor)).map(({ fields }) => fields)).toEqual([{ door: "once" }]);
    expect(rows.filter(({ who }) => who === actorId(noisy.actor)).map(({ fields }) => fields)).toHaveLength(61);
    expect(rows.at(-1)?.fields).toEqual({ door: "noisy 0", unlisted: 10 });
    expect(eventSentence("access.denied", { who: "Asha", subject: "-", fields: { door: "GET /x", unlisted: 10 } })).toBe(
      "Asha tried to use GET /x and was refused. 10 more like it got no row of their own.",
    );
  });

  test("is told apart by network: an IPv4 address, an IPv6 /64", () => {
    expect(addressKey("203.0.113.9")).toBe("203.0.113.9");
    expect(addressKey("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
    expect(addressKey("2001:db8::6")).toBe(addressKey("2001:db8:0:0:9::1"));
    expect(addressKey("2001:db8:0:1::6")).not.toBe(addressKey("2001:db8::6"));
    expect(addressKey(null)).toBe("unknown");
  });

  test("the door's refusals: no right, another site, too often; a mistake in a form is none", async () => {
    const ctx = person();
    const say = (error: unknown) => noteRefusal(ctx, error, "POST /api/payouts");
    await say(new AppError("forbidden", "permission_denied", "No.", { reasons: [{ code: "needs_payouts.create", sentence: "No." }] }));
    await say(new AppError("forbidden", "foreign_origin", "No."));
    await say(new AppError("too_many_requests", "too_many_attempts", "No."));
    await say(new AppError("unprocessable", "invalid_input", "No."));
    await say(new Error("broken"));
    const rows = await database.readonly`select event, fields from security_events where request_id = ${ctx.requestId} order by id`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { event: "access.denied", fields: { door: "POST /api/payouts", needs: "payouts.create" } },
      { event: "origin.foreign", fields: { door: "POST /api/payouts" } },
      { event: "limit.hit", fields: { door: "POST /api/payouts", kind: "too_many_attempts" } },
    ]);
  });
});

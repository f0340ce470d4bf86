import { drizzle } from "drizzle-orm/postgres-js";
import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { createPerson } from "@/lib/auth";
import { systemCtx, withTransaction } from "@/lib/context";
import { listSecurityEvents, raiseEvent, securityActors } from "@/lib/monitoring";
import { listStatement } from "@/lib/monitoring/security-queries";
import { useDatabase } from "@/lib/testing/database";
import { actorNames, findActors } from "./index.ts";

const database = useDatabase();
const people = { priya: "", priyanka: "", kabir: "" };
const doors = { namesOf: actorNames, actorsOf: findActors };

beforeAll(async () => {
  const add = async (name: string, email: string) =>
    (await withTransaction(systemCtx("test", "operator"), (tx) => createPerson(tx, { email, name, password: "a long enough one", roles: ["support"] }))).userId;
  people.priya = await add("Priya Menon", "priya@desk.test");
  people.priyanka = await add("Priyanka Rao", "p.rao@desk.test");
  people.kabir = await add("Kabir Anand", "kabir@desk.test");
  for (const id of [people.priya, people.priyanka, people.priya, people.kabir, people.priya])
    await raiseEvent(systemCtx("test"), { event: "session.ended", subjectUserId: id, fields: { sessionId: "ses_1", reason: "test" } });
});

const about = async (q: string, more: { cursor?: string; limit?: number } = {}) => {
  const list = await listSecurityEvents({ event: "session.ended", q, limit: 50, ...more }, doors);
  return { ids: list.rows.map((row) => row.subject?.id), meant: list.meant?.people.map(({ name }) => name), next: list.nextCursor };
};

test("a name, a part of one, an e-mail address in any case and an id all find the events about a person", async () => {
  const three = [people.priya, people.priya, people.priya];
  for (const words of ["Priya Menon", "  menon ", "PRIYA@desk.test", people.priya]) expect(await about(words.trim())).toEqual({ ids: three, meant: ["Priya Menon"], next: null });
  expect(await about("priya")).toEqual({ ids: [people.priya, people.priya, people.priyanka, people.priya], meant: ["Priya Menon", "Priyanka Rao"], next: null });
});

test("everybody an event speaks of can be chosen, each once, whoever acted and whomever it was about", async () => {
  const actors = await securityActors(actorNames);
  expect(new Set(actors.flatMap(({ kind, name }) => (kind === "user" ? [name] : [])))).toEqual(new Set(["Kabir Anand", "Priya Menon", "Priyanka Rao"]));
  expect(new Set(actors.map(({ id }) => id)).size).toBe(actors.length);
  expect(actors.filter(({ id }) => id === "system:test")).toEqual([{ kind: "system", id: "system:test", name: null }]);
});

test("an address that is not whole, and a name of nobody, find nothing and say so", async () => {
  for (const words of ["priya@desk", "Zed"]) expect(await about(words)).toEqual({ ids: [], meant: [], next: null });
});

test("what is found comes page after page, newest first, each event once", async () => {
  const first = await about("priya", { limit: 3 });
  expect([first.ids.length, typeof first.next]).toEqual([3, "string"]);
  const second = await about("priya", { limit: 3, cursor: first.next ?? "" });
  expect([...first.ids, ...second.ids]).toEqual([people.priya, people.priya, people.priyanka, people.priya]);
  expect(second.next).toBeNull();
});

test("it looks into the indexes of who acted and whom it was about, and reads no other event", async () => {
  await database.superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into security_events (at, event, severity, actor_kind, actor_id, request_id, first_time)
      select '2026-01-01', 'signin.ok', 'info', 'user', 'usr_' || n, 'req_x', false from generate_series(1, 20000) n`;
  });
  await database.superuser`analyze security_events`;
  const db = drizzle(database.app);
  const meant = { people: [{ id: people.kabir, name: "Kabir Anand" }], tooMany: false };
  const plan = (await db.execute<{ "QUERY PLAN": string }>(sql`explain ${listStatement(db as never, { q: "kabir", limit: 50 }, meant)}`))
    .map((row) => row["QUERY PLAN"])
    .join("\n");
  expect(plan).toContain("security_events_actor");
  expect(plan).toContain("security_events_subject");
  expect(plan).not.toContain("Seq Scan on security_events");
  expect(plan).not.toMatch(/Index Scan Backward using security_events_pkey/);
});

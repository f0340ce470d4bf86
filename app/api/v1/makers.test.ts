// Who stands behind a program, and for how long it may call.
import { describe, expect, test } from "vitest";
import { createPerson } from "@/lib/auth";
import { clientSweeps, listClients, makersOfClient } from "@/lib/clients";
import { systemCtx, withTransaction } from "@/lib/context";
import { getPayout } from "@/lib/payouts";
import { clockNow, dayMs, hourMs } from "@/lib/time";
import { newClient, newKey } from "@/lib/testing/api-client";
import { useApiDesk } from "@/lib/testing/api-desk";
import { ctxOf, passTime, personWith, signAs } from "@/lib/testing/payouts";

const api = useApiDesk();
const { desk, call, payout } = api;

describe("who is behind a program", () => {
  test("it is the maker, by name; whoever is behind it cannot sign, others can", async () => {
    const behind = await personWith("finance_admin");
    const its = await newClient(api.security, ["payouts:create"], { ownerId: desk.maker.userId, name: "Salaries" });
    expect((await makersOfClient(null, its.id)).sort()).toEqual([api.security.userId, desk.maker.userId].sort());
    // Nobody becomes both on any ordinary way; should it happen all the same, the vote is refused.
    await desk.database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`insert into client_makers (client_id, user_id, why, since) values (${its.id}, ${behind.userId}, 'owns', ${clockNow().toISOString()}::text::timestamptz)`;
    });
    const made = await call("createPayout", { body: payout("270000") }, its);
    const id = String(made.body["id"]);
    const panel = await getPayout(ctxOf(behind), id);
    expect(panel.payout.maker.name).toBe("API client Salaries");
    expect(panel.acts.approve).toMatchObject({ allowed: false, reasons: [{ code: "own_payout" }] });
    expect(panel.timeline[0]?.actor).toBe("API client Salaries");
    await expect(signAs(behind, id)).rejects.toMatchObject({ code: "conflict" });
    const settle = desk.database.owner.begin(async (sql) => {
      await sql`select set_config('app.actor', ${behind.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`insert into payout_resolutions (payout_id, attempt_number, choice, person_id, reason, gateway_code, at) values (${id}, 1, 'give_up', ${behind.userId}, 'because', 'X', ${clockNow().toISOString()}::text::timestamptz)`;
    });
    await expect(settle).rejects.toMatchObject({ code: "CS106" });
    expect((await signAs(desk.admin, id)).status).toBe("approved");
  });

  test("its owner may withdraw what it asked for, when they may withdraw payouts at all", async () => {
    const its = await newClient(api.security, ["payouts:create"], { ownerId: desk.maker.userId });
    const made = await call("createPayout", { body: payout("280000") }, its);
    expect((await getPayout(ctxOf(desk.maker), String(made.body["id"]))).acts.cancel.allowed).toBe(true);
    expect((await getPayout(ctxOf(await personWith("finance_maker")), String(made.body["id"]))).acts.cancel.allowed).toBe(false);
  });

  test("the database answers the same question, and forgets nobody", async () => {
    const [row] = await desk.database
      .app`select is_client_maker(${api.client.id}, ${api.security.userId}) as yes, is_client_maker(${api.client.id}, ${desk.admin.userId}) as no, is_client_maker('usr_x', 'usr_x') as nobody`;
    expect(row).toEqual({ yes: true, no: false, nobody: false });
    await expect(desk.database.owner`delete from client_makers`).rejects.toThrow();
    await expect(desk.database.app`update client_makers set user_id = 'usr_x'`).rejects.toThrow();
  });
});

describe("sweeps", () => {
  test("an unused client is disabled after thirty days, one in use is not, and old calls and answers are thrown away", async () => {
    const idle = await newClient(api.security, ["payouts:read"], { days: 365 });
    const busy = await newClient(api.security, ["payouts:create", "accounts:read"], { days: 365 });
    await call("createPayout", { body: payout("290000") }, busy);
    passTime(29 * dayMs);
    await call("listAccounts", {}, busy);
    const run = async (): Promise<void> => {
      for (const sweep of clientSweeps) await sweep.run({ ...systemCtx("sweep"), now: clockNow() });
    };
    const stateOf = async (id: string) => (await listClients(ctxOf(api.security))).items.find((item) => item.id === id);
    await run();
    expect([(await stateOf(idle.id))?.state, (await stateOf(busy.id))?.state]).toEqual(["active", "active"]);
    passTime(dayMs + hourMs);
    await run();
    expect(await stateOf(idle.id)).toMatchObject({ state: "disabled", stateReason: expect.stringMatching(/30 days/) as string });
    expect((await stateOf(busy.id))?.state).toBe("active");
    const [left] = await desk.database
      .superuser`select (select count(*)::int from api_calls where client_id = ${busy.id}) as calls, (select count(*)::int from api_answers where client_id = ${busy.id}) as answers`;
    expect(left).toEqual({ calls: 1, answers: 0 });
  });
});

test("a client is owned by an active person", async () => {
  const { userId } = await withTransaction(systemCtx("test"), (tx) =>
    createPerson(tx, { email: "gone@test.example", name: "Gone Person", password: newKey() + newKey(), roles: [] }),
  );
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update users set status = 'disabled' where id = ${userId}`;
  });
  await expect(newClient(api.security, ["payouts:read"], { ownerId: userId })).rejects.toMatchObject({ kind: "owner_not_active" });
  await expect(newClient(desk.admin, ["payouts:read"])).rejects.toMatchObject({ kind: "permission_denied" });
});

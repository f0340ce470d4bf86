import { beforeAll, describe, expect, test } from "vitest";
import { privilegedRoles, roles, rolesWith, toxicPairs, type Permission, type Role } from "@/lib/access";
import { authenticate, requestReset } from "@/lib/auth";
import { systemCtx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { as, someone, type Someone } from "@/lib/testing/admins";
import { useDatabase } from "@/lib/testing/database";
import { guestAt, newPerson, openFull } from "@/lib/testing/people";
import { clockNow, dayMs, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { decideChange, endPersonRole, getPerson, handOutReset, letIn, listChanges, proposeRole, shutOut, userSweeps } from "./index.ts";

const database = useDatabase();
let asha: Someone;
let vikram: Someone;
let arjun: Someone;

const reason = "a colleague in finance operations";
const approve = { decision: "approve", kind: "role_grant" } as const;

async function proposed(subject: Someone, role: Role, by = asha): Promise<string> {
  const { changeId } = await proposeRole(as(by), subject.userId, { role, reason });
  return changeId ?? "";
}

/** One raw statement as the application role, in the name of `actor`: what a program that goes around the rooms could try. */
function raw(actor: string, statement: string): Promise<unknown> {
  return database.app.begin(async (sql) => {
    await sql`select set_config('app.actor', ${actor}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await sql.unsafe(statement);
  });
}

beforeAll(async () => {
  await ensureVaultKeys(systemCtx("test"));
  asha = await someone("owner");
  vikram = await someone("owner");
  arjun = await someone("security_admin");
});

test("who says they forgot their password is seen waiting for a link until an admin hands one out", async () => {
  const person = await newPerson(["support"]);
  const asked = async () => (await getPerson(as(asha), person.userId)).resetAskedAt;
  expect(await asked()).toBeNull();
  await requestReset(guestAt(clockNow()), { email: person.email });
  expect(await asked()).not.toBeNull();
  const { url } = await handOutReset(as(asha), person.userId, { reason });
  expect(new URL(url).pathname).toBe("/reset");
  expect(await asked()).toBeNull();
});

describe("the last owner", () => {
  test("cannot be ended or disabled, also when two owners end each other at the same moment", async () => {
    const others = await database.superuser<{ id: string }[]>`
      select user_id as id from role_grants where role = 'owner' and ended_at is null and user_id not in (${asha.userId}, ${vikram.userId})`;
    for (const { id } of others) await endPersonRole(as(asha), id, { role: "owner", reason });
    const outcomes = await Promise.allSettled([
      endPersonRole(as(asha), vikram.userId, { role: "owner", reason }),
      endPersonRole(as(vikram), asha.userId, { role: "owner", reason }),
      shutOut(as(arjun), asha.userId, { reason }),
      shutOut(as(arjun), vikram.userId, { reason }),
    ]);
    expect(outcomes.some((outcome) => outcome.status === "fulfilled")).toBe(true);
    const [left] = await database.superuser`
      select count(*)::int as n from users u join role_grants g on g.user_id = u.id where u.status = 'active' and g.role = 'owner' and g.ended_at is null`;
    expect(left?.["n"]).toBe(1);
    await database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update users set status = 'active' where id in (${asha.userId}, ${vikram.userId})`;
      await sql`update role_grants set ended_at = null where user_id in (${asha.userId}, ${vikram.userId}) and role = 'owner'`;
    });
  });

  test("is nobody whose time has not begun, and nobody without a second factor", async () => {
    const [later, unenrolled] = [await someone("support"), await newPerson(["owner"], { enrolled: false })];
    await database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`insert into role_grants (id, user_id, role, granted_by, valid_from) values (${newId("roleGrant")}, ${later.userId}, 'owner', ${asha.userId}, '2099-01-01')`;
      await sql`update role_grants set ended_at = now() where role = 'owner' and ended_at is null and user_id not in (${later.userId}, ${unenrolled.userId}, ${asha.userId})`;
    });
    expect((await getPerson(as(arjun), asha.userId)).status).toBe("active");
    await expect(endPersonRole(as(arjun), asha.userId, { role: "owner", reason })).rejects.toMatchObject({ kind: "last_owner" });
    await expect(shutOut(as(arjun), asha.userId, { reason })).rejects.toThrow();
    const end = `update role_grants set ended_at = '2100-01-01', ended_by = 'operator:x', ended_reason = 'x' where role = 'owner' and user_id = '${asha.userId}' and ended_at is null`;
    await expect(raw("operator:x", end)).rejects.toThrow(/last owner/);
    await expect(raw("operator:x", `update users set status = 'disabled' where id = '${asha.userId}'`)).rejects.toThrow(/last owner/);
    await database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update role_grants set ended_at = now() where role = 'owner' and user_id in (${later.userId}, ${unenrolled.userId})`;
      await sql`update role_grants set ended_at = null where role = 'owner' and user_id = ${vikram.userId}`;
    });
  });

  test("is kept by the database too", async () => {
    const all = `update role_grants set ended_at = valid_from + interval '1 day', ended_by = 'operator:x', ended_reason = 'x' where role = 'owner' and ended_at is null`;
    await expect(raw("operator:x", all)).rejects.toThrow(/last owner/);
    await expect(raw("operator:x", "update users set status = 'disabled' where id in (select user_id from role_grants where role = 'owner')")).rejects.toThrow(/last owner/);
  });
});

describe("shutting out", () => {
  test("ends sessions, links and proposals at once; letting in again brings the roles back, and nobody does either to themselves", async () => {
    const person = await someone("security_admin");
    const subject = await someone("support");
    const headers = await openFull(person.userId, clockNow());
    const changeId = await proposed(subject, "risk_analyst", person);
    await expect(shutOut(as(person), person.userId, { reason })).rejects.toMatchObject({ reasons: [{ code: "own_access" }] });
    await shutOut(as(asha), person.userId, { reason });
    await expect(authenticate(new Request("http://localhost:3000/", { headers }), guestAt(clockNow()))).rejects.toMatchObject({ kind: "signed_out" });
    expect((await listChanges(as(asha))).items.find(({ id }) => id === changeId)?.status).toBe("void");
    await letIn(as(vikram), person.userId, { reason });
    expect((await getPerson(as(asha), person.userId)).status).toBe("active");
    await expect(letIn(as(vikram), person.userId, { reason })).rejects.toMatchObject({ reasons: [{ code: "not_disabled" }] });
  });

  test("happens by itself after 90 days without a sign-in, and being let in starts the count anew", async () => {
    const sweep = userSweeps.find(({ name }) => name === "users.dormant");
    const person = await newPerson(["support"], { now: plusMs(clockNow(), -89 * dayMs) });
    const status = async () => (await getPerson(as(asha), person.userId)).status;
    await sweep?.run(systemCtx("sweep"));
    expect(await status()).toBe("active");
    await sweep?.run({ ...systemCtx("sweep"), now: plusMs(clockNow(), 2 * dayMs) });
    expect(await status()).toBe("dormant");
    await letIn(as(asha, plusMs(clockNow(), 2 * dayMs)), person.userId, { reason });
    await sweep?.run({ ...systemCtx("sweep"), now: plusMs(clockNow(), 3 * dayMs) });
    expect(await status()).toBe("active");
  });
});

describe("the database itself", () => {
  test("calls the same roles privileged as the solver", async () => {
    const rows = await database.superuser<{ role: string }[]>`select role from unnest(${[...roles]}::text[]) as role where role_is_privileged(role)`;
    expect(rows.map((row) => row.role)).toEqual([...privilegedRoles]);
  });

  test.each<[question: string, permission: Permission]>([
    ["signer_gone(person, now()) is null", "payouts.approve"],
    ["may_restart_payouts(person, now())", "payouts.restart"],
    ["is_settings_administrator(person, now())", "settings.propose"],
  ])("answers %s with the very roles that hold %s", async (question, permission) => {
    const undo = new Error("undone");
    const holders: Role[] = [];
    const asked = database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      for (const role of roles) {
        await sql`delete from role_grants`;
        await sql`insert into role_grants (id, user_id, role, granted_by, valid_from) values ('rgr_only', ${asha.userId}, ${role}, 'test', now())`;
        const [answer] = await sql.unsafe<{ may: boolean }[]>(`select ${question} as may from (values ('${asha.userId}')) one(person)`);
        if (answer?.may === true) holders.push(role);
      }
      throw undo;
    });
    await expect(asked).rejects.toBe(undo);
    expect(holders).toEqual(rolesWith(permission));
  });

  test("knows the same toxic pairs as the solver, and lets nobody hold one: not through machinery, not by two grants at once", async () => {
    const rows = await database.superuser<{ one: Role; other: Role }[]>`
      select one, other from unnest(${[...roles]}::text[]) with ordinality a(one, i) join unnest(${[...roles]}::text[]) with ordinality b(other, j) on i < j where roles_are_toxic(one, other) order by i, j`;
    expect(rows.map(({ one, other }) => [one, other])).toEqual(toxicPairs());
    const fresh = await newPerson([], { enrolled: false });
    const give = (role: Role, from = clockNow()) =>
      raw(
        "operator:evil",
        `insert into role_grants (id, user_id, role, granted_by, valid_from) values ('${newId("roleGrant")}', '${fresh.userId}', '${role}', 'operator:evil', '${from.toISOString()}')`,
      );
    const both = await Promise.allSettled([give("finance_maker"), give("finance_admin", plusMs(clockNow(), dayMs))]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both).toContainEqual({ status: "rejected", reason: expect.objectContaining({ message: "with this role one person could move money alone" }) as unknown });
  });

  test("lets no machinery give a privileged role to somebody who has been here, nor forget that they have", async () => {
    const subject = await someone("support");
    const grant = `insert into role_grants (id, user_id, role, granted_by, valid_from) values ('${newId("roleGrant")}', '${subject.userId}', 'owner', 'operator:evil', '${clockNow().toISOString()}')`;
    await raw("system:test", `update users set last_sign_in_at = '${clockNow().toISOString()}' where id = '${subject.userId}'`);
    await expect(raw("operator:evil", grant)).rejects.toThrow(/without the right/);
    await expect(raw("operator:evil", `update users set last_sign_in_at = null where id = '${subject.userId}'`)).rejects.toThrow(/never forgotten/);
  });

  test("inserts no privileged grant without a decided proposal of two others", async () => {
    const subject = await someone("support");
    const changeId = await proposed(subject, "finance_maker");
    const insert = (by: string, change: string, role = "finance_maker") =>
      `insert into role_grants (id, user_id, role, granted_by, valid_from, change_id) values ('${newId("roleGrant")}', '${subject.userId}', '${role}', '${by}', '${clockNow().toISOString()}', ${change})`;
    await expect(raw(vikram.userId, insert(vikram.userId, "null"))).rejects.toThrow(/second admin/);
    await expect(raw(vikram.userId, insert(vikram.userId, `'${changeId}'`))).rejects.toThrow(/second admin/);
    await expect(raw(vikram.userId, insert(asha.userId, `'${changeId}'`))).rejects.toThrow(/in the name of/);
    await expect(raw(subject.userId, insert(subject.userId, "null", "support"))).rejects.toThrow(/to themselves/);
    const decide = (by: string, status = "approved") =>
      `update changes set status = '${status}', decided_by = '${by}', decided_at = '${clockNow().toISOString()}' where id = '${changeId}'`;
    await expect(raw(asha.userId, decide(asha.userId))).rejects.toThrow(/second admin decides/);
    await expect(raw(subject.userId, decide(subject.userId))).rejects.toThrow(/second admin decides/);
    await expect(raw(asha.userId, decide(vikram.userId))).rejects.toThrow(/for someone else/);
    await expect(raw(vikram.userId, `update changes set role = 'owner' where id = '${changeId}'`)).rejects.toThrow(/never rewritten/);
    const alone = `insert into changes (id, kind, subject_id, role, reason, status, proposed_by, proposed_at, expires_at)
      values ('chg_evil', 'role_grant', '${subject.userId}', 'risk_analyst', 'x', 'pending', '${asha.userId}', '${clockNow().toISOString()}', '${plusMs(clockNow(), dayMs).toISOString()}');
      select set_config('app.actor', '${vikram.userId}', true);
      update changes set status = 'approved', decided_by = '${vikram.userId}', decided_at = '${clockNow().toISOString()}' where id = 'chg_evil'`;
    await expect(raw(asha.userId, alone)).rejects.toThrow(/never in the transaction that proposed/);
    await decideChange(as(vikram), changeId, approve);
    await expect(raw(vikram.userId, insert(vikram.userId, `'${changeId}'`, "security_admin"))).rejects.toThrow(/second admin/);
    await expect(raw(vikram.userId, `update role_grants set role = 'owner' where user_id = '${subject.userId}'`)).rejects.toThrow(/one way only/);
    await expect(raw(vikram.userId, `delete from role_grants where user_id = '${subject.userId}'`)).rejects.toThrow(/permission denied/);
  });
});

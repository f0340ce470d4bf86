import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { roles, toxicPairs, type Role } from "@/lib/access";
import { authenticate, grantRole } from "@/lib/auth";
import { createClient, disableClient, enableClient } from "@/lib/clients";
import { systemCtx, withTransaction } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { as, someone, type Someone } from "@/lib/testing/admins";
import { placeSetting, useDatabase } from "@/lib/testing/database";
import { guestAt, openFull } from "@/lib/testing/people";
import { clockNow, dayMs, minuteMs, plusMs, toIst } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { inviteInput } from "./contract.ts";
import {
  decideChange,
  endPersonRole,
  getPerson,
  inviteAgain,
  inviteOwner,
  invitePerson,
  letIn,
  listChanges,
  previewRole,
  proposeFactorReset,
  proposeRole,
  shutOut,
  userSweeps,
  whoMovesMoney,
  withdrawChange,
} from "./index.ts";

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

const rolesOf = async (person: Someone) => (await getPerson(as(asha), person.userId)).roles;

beforeAll(async () => {
  await ensureVaultKeys(systemCtx("test"));
  asha = await someone("owner");
  vikram = await someone("owner");
  arjun = await someone("security_admin");
});

describe("a privileged role", () => {
  test("comes by two: one admin proposes, another countersigns, and it is there at the next request", async () => {
    const subject = await someone("support");
    const headers = await openFull(subject.userId, clockNow());
    const changeId = await proposed(subject, "finance_maker");
    expect(await rolesOf(subject)).toEqual(["support"]);
    await decideChange(as(arjun), changeId, approve);
    const request = new Request("http://localhost:3000/", { headers });
    expect((await authenticate(request, guestAt(clockNow()))).actor.permissions).toContain("payouts.create");
    await endPersonRole(as(asha), subject.userId, { role: "finance_maker", reason });
    expect((await authenticate(request, guestAt(clockNow()))).actor.permissions).not.toContain("payouts.create");
  });

  test("is not given by its proposer, by whom it is about, by a role without the right, or by nobody in seven days", async () => {
    const subject = await someone("support");
    const changeId = await proposed(subject, "finance_maker");
    await expect(decideChange(as(asha), changeId, approve)).rejects.toMatchObject({ kind: "decision_refused", reasons: [{ code: "own_proposal" }] });
    for (const role of roles.filter((each) => each !== "owner" && each !== "security_admin"))
      await expect(decideChange(as(await someone(role)), changeId, approve)).rejects.toMatchObject({ kind: "permission_denied" });
    await expect(decideChange(as(vikram, plusMs(clockNow(), 7 * dayMs)), changeId, approve)).rejects.toMatchObject({ kind: "change_expired" });
    const about = await proposed(arjun, "risk_analyst").catch((error: unknown) => error);
    expect(about).toMatchObject({ kind: "toxic_roles" });
    const own = await someone("security_admin");
    const mine = await proposed(own, "owner");
    await expect(decideChange(as(own), mine, approve)).rejects.toMatchObject({ reasons: [{ code: "about_you" }] });
    expect(await rolesOf(subject)).toEqual(["support"]);
    await withdrawChange(as(asha), mine);
    await expect(decideChange(as(vikram), mine, approve)).rejects.toMatchObject({ reasons: [{ code: "change_over" }] });
  });

  test("that approves is proposed for nobody without the passkeys the setting asks for, nor countersigned when it was proposed before", async () => {
    const subject = await someone("support");
    const early = await proposed(subject, "finance_admin");
    await placeSetting(database, "passkeysRequiredForApprovers", true);
    try {
      await expect(decideChange(as(arjun), early, approve)).rejects.toMatchObject({ kind: "passkeys_needed" });
      const other = await someone("support");
      await expect(proposed(other, "finance_admin")).rejects.toMatchObject({ kind: "passkeys_needed", reasons: [{ wayOut: "They add them in their profile first." }] });
      expect((await previewRole(as(asha), { userId: other.userId, role: "finance_admin", change: "grant" })).refusals).toMatchObject([{ code: "passkeys_needed" }]);
      await expect(proposed(other, "finance_maker")).resolves.toMatch(/^chg_/);
    } finally {
      await placeSetting(database, "passkeysRequiredForApprovers", false);
    }
    await decideChange(as(arjun), early, approve);
    expect(await rolesOf(subject)).toContain("finance_admin");
  });

  test("is not proposed for oneself, twice, by a role without the right, or for somebody shut out", async () => {
    await expect(proposeRole(as(asha), asha.userId, { role: "security_admin", reason })).rejects.toMatchObject({ reasons: [{ code: "own_access" }] });
    const subject = await someone("support");
    await proposed(subject, "risk_analyst");
    await expect(proposed(subject, "risk_analyst", vikram)).rejects.toMatchObject({ kind: "change_pending" });
    await expect(proposed(subject, "finance_maker", subject)).rejects.toMatchObject({ kind: "permission_denied" });
    await shutOut(as(asha), subject.userId, { reason });
    await expect(proposed(subject, "owner")).rejects.toMatchObject({ reasons: [{ code: "shut_out" }] });
  });

  test("is not given on the word of somebody who was shut out or lost the right since", async () => {
    const [proposer, subject] = await Promise.all([someone("security_admin"), someone("support")]);
    const first = await proposed(subject, "finance_maker", proposer);
    await endPersonRole(as(asha), proposer.userId, { role: "security_admin", reason });
    await expect(decideChange(as(vikram), first, approve)).rejects.toMatchObject({ kind: "proposer_gone" });
    const leaver = await someone("security_admin");
    const second = await proposed(subject, "risk_analyst", leaver);
    await shutOut(as(asha), leaver.userId, { reason });
    await expect(decideChange(as(vikram), second, approve)).rejects.toMatchObject({ reasons: [{ code: "change_over" }] });
  });

  test("holds between its dates and not outside them", async () => {
    const subject = await someone("support");
    const from = plusMs(clockNow(), dayMs);
    const { changeId } = await proposeRole(as(asha), subject.userId, { role: "finance_maker", validFrom: toIst(from), validUntil: toIst(plusMs(from, dayMs)), reason });
    await decideChange(as(vikram), changeId ?? "", approve);
    const at = async (ms: number) => (await getPerson(as(asha, plusMs(clockNow(), ms)), subject.userId)).roles;
    expect(await at(0)).toEqual(["support"]);
    expect(await at(dayMs + minuteMs)).toEqual(["finance_maker", "support"]);
    expect(await at(2 * dayMs + minuteMs)).toEqual(["support"]);
    await expect(proposeRole(as(asha), subject.userId, { role: "owner", validUntil: toIst(plusMs(clockNow(), -dayMs)), reason })).rejects.toMatchObject({ kind: "dates_wrong" });
  });

  test("that nobody decided in seven days is closed by itself", async () => {
    const changeId = await proposed(await someone("support"), "risk_analyst");
    const sweep = userSweeps.find(({ name }) => name === "users.expire-changes");
    const status = async () => (await listChanges(as(asha))).items.find(({ id }) => id === changeId)?.status;
    await sweep?.run({ ...systemCtx("sweep"), now: plusMs(clockNow(), 6 * dayMs) });
    expect(await status()).toBe("pending");
    await sweep?.run({ ...systemCtx("sweep"), now: plusMs(clockNow(), 7 * dayMs) });
    expect(await status()).toBe("expired");
  });

  test("that has no part in money is given at once by one admin, but never to themselves", async () => {
    const subject = await someone();
    expect(await proposeRole(as(arjun), subject.userId, { role: "support", reason })).toEqual({ outcome: "granted", changeId: null });
    expect(await rolesOf(subject)).toEqual(["support"]);
    await expect(withTransaction(as(arjun), (tx) => grantRole(tx, { userId: arjun.userId, role: "support" }))).rejects.toMatchObject({ kind: "own_access" });
    await expect(withTransaction(as(arjun), (tx) => grantRole(tx, { userId: subject.userId, role: "finance_admin" }))).rejects.toMatchObject({ kind: "second_admin_needed" });
  });
});

describe("a combination with which one person could move money alone", () => {
  test("is refused when it is proposed, with the way in words, and leaves a security event", async () => {
    const maker = await someone("finance_maker");
    const refused = await proposed(maker, "finance_admin").catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "conflict", kind: "toxic_roles" });
    expect((refused as Error).message).toContain("Test Person could request a payout as Finance maker and approve it as Finance admin.");
    const [event] = await database.superuser`select severity from security_events where event = 'role.refused_toxic' and subject_user_id = ${maker.userId}`;
    expect(event?.["severity"]).toBe("warning");
    const preview = await previewRole(as(asha), { userId: maker.userId, role: "finance_admin", change: "grant" });
    expect(preview).toMatchObject({ privileged: true, held: ["finance_maker"] });
    expect(preview.gained).toContain("payouts.approve");
    expect(preview.refusals.map(({ code }) => code)).toContain("toxic_roles");
  });

  test("does not come together from two harmless proposals, countersigned one after the other or at the same moment", async () => {
    for (const [one, other] of toxicPairs()) {
      const subject = await someone();
      const ids = [await proposed(subject, one), await proposed(subject, other)];
      const outcomes = await Promise.allSettled(ids.map((id) => decideChange(as(vikram), id, approve)));
      expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
      expect(outcomes.find((outcome) => outcome.status === "rejected")).toMatchObject({ reason: { kind: "toxic_roles" } });
      expect(await rolesOf(subject)).toHaveLength(1);
    }
  });

  test("is refused for the day on which two grants with dates would meet, and allowed where they never do", async () => {
    const subject = await someone();
    const day = (n: number) => toIst(plusMs(clockNow(), n * dayMs));
    const give = async (role: Role, from: number, until: number) => {
      const { changeId } = await proposeRole(as(asha), subject.userId, { role, validFrom: day(from), validUntil: day(until), reason });
      await decideChange(as(vikram), changeId ?? "", approve);
    };
    await give("finance_maker", 1, 5);
    await expect(give("finance_admin", 4, 9)).rejects.toMatchObject({ kind: "toxic_roles" });
    await give("finance_admin", 5, 9);
  });

  test("counts whoever answers for an API client as the maker of its payouts, from both sides", async () => {
    const client = { name: "Order system", scopes: ["payouts:create" as const], algorithm: "hmac-sha256" as const, addresses: [], days: 30 };
    const approver = await someone("finance_admin");
    const refused = createClient(as(arjun), { ...client, ownerId: approver.userId });
    await expect(refused).rejects.toThrow("Test Person could request a payout through an API client they answer for and approve it as Finance admin.");
    const keeper = await someone("support");
    const { client: made } = await createClient(as(arjun), { ...client, ownerId: keeper.userId });
    await expect(proposed(keeper, "finance_admin")).rejects.toMatchObject({ kind: "toxic_roles" });
    await disableClient(as(asha), made.id, { reason });
    await decideChange(as(vikram), await proposed(keeper, "finance_admin"), approve);
    await expect(enableClient(as(arjun), made.id, { reason })).rejects.toMatchObject({ kind: "toxic_roles" });
  });

  test("is nobody's after any sequence of what admins may do, and the desk would say so if somebody wrote around them", async () => {
    const admins = [asha, vikram, arjun];
    const people = await Promise.all([someone(), someone(), someone("security_admin")]);
    const act = fc.record({ what: fc.constantFrom("propose", "decide", "end", "disable", "enable"), by: fc.nat(2), about: fc.nat(2), role: fc.constantFrom(...roles) });
    let done = 0;
    const dare = async ({ what, by, about, role }: { what: string; by: number; about: number; role: Role }) => {
      const [admin = asha, person = asha] = [admins[by], people[about]];
      if (what === "propose") await proposeRole(as(admin), person.userId, { role, reason });
      if (what === "end") await endPersonRole(as(admin), person.userId, { role, reason });
      if (what === "disable") await shutOut(as(admin), person.userId, { reason });
      if (what === "enable") await letIn(as(admin), person.userId, { reason });
      if (what === "decide")
        for (const change of (await listChanges(as(admin))).items.filter(({ decideReasons }) => decideReasons.length === 0)) await decideChange(as(admin), change.id, approve);
      done += 1;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 15, maxLength: 25 }), async (acts) => {
        for (const each of acts) await dare(each).catch((error: unknown) => expect(error).toBeInstanceOf(AppError));
        expect((await whoMovesMoney(as(asha))).solo).toEqual([]);
      }),
      { numRuns: 5 },
    );
    expect(done).toBeGreaterThan(10);
    const maker = await someone("finance_maker");
    await database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`insert into role_grants (id, user_id, role, granted_by, valid_from) select ${newId("roleGrant")}, user_id, 'finance_admin', granted_by, valid_from from role_grants where user_id = ${maker.userId}`;
    });
    const watch = userSweeps.find(({ name }) => name === "users.watch-paths");
    for (let tick = 0; tick < 2; tick += 1) await watch?.run(systemCtx("sweep"));
    const events = await database.superuser`select severity from security_events where event = 'access.one_person_path' and subject_user_id = ${maker.userId}`;
    expect([...events]).toEqual([{ severity: "critical" }]);
  });
});

describe("a reset of second factors", () => {
  test("takes two admins, ends every session and freezes the person's say in payouts", async () => {
    const person = await someone("finance_admin");
    const headers = await openFull(person.userId, clockNow());
    const { changeId } = await proposeFactorReset(as(asha), person.userId, { reason });
    const reset = { decision: "approve", kind: "factor_reset" } as const;
    await expect(decideChange(as(asha), changeId ?? "", reset)).rejects.toMatchObject({ kind: "decision_refused" });
    await expect(decideChange(as(arjun), changeId ?? "", approve)).rejects.toMatchObject({ kind: "unknown_change" });
    await expect(proposeFactorReset(as(arjun), person.userId, { reason })).rejects.toMatchObject({ reasons: [{ code: "change_pending" }] });
    await decideChange(as(arjun), changeId ?? "", reset);
    const after = await getPerson(as(asha), person.userId);
    expect(after.factors).toMatchObject({ totp: false });
    expect(after.frozenUntil).not.toBeNull();
    await expect(authenticate(new Request("http://localhost:3000/", { headers }), guestAt(clockNow()))).rejects.toMatchObject({ kind: "signed_out" });
  });
});

describe("an invitation", () => {
  test("gives ordinary roles at once, proposes the privileged, and shows its link once", async () => {
    const invited = await invitePerson(as(asha), { email: "Nisha.New@example.com", name: "Nisha New", roles: ["support", "finance_maker"], reason });
    expect(invited).toMatchObject({ proposed: ["finance_maker"], granted: ["support"] });
    expect(invited.link.url).toMatch(/^http:\/\/localhost:3000\/invitation#[\w-]{40,}$/);
    expect(await getPerson(as(asha), invited.userId)).toMatchObject({ status: "invited", roles: ["support"], waiting: 1 });
    const again = await inviteAgain(as(arjun), invited.userId);
    expect(again.url).not.toBe(invited.link.url);
    await expect(invitePerson(as(asha), { email: "nisha.new@EXAMPLE.com", name: "Other Name", roles: [], reason })).rejects.toMatchObject({ kind: "person_exists" });
  });

  test("is refused for a toxic combination, and to whoever may not invite", async () => {
    const input = { email: "x.y@example.com", name: "X Y", roles: ["finance_maker", "finance_admin"] as Role[], reason };
    await expect(invitePerson(as(asha), input)).rejects.toThrow("X Y could request a payout as Finance maker and approve it as Finance admin.");
    await expect(invitePerson(as(await someone("finance_admin")), { ...input, roles: [] })).rejects.toMatchObject({ kind: "permission_denied" });
  });

  test("takes no field it does not know", () => {
    const good = { email: "x.y@example.com", name: "X Y", roles: ["support"], reason };
    expect(inviteInput.safeParse(good).success).toBe(true);
    for (const more of [{ status: "active" }, { passwordHash: "x" }, { userId: "usr_x" }, { permissions: ["payouts.approve"] }, { __proto__x: 1 }])
      expect(inviteInput.safeParse({ ...good, ...more }).success).toBe(false);
    for (const roles of [["root"], "owner", ["support", "support"], [null]]) expect(inviteInput.safeParse({ ...good, roles }).success).toBe(false);
    for (const email of ["x", "x@y", "a b@c.de", "x@y.z\r\nBcc: a@b.cd", "<x@y.zz>"]) expect(inviteInput.safeParse({ ...good, email }).success).toBe(false);
  });

  test("of an owner comes from the terminal only, and no longer once two have enrolled", async () => {
    await expect(inviteOwner(as(asha), "third@example.com")).rejects.toMatchObject({ kind: "permission_denied" });
    await expect(inviteOwner(systemCtx("owner:invite", "operator"), "third@example.com")).rejects.toMatchObject({ kind: "owners_exist" });
  });
});

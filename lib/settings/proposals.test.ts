import { beforeAll, describe, expect, test } from "vitest";
import { permissionsOf, rolesWith, type Role } from "@/lib/access";
import { disablePerson, endRole } from "@/lib/auth";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import type { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { policyDefinitions, settingNames, type PolicyDefinition, type SettingName } from "@/lib/policies/contract";
import { recentSetting } from "@/lib/policies";
import { whyNot } from "@/lib/policies/policy";
import { useDatabase } from "@/lib/testing/database";
import { newPerson } from "@/lib/testing/people";
import { clockNow } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { decideSetting, findDrift, getSetting, getSettingDetail, listSettings, proposeSetting, withdrawSetting } from "./index.ts";

const database = useDatabase();
const people: Record<string, Ctx> = {};

async function person(role: Role): Promise<Ctx> {
  const { userId } = await newPerson([role]);
  const actor = { kind: "user" as const, userId, sessionId: newId("session"), roles: [role], permissions: permissionsOf([role]), factor: "totp" as const };
  return { ...systemCtx("test"), actor, now: clockNow() };
}

beforeAll(async () => {
  await ensureVaultKeys(systemCtx("test"));
  for (const [part, role] of [
    ["owner", "owner"],
    ["other", "owner"],
    ["guard", "security_admin"],
    ["auditor", "auditor"],
  ] as const)
    people[part] = await person(role);
});

const as = (part: string): Ctx => people[part] ?? systemCtx("nobody");
const idOf = (part: string): string => (as(part).actor as { userId: string }).userId;
const because = { reason: "the auditors asked for it" };
const propose = (part: string, name: SettingName, value: string | number | boolean) => proposeSetting(as(part), { name, value, ...because });
const accept = (part: string, id: string) => decideSetting(as(part), id, { decision: "accept", ...because });
const openId = async (name: SettingName): Promise<string> => (await getSettingDetail(as("owner"), name)).setting.open?.id ?? "";

async function refusal(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "accepted",
    (error: AppError) => `${error.code} ${error.kind}`,
  );
}

describe("a setting changes", () => {
  test("when one administrator proposed it and a different one accepts, and then at once, for every reader", async () => {
    expect(await recentSetting("idleMinutes")).toBe(15);
    const proposed = await propose("owner", "idleMinutes", 10);
    expect(proposed.setting).toMatchObject({ value: 15, version: 0, open: { value: 10, direction: "tighten", status: "pending" } });
    expect(await getSetting(null, "idleMinutes")).toBe(15);
    const decided = await accept("guard", proposed.setting.open?.id ?? "");
    expect(decided.setting).toMatchObject({ value: 10, version: 1, open: null, changedBy: { id: idOf("guard") } });
    expect(await recentSetting("idleMinutes")).toBe(10);
    expect(decided.history).toMatchObject([{ status: "accepted", before: 15, value: 10, proposedBy: { id: idOf("owner") }, decidedBy: { id: idOf("guard") } }]);
    const trail = await database.readonly<{ verb: string }[]>`select verb from audit_log where object_kind = 'setting' and object_id = 'idleMinutes' order by id`;
    expect(trail.map((row) => row.verb)).toEqual(["settings.propose", "settings.change"]);
    const events =
      await database.readonly`select event, actor_id, subject_user_id, fields->>'direction' as direction from security_events where event like 'settings.%' order by id`;
    expect(events.map((row) => ({ ...row }))).toEqual([
      { event: "settings.proposed", actor_id: idOf("owner"), subject_user_id: null, direction: "tighten" },
      { event: "settings.changed", actor_id: idOf("guard"), subject_user_id: idOf("owner"), direction: "tighten" },
    ]);
  });

  test("amounts stay digits and switches stay switches all the way", async () => {
    await propose("owner", "twoApproverFromPaise", "10000000");
    await accept("other", await openId("twoApproverFromPaise"));
    expect(await getSetting(null, "twoApproverFromPaise")).toBe("10000000");
    await propose("owner", "passkeysRequiredForApprovers", true);
    await accept("other", await openId("passkeysRequiredForApprovers"));
    expect(await getSetting(null, "passkeysRequiredForApprovers")).toBe(true);
    expect((await listSettings(as("auditor"))).items.find((item) => item.name === "twoApproverFromPaise")).toMatchObject({ value: "10000000", fallback: "50000000" });
  });

  test("never by its proposer alone, by whoever may only look, twice, or after it was taken back", async () => {
    await propose("owner", "dormantDays", 60);
    const id = await openId("dormantDays");
    expect(await refusal(accept("owner", id))).toBe("forbidden decision_refused");
    expect(await refusal(accept("auditor", id))).toBe("forbidden permission_denied");
    expect(await refusal(propose("guard", "dormantDays", 45))).toBe("conflict already_proposed");
    expect(await refusal(withdrawSetting(as("guard"), id))).toBe("forbidden not_yours");
    expect((await getSettingDetail(as("owner"), "dormantDays")).setting.open?.decideReasons.map((reason) => reason.code)).toEqual(["own_proposal"]);
    await withdrawSetting(as("owner"), id);
    expect(await refusal(accept("guard", id))).toBe("conflict already_decided");
    await propose("owner", "dormantDays", 60);
    const again = await openId("dormantDays");
    const both = await Promise.all([refusal(accept("guard", again)), refusal(decideSetting(as("other"), again, { decision: "refuse", ...because }))]);
    expect(both.sort()).toEqual(["accepted", "conflict already_decided"]);
  });

  test("not by somebody who was shut out or administers no longer: what they left waiting can only be turned down", async () => {
    people["leaver"] = await person("security_admin");
    await propose("leaver", "lockMinutes", 45);
    const id = await openId("lockMinutes");
    await withTransaction(systemCtx("test", "operator"), (tx) => endRole(tx, { userId: idOf("leaver"), role: "security_admin", reason: "moved to sales" }));
    expect(await refusal(accept("guard", id))).toBe("conflict proposer_gone");
    const around = database.app.begin(async (sql) => {
      await sql`select set_config('app.actor', ${idOf("guard")}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`update setting_proposals set status = 'accepted', decided_by = ${idOf("guard")}, decided_at = ${clockNow()} where id = ${id}`;
    });
    await expect(around).rejects.toMatchObject({ code: "CS032" });
    expect(await refusal(decideSetting(as("guard"), id, { decision: "refuse", ...because }))).toBe("accepted");
  });

  test("not to what lies outside its bounds, contradicts another setting, or is what it is already", async () => {
    expect(await refusal(propose("owner", "idleMinutes", 61))).toBe("unprocessable outside_bounds");
    expect(await refusal(propose("owner", "idleMinutes", "12"))).toBe("unprocessable outside_bounds");
    expect(await refusal(propose("owner", "passwordLengthMin", 8))).toBe("unprocessable outside_bounds");
    expect(await refusal(propose("owner", "payoutMaxPaise", "9999999"))).toBe("unprocessable contradicts_another");
    expect(await refusal(propose("owner", "idleMinutes", 10))).toBe("unprocessable unchanged");
  });
});

type Raw = Parameters<Parameters<typeof database.app.begin>[1]>[0];

/** Statements of the application role, marked as someone's own, as a hole in the program might send them. */
function past(part: string, run: (sql: Raw) => Promise<unknown>): Promise<unknown> {
  return database.app.begin(async (sql) => {
    await sql`select set_config('app.actor', ${idOf(part)}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await run(sql as Raw);
  });
}

describe("the database holds by itself", () => {
  const at = () => clockNow().toISOString();

  test("no change without an accepted proposal of two people in the same transaction", async () => {
    await expect(past("owner", (sql) => sql`insert into settings (name, value, changed_by, changed_at) values ('lockMinutes', '60', ${idOf("owner")}, ${at()})`)).rejects.toThrow(
      /second person/,
    );
    await expect(past("owner", (sql) => sql`update settings set value = '20' where name = 'idleMinutes'`)).rejects.toThrow(/second person/);
    await expect(past("owner", (sql) => sql`update setting_rules set max = 9999`)).rejects.toThrow(/permission denied/);
    await propose("owner", "lockMinutes", 60);
    const id = await openId("lockMinutes");
    await expect(
      past("owner", (sql) => sql`update setting_proposals set status = 'accepted', decided_by = ${idOf("owner")}, decided_at = ${at()} where id = ${id}`),
    ).rejects.toThrow(/another person|two_people/);
    await expect(
      past("auditor", (sql) => sql`update setting_proposals set status = 'accepted', decided_by = ${idOf("auditor")}, decided_at = ${at()} where id = ${id}`),
    ).rejects.toThrow(/administrator/);
    await expect(past("guard", (sql) => sql`update setting_proposals set value = '1440' where id = ${id}`)).rejects.toThrow(/never rewritten/);
    await expect(
      past("guard", async (sql) => {
        await sql`update setting_proposals set status = 'accepted', decided_by = ${idOf("guard")}, decided_at = ${at()} where id = ${id}`;
        await sql`insert into settings (name, value, changed_by, changed_at, proposal_id) values ('lockMinutes', '1440', ${idOf("guard")}, ${at()}, ${id})`;
      }),
    ).rejects.toThrow(/second person/);
    await accept("guard", id);
    await expect(
      past("guard", (sql) => sql`update settings set value = '60', version = version + 1, proposal_id = ${id} where name = 'lockMinutes'`),
      "an old proposal is no proposal",
    ).rejects.toThrow(/second person/);
  });

  test("no proposal that is decided in the transaction that made it, whoever that transaction says it is, also past a savepoint", async () => {
    const [version] = await database.superuser<{ version: number }[]>`select version from settings where name = 'velocityPayoutsMax'`;
    const theft = past("owner", async (sql) => {
      await sql`savepoint a`;
      await sql`insert into setting_proposals (id, name, before, value, base_version, direction, reason, status, proposed_by, proposed_at)
        values ('stp_evil', 'velocityPayoutsMax', '1', '9', ${version?.version ?? 0}, 'loosen', 'evil evil evil', 'pending', ${idOf("owner")}, ${at()})`;
      await sql`release savepoint a`;
      await sql`select set_config('app.actor', ${idOf("guard")}, true)`;
      await sql`update setting_proposals set status = 'accepted', decided_by = ${idOf("guard")}, decided_at = ${at()} where id = 'stp_evil'`;
    });
    await expect(theft).rejects.toThrow(/in the transaction that made it/);
  });

  test("who has been disabled decides nothing, though their session's context still says so", async () => {
    people["gone"] = await person("owner");
    await propose("owner", "linkHours", 12);
    const id = await openId("linkHours");
    await withTransaction(systemCtx("test", "operator"), (tx) => disablePerson(tx, { userId: idOf("gone"), reason: "left" }));
    await expect(accept("gone", id)).rejects.toMatchObject({ cause: { message: expect.stringContaining("administrator") as string } });
  });

  test("the roles its triggers name are those the vocabulary names", () => {
    expect(rolesWith("settings.decide").sort()).toEqual(["owner", "security_admin"]);
    expect(rolesWith("settings.propose").sort()).toEqual(["owner", "security_admin"]);
  });

  test("the same bounds as the program, for every setting and every kind of wrong value", async () => {
    for (const name of settingNames) {
      const definition: PolicyDefinition = policyDefinitions[name];
      const edges =
        definition.kind === "int"
          ? [definition.min, definition.max, definition.min - 1, definition.max + 1, definition.min + 0.5]
          : definition.kind === "paise"
            ? [definition.min, definition.max, String(BigInt(definition.max) + 1n), "-1", "007", Number(definition.min)]
            : [true, false];
      for (const value of [...edges, null, "", "on", [], {}, 1e20]) {
        const [row] = await database.app<{ allowed: boolean | null }[]>`select setting_value_allowed(${name}, ${JSON.stringify(value)}::text::jsonb) as allowed`;
        expect(row?.allowed === true, `${name} = ${JSON.stringify(value)}`).toBe(whyNot(definition, value) === null);
      }
    }
    const [unknown] = await database.app<{ allowed: boolean }[]>`select setting_value_allowed('constructor', '1') as allowed`;
    expect(unknown?.allowed).toBe(false);
  });
});

test("the drift check is silent on a sound database, and names other bounds, unknown names, and values nobody signed", async () => {
  expect(await findDrift()).toEqual([]);
  await database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update setting_rules set max = 600 where name = 'absoluteHours'`;
    await sql`insert into settings (name, value, changed_by, changed_at) values ('nonsense', '1', 'x', ${clockNow().toISOString()}), ('unusualTenths', '5', 'x', ${clockNow().toISOString()}), ('signInsPerMinute', '60', 'x', ${clockNow().toISOString()})`;
    await sql`update settings set value = '60' where name = 'idleMinutes'`;
  });
  const drift = await findDrift();
  expect(drift.map(({ name }) => name).sort()).toEqual(["absoluteHours", "idleMinutes", "nonsense", "signInsPerMinute", "unusualTenths"]);
});

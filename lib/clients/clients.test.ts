import { randomBytes } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { permissionList, roles, type Role } from "@/lib/access";
import { mayHoldTogether } from "@/lib/auth/policy";
import { systemCtx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { newClient, newPair } from "@/lib/testing/api-client";
import { useDatabase } from "@/lib/testing/database";
import { ctxOf, personWith, type Person } from "@/lib/testing/payouts";
import { newPerson } from "@/lib/testing/people";
import { clockNow, dayMs, hourMs, plusMs, setClockOffsetMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { apiScopes, clientReasonInput, createClientInput, rotateClientInput } from "./contract.ts";
import { createClient, disableClient, enableClient, getClient, listClients, rotateClient } from "./index.ts";
import { permissionsOfScopes } from "./policy.ts";

const database = useDatabase();
let security: Person;
let owner: Person;

beforeAll(async () => {
  await ensureVaultKeys(systemCtx("test"));
  security = await personWith("security_admin");
  owner = await personWith("finance_maker");
});
afterEach(() => setClockOffsetMs(0));

const input = () => ({
  name: "Order system",
  ownerId: owner.userId,
  scopes: [...apiScopes],
  algorithm: "ed25519" as const,
  publicKey: newPair().publicKey,
  addresses: [],
  days: 30,
});

/** A write as the application itself would send it, past all of its own checks. */
function raw(actor: string, statement: string, ...values: (string | Uint8Array | null)[]): Promise<unknown> {
  return database.app.begin(async (sql) => {
    await sql`select set_config('app.actor', ${actor}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await sql.unsafe(statement, values);
  });
}

describe("what a program can be", () => {
  test("no scope means deciding, releasing, stopping, people, keys or settings", () => {
    const allowed = permissionsOfScopes(apiScopes);
    expect(permissionList).toEqual(expect.arrayContaining(allowed));
    expect(allowed.sort()).toEqual(["accounts.view", "links.create", "links.view", "payouts.create", "payouts.view", "transactions.view"]);
  });

  test.each([
    ["a year and a day", { days: 366 }],
    ["no day at all", { days: 0 }],
    ["no scope", { scopes: [] }],
    ["a scope to approve", { scopes: ["payouts:approve"] }],
    ["another algorithm", { algorithm: "rsa" }],
    ["a field nobody knows", { createdBy: "usr_x" }],
  ])("the contract refuses %s", (_, change) => {
    expect(z.safeParse(createClientInput, { ...input(), ...change }).success).toBe(false);
  });

  test("an overlap lasts seven days at most", () => {
    expect([7 * 24, 7 * 24 + 1, -1].map((overlapHours) => z.safeParse(rotateClientInput, { overlapHours }).success)).toEqual([true, false, false]);
  });

  test("only a signed-in security admin makes one; neither an owner of the desk nor a program does", async () => {
    for (const who of [await personWith("owner"), owner, await personWith("auditor")])
      await expect(createClient(ctxOf(who), input())).rejects.toMatchObject({ kind: "permission_denied" });
    const program = { ...systemCtx("test"), actor: { kind: "client", clientId: "cl_x", name: "x", keyId: "ck_x", scopes: [], permissions: permissionList } as const };
    await expect(createClient(program, input())).rejects.toMatchObject({ kind: "not_a_person" });
    await expect(rotateClient(program, "cl_x", { overlapHours: 0 })).rejects.toMatchObject({ kind: "not_a_person" });
  });

  test("a private key, or the same key a second time, is refused", async () => {
    const pair = newPair();
    const pem = pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    await expect(createClient(ctxOf(security), { ...input(), publicKey: pem })).rejects.toMatchObject({
      kind: "bad_public_key",
      detail: { publicKey: "Paste a whole Ed25519 public key in PEM." },
    });
    await createClient(ctxOf(security), { ...input(), publicKey: pair.publicKey });
    await expect(createClient(ctxOf(security), { ...input(), publicKey: pair.publicKey })).rejects.toMatchObject({ kind: "key_known" });
  });
});

describe("a secret", () => {
  test("is in the first answer and nowhere else: not in any table, not in any later answer", async () => {
    const made = await newClient(security, ["payouts:read"], { algorithm: "hmac-sha256", ownerId: owner.userId });
    if (made.algorithm !== "hmac-sha256") throw new Error("It signs with a secret.");
    const { secret } = made;
    expect(secret).toHaveLength(43);
    expect(JSON.stringify([await getClient(ctxOf(security), made.id), await listClients(ctxOf(security))])).not.toContain(secret);
    const tables = await database.superuser<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public'`;
    for (const { name } of tables) {
      const rows = await database.superuser`select t::text as row from ${database.superuser(name)} t`;
      const text = rows.map((row) => String(row["row"])).join("\n");
      for (const form of [secret, Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("base64")]) expect(text.includes(form), name).toBe(false);
    }
  });
});

describe("a new key", () => {
  test("at most two are good at once, and who brings one is a maker from then on", async () => {
    const second = await personWith("security_admin");
    const { client } = await createClient(ctxOf(security), input());
    await rotateClient(ctxOf(security), client.id, { publicKey: newPair().publicKey, overlapHours: 24 });
    setClockOffsetMs(1000);
    await rotateClient(ctxOf(second), client.id, { publicKey: newPair().publicKey, overlapHours: 168 });
    const { keys, makers } = await getClient(ctxOf(security), client.id);
    const good = keys.filter((key) => key.goodUntil === null || new Date(key.goodUntil) > plusMs(clockNow(), hourMs));
    expect([keys.length, good.length]).toEqual([3, 2]);
    expect(makers.map((maker) => [maker.person.id, maker.why])).toEqual(
      expect.arrayContaining([
        [security.userId, "created"],
        [owner.userId, "owns"],
        [second.userId, "rotated"],
      ]),
    );
  });

  test("comes from nobody who could decide the payouts it asks for", async () => {
    const { client } = await createClient(ctxOf(security), input());
    const decider = await personWith("finance_admin");
    const rotation = rotateClient(ctxOf({ ...decider, roles: ["security_admin"] }), client.id, { publicKey: newPair().publicKey, overlapHours: 0 });
    await expect(rotation).rejects.toMatchObject({ kind: "toxic_roles" });
    expect((await getClient(ctxOf(security), client.id)).keys).toHaveLength(1);
  });

  test("a client that is disabled or expired gets none, and an expired one stays expired", async () => {
    const { client } = await createClient(ctxOf(security), { ...input(), days: 1 });
    await disableClient(ctxOf(security), client.id, { reason: "not needed" });
    await expect(rotateClient(ctxOf(security), client.id, { publicKey: newPair().publicKey, overlapHours: 0 })).rejects.toMatchObject({ kind: "client_not_active" });
    await expect(disableClient(ctxOf(security), client.id, { reason: "not needed" })).rejects.toMatchObject({ kind: "client_already" });
    setClockOffsetMs(dayMs);
    await expect(enableClient(ctxOf(security), client.id, { reason: "needed again" })).rejects.toMatchObject({ kind: "client_expired" });
  });

  test("making, changing and stopping are in the trail and among the security events", async () => {
    const { client } = await createClient(ctxOf(security), input());
    await rotateClient(ctxOf(security), client.id, { publicKey: newPair().publicKey, overlapHours: 1 });
    await disableClient(ctxOf(security), client.id, { reason: "its key leaked" });
    await enableClient(ctxOf(security), client.id, { reason: "a false alarm" });
    const verbs = await database.superuser<{ verb: string }[]>`select verb from audit_log where object_id = ${client.id} order by id`;
    expect(verbs.map(({ verb }) => verb)).toEqual(["client.create", "client.rotate", "client.disable", "client.enable"]);
    const events = await database.superuser<{ event: string }[]>`select event from security_events where fields ->> 'clientId' = ${client.id} order by id`;
    expect(events.map(({ event }) => event)).toEqual(["client.created", "client.rotated", "client.disabled", "client.enabled"]);
  });
});

describe("the database itself refuses", () => {
  const insert = `insert into api_clients (id, name, owner_id, scopes, algorithm, addresses, environment, status, status_since, expires_at, created_by, created_at)
    values ($1, 'x', $2, $3::text::jsonb, 'ed25519', '[]', 'demo', 'active', $4::text::timestamptz, $5::text::timestamptz, $6, $4::text::timestamptz)`;
  const now = () => clockNow().toISOString();
  const later = (days: number) => plusMs(clockNow(), days * dayMs).toISOString();

  test("a client nobody answers for, with a scope to approve, or for longer than a year", async () => {
    const by = security.userId;
    await expect(raw(by, insert, newId("client"), by, '["payouts:read"]', now(), later(30), by)).rejects.toMatchObject({ code: "CS122" });
    await expect(raw(by, insert, newId("client"), by, '["payouts:approve"]', now(), later(30), by)).rejects.toMatchObject({ code: "CS121" });
    await expect(raw(by, insert, newId("client"), by, '["payouts:read"]', now(), later(366), by)).rejects.toMatchObject({ code: "CS121" });
  });

  test("a wider scope, another owner, a longer life, a longer or exchanged key, and a key in someone else's name", async () => {
    const { client, keyId } = await createClient(ctxOf(security), { ...input(), scopes: ["payouts:read"] });
    const by = security.userId;
    for (const change of [
      `scopes = '["payouts:create"]'`,
      "owner_id = created_by",
      "expires_at = expires_at + interval '1 day'",
      "addresses = '[\"0.0.0.0/0\"]'",
      "environment = 'production'",
    ])
      await expect(raw(by, `update api_clients set ${change} where id = $1`, client.id), change).rejects.toMatchObject({ code: "CS120" });
    await raw(by, "update api_client_keys set good_until = $2::text::timestamptz where id = $1", keyId, later(1));
    for (const change of ["good_until = null", "good_until = good_until + interval '1 second'", "public_key = sha256('x')", "client_id = 'cl_x'"])
      await expect(raw(by, `update api_client_keys set ${change} where id = $1`, keyId), change).rejects.toMatchObject({ code: "CS123" });
    const add = "insert into api_client_keys (id, client_id, public_key, created_by, created_at) values ($1, $2, $3, $4, $5::text::timestamptz)";
    const stranger = (await personWith("security_admin")).userId;
    for (const [actor, name] of [
      [stranger, stranger],
      [stranger, by],
      ["system:x", by],
    ] as const)
      await expect(raw(actor, add, newId("clientKey"), client.id, randomBytes(32), name, now())).rejects.toMatchObject({ code: "CS122" });
    await expect(raw(by, "delete from client_makers where client_id = $1", client.id)).rejects.toThrow();
    await expect(raw(by, "delete from api_clients where id = $1", client.id)).rejects.toThrow();
  });

  test("anybody who answers for what asks for payouts and could decide them, from both sides; it knows the same roles as the solver", async () => {
    const kept = await database.superuser<{ role: Role }[]>`select role from unnest(${[...roles]}::text[]) as role where roles_are_toxic(role, 'finance_maker')`;
    expect(kept.map((row) => row.role)).toEqual(roles.filter((role) => !mayHoldTogether([role], { answersForClient: true }).allowed));
    const { client } = await createClient(ctxOf(security), input());
    const by = security.userId;
    const answer = "insert into client_makers (client_id, user_id, why, since) values ($1, $2, 'owns', $3::text::timestamptz)";
    const give = (person: string, role: Role) =>
      raw(
        "operator:evil",
        "insert into role_grants (id, user_id, role, granted_by, valid_from) values ($1, $2, $3, 'operator:evil', $4::text::timestamptz)",
        newId("roleGrant"),
        person,
        role,
        now(),
      );
    for (const role of ["finance_admin", "risk_analyst"] as const) {
      await expect(raw(by, answer, client.id, (await personWith(role)).userId, now()), role).rejects.toMatchObject({ code: "CS038" });
      const keeper = (await newPerson([], { enrolled: false })).userId;
      await raw(by, answer, client.id, keeper, now());
      await expect(give(keeper, role), role).rejects.toMatchObject({ code: "CS038" });
    }
    const late = (await newPerson([], { enrolled: false })).userId;
    await raw(by, answer, client.id, late, now());
    await raw(by, "update api_clients set status = 'disabled' where id = $1", client.id);
    await give(late, "finance_admin");
    await expect(raw(by, "update api_clients set status = 'active' where id = $1", client.id)).rejects.toMatchObject({ code: "CS038" });
  });
});

test("why a client is stopped is plain words on one line, and enough of them", () => {
  const taken = (reason: string): boolean => clientReasonInput.safeParse({ reason }).success;
  expect(["left us", "key leaked"].map(taken)).toEqual([true, true]);
  expect(["no", "one\nand another", "<b>stop</b>", "\u200B".repeat(8)].map(taken)).toEqual([false, false, false, false]);
});

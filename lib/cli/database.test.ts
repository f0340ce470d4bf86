import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import postgres from "postgres";
import { migrate } from "@/db/migrate";
import { useDatabase } from "@/lib/testing/database";
import { databaseRoles, ensureDatabase, provisionRoles, type RolePasswords } from "./database-roles.ts";
import { databaseState, emptyDatabase, markDatabase, requireOwnDatabase } from "./mark.ts";

const database = useDatabase();

test("an administrator without superuser rights can provision a managed server, and the four roles can then sign in and migrate", async () => {
  const name = `managed_${randomBytes(4).toString("hex")}`;
  const { host, pathname } = new URL(database.urls.superuser);
  await database.superuser.unsafe(`create role ${name} login createrole password 'managed'`);
  for (const role of databaseRoles) await database.superuser.unsafe(`grant countersign_${role} to ${name} with admin option`);
  await database.superuser.unsafe(`create database ${name} owner ${name}`);
  const admin = `postgres://${name}:managed@${host}/${name}`;
  expect(pathname).not.toBe(`/${name}`);
  try {
    const kept = Object.fromEntries(databaseRoles.map((role) => [role, decodeURIComponent(new URL(database.urls[role]).password)])) as RolePasswords;
    const urls = await provisionRoles(admin, kept);
    await migrate(urls.owner);
    expect(await databaseState(urls.owner)).toMatchObject({ kind: "ours" });
    for (const role of databaseRoles) {
      const sql = postgres(urls[role], { max: 1 });
      expect(await sql`select current_user as name`).toEqual([{ name: `countersign_${role}` }]);
      await sql.end();
    }
  } finally {
    await database.superuser.unsafe(`drop database if exists ${name} with (force)`);
    await database.superuser.unsafe(`drop owned by ${name}`);
    await database.superuser.unsafe(`drop role ${name}`);
  }
});

test("the application role's statements, locks and transactions have an end even when the client forgets", async () => {
  const rows = await database.app<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout') order by name`;
  expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
    idle_in_transaction_session_timeout: "10000",
    lock_timeout: "3000",
    statement_timeout: "15000",
    transaction_timeout: "15000",
  });
});

test("migrating twice changes nothing, and two migrators at once do not trip over each other", async () => {
  const results = await Promise.all([migrate(database.urls.owner), migrate(database.urls.owner)]);
  expect(results).toEqual([{ applied: 0 }, { applied: 0 }]);
});

test("a database migrated by another version is refused and left alone", async () => {
  await database.owner`update countersign_migrations.applied set hash = 'other' where id = 1`;
  const [before] = await database.owner`select count(*)::int as n from countersign_migrations.applied`;
  await expect(migrate(database.urls.owner)).rejects.toThrow(/another version of Countersign/);
  expect(await database.owner`select count(*)::int as n from countersign_migrations.applied`).toEqual([before]);
});

test("a demo-marked database never starts with real credentials, and the mark cannot be changed by marking again", async () => {
  await markDatabase(database.urls.owner, "demo");
  await markDatabase(database.urls.owner, "production");
  const state = await databaseState(database.urls.owner);
  expect(state).toMatchObject({ kind: "ours", mode: "demo" });
  expect(() => requireOwnDatabase(state, "demo")).not.toThrow();
  expect(() => requireOwnDatabase(state, "production")).toThrow(/belongs to the demo and never takes real credentials/);
  expect(() => requireOwnDatabase(state, "sandbox")).toThrow(/never takes real credentials/);
});

test("demo mode refuses a database that has people and no demo mark, and one that belongs to sandbox or production", () => {
  expect(() => requireOwnDatabase({ kind: "ours", mode: null, people: 3 }, "demo")).toThrow(/demo mode needs an empty database/);
  expect(() => requireOwnDatabase({ kind: "ours", mode: "production", people: 3 }, "demo")).toThrow(/belongs to production mode/);
  expect(() => requireOwnDatabase({ kind: "empty" }, "demo")).not.toThrow();
});

test("a database with another program's tables is refused in every mode; an emptied demo can be migrated again", async () => {
  const superuserUrl = database.urls.superuser;
  const other = `other_${randomBytes(4).toString("hex")}`;
  await ensureDatabase(superuserUrl, other);
  const url = Object.assign(new URL(superuserUrl), { pathname: `/${other}` }).toString();
  const sql = postgres(url, { max: 1 });
  try {
    await sql`create table invoices (id int)`;
    expect(await databaseState(url)).toEqual({ kind: "foreign" });
    for (const mode of ["demo", "sandbox", "production"] as const) expect(() => requireOwnDatabase({ kind: "foreign" }, mode)).toThrow(/another program/);
  } finally {
    await sql.end();
    await database.superuser.unsafe(`drop database ${other} with (force)`);
  }
  await emptyDatabase(database.urls.owner);
  expect(await databaseState(database.urls.owner)).toEqual({ kind: "empty" });
});

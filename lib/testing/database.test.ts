import { expect, test } from "vitest";
import { config } from "@/lib/config";
import { useDatabase } from "./database.ts";

const database = useDatabase();

test("each test file has a database of its own, migrated, and the process's config points at it as the application role", async () => {
  const [row] = await database.app<{ user: string; name: string }[]>`select current_user as user, current_database() as name`;
  expect(row?.user).toBe("countersign_app");
  expect(row?.name).toMatch(/^test_/);
  expect(config().database.app).toBe(database.urls.app);
});

test("the application, queue and reading roles can neither create objects nor become another role", async () => {
  const attributes = await database.superuser<{ rolname: string; power: boolean }[]>`
    select rolname, rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication as power from pg_roles where rolname like 'countersign%' order by 1`;
  expect(attributes.map((row) => ({ ...row }))).toEqual(["app", "jobs", "owner", "readonly"].map((role) => ({ rolname: `countersign_${role}`, power: false })));
  await expect(database.app`create table sneaky (id int)`).rejects.toThrow(/permission denied/);
  await expect(database.readonly`create temporary table sneaky (id int)`).rejects.toThrow(/permission denied/);
  await expect(database.app`set role countersign_owner`).rejects.toThrow(/permission denied/);
});

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { useDatabase } from "@/lib/testing/database";
import { sql } from "drizzle-orm";
import { dataMap, type Cell } from "./data-map.ts";

const database = useDatabase();
const map: Record<string, Record<string, Cell>> = dataMap;

async function schemaColumns(): Promise<Map<string, Map<string, string>>> {
  const folder = join(process.cwd(), "db", "schema");
  const tables = new Map<string, Map<string, string>>();
  for (const file of readdirSync(folder)) {
    const exported: Record<string, unknown> = await import(join(folder, file));
    for (const value of Object.values(exported)) {
      if (!is(value, PgTable)) continue;
      const { name, columns } = getTableConfig(value);
      tables.set(name, new Map(columns.map((column) => [column.name, column.getSQLType()])));
    }
  }
  return tables;
}

const entries = Object.entries(map).flatMap(([table, columns]) => Object.entries(columns).map(([column, cell]) => ({ table, column, cell })));

test("every column of every table has a class, and the map names no column that is gone", async () => {
  const schema = await schemaColumns();
  const mapped = Object.fromEntries(Object.entries(map).map(([table, columns]) => [table, Object.keys(columns).sort()]));
  expect(mapped).toEqual(Object.fromEntries([...schema].map(([table, columns]) => [table, [...columns.keys()].sort()])));
});

test("the database has no table or column outside the schema files", async () => {
  const rows = await database.superuser<
    { table: string; column: string }[]
  >`select table_name as table, column_name as column from information_schema.columns natural join information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`;
  for (const { table, column } of rows) expect(map[table]?.[column], `${table}.${column}`).toBeDefined();
});

test("personal and secret columns hold bytes the vault made, or a one-way hash of a secret", async () => {
  const schema = await schemaColumns();
  for (const { table, column, cell } of entries.filter(({ cell }) => cell.level === "L2" || cell.level === "L3")) {
    const type = schema.get(table)?.get(column);
    if (`${table}.${column}` === "users.password_hash") expect(type).toBe("text");
    else expect(type, `${table}.${column}`).toBe("bytea");
    expect(["sealed", "keyed", "hashed", "wrapped"], `${table}.${column}`).toContain(cell.form);
  }
});

test("a column is named *_ct exactly when the vault seals it, and the database refuses anything else in it", async () => {
  for (const { table, column, cell } of entries) expect(cell.form === "sealed", `${table}.${column}`).toBe(column.endsWith("_ct"));
  const sealed = entries.filter(({ cell }) => cell.form === "sealed");
  const rules = await database.superuser<{ name: string }[]>`select conname as name from pg_constraint where conname like '%\\_sealed' and contype = 'c' and convalidated`;
  expect(rules.map((rule) => rule.name).sort()).toEqual(sealed.map(({ table, column }) => `${table}_${column}_sealed`).sort());
  const plain = withTransaction(systemCtx("test"), (tx) =>
    tx.db.execute(
      sql`insert into users (id, email_ct, email_index, name_ct, password_hash, created_at) values ('usr_x', convert_to('asha@example.com, in plain sight', 'UTF8'), 'x', 'x', 'x', '2026-01-01')`,
    ),
  );
  await expect(plain).rejects.toMatchObject({ cause: { constraint_name: "users_email_ct_sealed" } });
});

test("addresses, phone numbers and the like never appear as the name of a readable column", () => {
  const suspicious = /(^|_)(email|phone|mobile|vpa|upi|pan|aadhaar|dob|account_number|password|secret|totp)($|_)/;
  // When something changed is no part of it.
  const readable = entries.filter(({ cell, column }) => cell.form === "plain" && !column.endsWith("_at")).filter(({ column }) => suspicious.test(column));
  expect(readable.map(({ table, column }) => `${table}.${column}`)).toEqual([]);
});

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import postgres from "postgres";
import { afterAll, beforeAll, inject } from "vitest";
import { ensureDatabase, grantDatabase, roleUrls, type DatabaseUrls } from "@/lib/cli/database-roles";
import { setConfig, type Config } from "@/lib/config";
import { closePools } from "@/lib/context";
import { setLogLevel } from "@/lib/monitoring";
import { forgetSettings } from "@/lib/policies";
import type { SettingName } from "@/lib/policies/contract";
import { testConfig } from "./config.ts";

export type TestDatabase = {
  /** Addresses of the file's database as each role. */
  readonly urls: DatabaseUrls & { superuser: string };
  readonly config: Config;
  /** Raw connections, for looking at and tampering with what the product wrote. */
  readonly superuser: postgres.Sql;
  readonly owner: postgres.Sql;
  readonly app: postgres.Sql;
  readonly readonly: postgres.Sql;
};

type Opened = TestDatabase & { close: () => Promise<void> };

/** A database of its own for this test file, migrated as in production, with the process's config pointing at it. */
export function useDatabase(overrides: Partial<Config> = {}): TestDatabase {
  let opened: Opened | undefined;
  const get = (): Opened => {
    if (opened === undefined) throw new Error("The test database exists only inside tests and hooks.");
    return opened;
  };
  beforeAll(async () => {
    opened = await openTestDatabase(overrides);
    setConfig(opened.config);
    setLogLevel(opened.config.logLevel);
  });
  afterAll(async () => {
    await closePools();
    await opened?.close();
  });
  return {
    get urls() {
      return get().urls;
    },
    get config() {
      return get().config;
    },
    get superuser() {
      return get().superuser;
    },
    get owner() {
      return get().owner;
    },
    get app() {
      return get().app;
    },
    get readonly() {
      return get().readonly;
    },
  };
}

async function openTestDatabase(overrides: Partial<Config>): Promise<Opened> {
  const server = inject("testServer");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await ensureDatabase(server.superuserUrl, name, server.template);
  const superuserUrl = Object.assign(new URL(server.superuserUrl), { pathname: `/${name}` }).toString();
  const urls = roleUrls(superuserUrl, server.passwords);
  const connect = (url: string): postgres.Sql => postgres(url, { max: 2, onnotice: () => undefined });
  const connections = { superuser: connect(superuserUrl), owner: connect(urls.owner), app: connect(urls.app), readonly: connect(urls.readonly) };
  await grantDatabase(connections.superuser);
  const config = testConfig({ ...overrides, database: { owner: urls.owner, app: urls.app, jobs: urls.jobs, readonly: urls.readonly, poolMax: overrides.database?.poolMax ?? 10 } });
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(connections).map((connection) => connection.end({ timeout: 1 })));
    await dropDatabase(server.superuserUrl, name);
    rmSync(config.dataDir, { recursive: true, force: true });
  };
  return { urls: { ...urls, superuser: superuserUrl }, config, ...connections, close };
}

async function dropDatabase(superuserUrl: string, name: string): Promise<void> {
  const admin = postgres(superuserUrl, { max: 1, onnotice: () => undefined });
  await admin`drop database if exists ${admin(name)} with (force)`;
  await admin.end({ timeout: 1 });
}

/** Puts a setting in place without its two people, for tests of what the setting does. */
export async function placeSetting(database: TestDatabase, name: SettingName, value: number | string | boolean): Promise<void> {
  await database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into settings (name, value, changed_by, changed_at) values (${name}, ${JSON.stringify(value)}::text::jsonb, 'test', '2026-01-01') on conflict (name) do update set value = excluded.value`;
  });
  forgetSettings();
}

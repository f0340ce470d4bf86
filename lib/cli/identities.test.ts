import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "@/lib/testing/database";

const database = useDatabase();
let worker: postgres.Sql;

beforeAll(async () => {
  // As every migration leaves it: in other tests one process is both.
  await database.owner.unsafe(readFileSync(join(process.cwd(), "db", "rules", "90-grants.sql"), "utf8"));
  worker = postgres(database.urls.jobs, { max: 1, onnotice: () => undefined });
});
afterAll(() => worker.end({ timeout: 1 }));

/** Runs as `role` and undoes it; with which of the database's codes it ended, or null where it was let through. */
async function codeOf(role: postgres.Sql, ...statements: string[]): Promise<string | null> {
  const undo = new Error("undone");
  return role
    .begin(async (sql) => {
      await sql`select set_config('app.actor', 'system:test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      for (const statement of statements) await sql.unsafe(statement);
      throw undo;
    })
    .then(
      () => null,
      (error: unknown) => (error === undo ? null : ((error as { code?: string }).code ?? String(error))),
    );
}

/** What the statement meets: the refusal of its role, or "may", whatever a rule then says of an empty row. */
async function meets(role: postgres.Sql, statement: string): Promise<string> {
  const code = await codeOf(role, statement);
  if (code === "42501") return "permission denied";
  // Of class 42 all others say that the statement itself is wrong, and so says nothing.
  return code?.startsWith("42") === true ? code : "may";
}

const insert = (table: string): string => `insert into ${table} default values`;

describe("the web process's role", () => {
  test.each([
    ["writes an attempt to send money", insert("payout_attempts")],
    ["takes a job from the queue", "update jobs set locked_by = 'me', locked_until = now()"],
    ["throws a job away", "delete from jobs"],
    ["marks a delivery as handled", "update webhook_events set status = 'applied'"],
    ["seals the trail", insert("audit_seals")],
    ["signs a head", insert("audit_heads")],
    ["moves the sealer", "update audit_sealer set size = 0"],
    ["moves what the books are checked by", "select count_ledger(1)"],
  ])("never %s, and the worker's may", async (_, statement) => {
    expect(await meets(database.app, statement)).toBe("permission denied");
    expect(await meets(worker, statement)).toBe("may");
  });

  test("asks for work: a new job, and the same one sooner", async () => {
    const asked = (id: string, at: string) => `select enqueue_job('${id}', 'test', 'one', '{}', ${at}, now())`;
    expect(await codeOf(database.app, asked("job_a", "now() + interval '1 hour'"), asked("job_b", "now()"))).toBeNull();
  });
});

describe("the worker's role", () => {
  test.each([
    ["asks for a payout", insert("payouts")],
    ["signs one", insert("payout_approvals")],
    ["lets money go on after a stop", insert("emergency_restarts")],
    ["lets somebody in", insert("auth_sessions")],
    ["shows a factor for somebody", insert("step_ups")],
    ["makes a person", insert("users")],
    ["gives a role", insert("role_grants")],
    ["changes a second factor", "update auth_factors set last_step = 0"],
    ["adds a passkey", insert("passkeys")],
    ["makes a one-time link", insert("auth_links")],
    ["proposes a setting", insert("setting_proposals")],
    ["changes a setting", "update settings set value = '1'"],
    ["opens an address rule", insert("ip_rules")],
    ["makes a program's key", insert("api_client_keys")],
  ])("never %s, and the web's may", async (_, statement) => {
    expect(await meets(worker, statement)).toBe("permission denied");
    expect(await meets(database.app, statement)).toBe("may");
  });

  test("has the server's own limits of time, as the web's has", async () => {
    for (const role of [worker, database.app]) {
      const [row] = await role<{ limit: string }[]>`select current_setting('statement_timeout') as limit`;
      expect(row?.limit).toBe("15s");
    }
  });

  test.each(["ip_pauses", "setting_rules", "journals", "ledger_entries", "holds"])("nor does either write %s by itself", async (table) => {
    for (const role of [worker, database.app]) expect(await meets(role, insert(table))).toBe("permission denied");
  });

  test("a setting is changed by a proposal alone, even if a later grant let the worker write settings", async () => {
    const change = "insert into settings (name, value, changed_by, changed_at) values ('coolOffHours', '24', 'system:test', now())";
    expect(await codeOf(database.superuser, "grant insert on settings to countersign_jobs", "set local role countersign_jobs", change)).toBe("CS031");
  });
});

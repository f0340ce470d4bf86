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

/** What the statement meets: "may", or the database's refusal. Nothing of it stays. */
async function meets(role: postgres.Sql, statement: string): Promise<string> {
  const undo = new Error("undone");
  return role
    .begin(async (sql) => {
      await sql`select set_config('app.actor', 'system:test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql.unsafe(statement);
      throw undo;
    })
    .then(
      () => "may",
      (error: unknown) => (error === undo ? "may" : (error as { code?: string }).code === "42501" ? "permission denied" : "may"),
    );
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

  test("asks for work: a new job, and a waiting one sooner", async () => {
    const asked = `select enqueue_job(null, null)`;
    expect(await meets(database.app, "update jobs set run_at = now()")).toBe("may");
    expect(await meets(database.app, asked)).toBe("may");
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

  test("a setting is no more its own to change for having another name", async () => {
    const body = await database.superuser<{ source: string }[]>`select prosrc as source from pg_proc where proname = 'setting_rules_hold'`;
    expect(body[0]?.source).toContain("countersign_jobs");
  });
});

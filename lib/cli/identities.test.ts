import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "@/lib/testing/database";
import { asTwoProcesses } from "@/lib/testing/one-process";

const database = useDatabase();
let worker: postgres.Sql;

beforeAll(async () => {
  await asTwoProcesses(database.owner);
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
    ["says which acts were looked at", insert("sweep_marks")],
    ["moves what the books are checked by", "select count_ledger(1)"],
  ])("never %s, and the worker's may", async (_, statement) => {
    expect(await meets(database.app, statement)).toBe("permission denied");
    expect(await meets(worker, statement)).toBe("may");
  });

  test("never says that a try of the worker's was not sent, on which its money could be let go; the worker's may", async () => {
    await database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`insert into payout_attempts (id, payout_id, number, status, request_hash, prepared_at) values ('att_x', 'pay_x', 1, 'prepared', '', now())`;
    });
    const says = (role: postgres.Sql, word: string) =>
      role
        .begin(async (sql) => {
          await sql`select set_config('app.actor', 'system:test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
          await sql`update payout_attempts set status = ${word} where id = 'att_x'`;
          throw new Error("said");
        })
        .catch((error: { code?: string; message: string }) => error.code ?? error.message);
    expect([await says(database.app, "not_sent"), await says(database.app, "accepted"), await says(worker, "not_sent")]).toEqual(["CS110", "said", "said"]);
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
    ["agrees that a lost transfer is lost", insert("payout_resolutions")],
    ["names a place for money", insert("beneficiaries")],
    ["begins a signature", insert("approval_challenges")],
    ["bans an address", insert("ip_bans")],
    ["answers for a program", insert("client_makers")],
    ["starts a review", insert("access_reviews")],
    ["chooses somebody's password", "update users set password_hash = 'x'"],
    ["names somebody's address", "update users set email_index = '\\x00'"],
    ["takes over a session", "update auth_sessions set token_hash = '\\x00'"],
    ["lengthens a session", "update auth_sessions set absolute_end_at = 'infinity'"],
    ["uses a ticket up", "update auth_tickets set used_at = now()"],
    ["makes an open one-time link its own", "update auth_links set token_hash = '\\x00'"],
    ["lengthens a one-time link", "update auth_links set expires_at = 'infinity'"],
    ["lengthens a fresh factor", "update step_ups set granted_at = now()"],
    ["accepts a setting's proposal", "update setting_proposals set status = 'accepted'"],
    ["ends an address rule", "update ip_rules set ended_at = now()"],
    ["lifts a ban", "update ip_bans set lifted_at = now()"],
    ["ends a stop", "update emergency_stops set restarted_at = now()"],
    ["ends a program's key", "update api_client_keys set good_until = now()"],
    ["widens a program", "update api_clients set scopes = '[]'"],
    ["sends a waiting payout elsewhere", "update payouts set beneficiary_id = 'x', version = version + 1"],
    ["makes a waiting payout larger", "update payouts set amount_paise = 1, version = version + 1"],
    ["asks for fewer signatures", "update payouts set approvals_needed = 1, version = version + 1"],
    ["retires a beneficiary", "update beneficiaries set status = 'retired'"],
  ])("never %s, and the web's may", async (_, statement) => {
    expect(await meets(worker, statement)).toBe("permission denied");
    expect(await meets(database.app, statement)).toBe("may");
  });

  test.each([
    ["shuts somebody out", "update users set status = 'dormant'"],
    ["ends a session", "update auth_sessions set ended_at = now(), ended_reason = 'x'"],
    ["voids a link", "update auth_links set superseded_at = now()"],
    ["disables a program", "update api_clients set status = 'disabled', status_reason = 'x', status_since = now()"],
    ["moves a payout on", "update payouts set status = 'in_flight', checks = checks + 1, next_check_at = now(), updated_at = now()"],
    ["notes what the gateway says of a beneficiary", "update beneficiaries set gateway_status = 'registered'"],
    ["locks a payout", "select id from payouts for update"],
    ["locks a person", "select id from users for update"],
  ])("%s", async (_, statement) => {
    expect(await meets(worker, statement)).toBe("may");
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

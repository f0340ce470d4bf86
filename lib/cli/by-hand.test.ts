import { beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "@/lib/testing/database";
import { asTwoProcesses } from "@/lib/testing/one-process";

// What somebody who took over one of the two processes, and writes SQL as its role, cannot make true.
const database = useDatabase();

beforeAll(() => asTwoProcesses(database.owner));

type Role = "countersign_app" | "countersign_jobs";

/** Lays out `given` as history left it, then lets `role` write; with which code a rule ended it, or null where none did. All is undone. */
async function meets(role: Role, given: readonly string[], statement: string): Promise<string | null> {
  const undo = new Error("undone");
  return database.superuser
    .begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      // By another transaction than the statement's, as a rule sees it.
      await sql.savepoint(async (history) => {
        for (const each of given) await history.unsafe(each);
      });
      await sql`set local session_replication_role = origin`;
      await sql`select set_config('app.actor', 'usr_x', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql.unsafe(`set local role ${role}`);
      await sql.unsafe(statement);
      throw undo;
    })
    .then(
      () => null,
      (error: unknown) => {
        if (error === undo) return null;
        const { code = String(error) } = error as { code?: string };
        // What the rows laid out point to is not there, which is asked after the rules.
        return code === "23503" ? null : code;
      },
    );
}

/** What looks as if the vault had sealed it. */
const sealed = "decode(repeat('01', 32), 'hex')";
const house = (mode: string) => `insert into installation (id, mode, created_at) values ('this', '${mode}', now())`;
const payout = (
  status: string,
) => `insert into payouts (id, account_id, beneficiary_id, beneficiary_version, beneficiary_created_by, payee, amount_paise, rail, purpose, status, policy_version,
    approvals_needed, approvals_given, verdict_id, digest, maker_id, last_editor_id, created_at, expires_at, updated_at)
  values ('pay_x', 'acc_x', 'ben_x', 1, 'usr_b', 'A', 100, 'imps', 'x', '${status}', 1, 1, 1, 'ver_x', '\\x00', 'usr_m', 'usr_m', now(), now() + interval '7 days', now())`;
const approver = (id: string, until = "null") => [
  `insert into users (id, email_ct, email_index, name_ct, status, password_hash, created_at) values ('${id}', ${sealed}, sha256('${id}'), ${sealed}, 'active', 'x', now())`,
  `insert into role_grants (id, user_id, role, granted_by, valid_from, valid_until) values ('rg_${id}', '${id}', 'finance_admin', 'operator:x', now() - interval '9 days', ${until})`,
];
const vote = `insert into payout_approvals (id, payout_id, approver_id, challenge_id, digest, statement, factor, at)
  values ('vot_x', 'pay_x', 'usr_a', 'cha_x', '\\x00', 'x', 'totp', now() - interval '1 hour')`;

describe("what became of a payout", () => {
  const moves = ["approved submitting", "submitting in_flight", "submitting succeeded", "submitting failed", "submitting reversed", "in_flight failed", "succeeded reversed"];
  test.each(moves.map((move) => move.split(" ")))("from %s to %s is said by the worker, which asks the gateway, and never by the web", async (was = "", becomes = "") => {
    const says = `update payouts set status = '${becomes}', updated_at = now() where id = 'pay_x'`;
    expect(await meets("countersign_app", [payout(was)], says)).toBe("CS111");
    expect(await meets("countersign_jobs", [payout(was)], says)).toBeNull();
  });

  test("the web ends what two people who may still decide it gave up, and nothing that they agreed to otherwise", async () => {
    const attempt = (status: string) =>
      `insert into payout_attempts (id, payout_id, number, status, request_hash, prepared_at) values ('att_x', 'pay_x', 1, '${status}', '', now())`;
    const agrees = (id: string, choice = "give_up") =>
      `insert into payout_resolutions (payout_id, attempt_number, choice, person_id, reason, gateway_code, at) values ('pay_x', 1, '${choice}', '${id}', 'x', 'x', now())`;
    const people = [...approver("usr_a"), ...approver("usr_b"), ...approver("usr_gone", "now() - interval '1 day'")];
    const says = "update payouts set status = 'failed', updated_at = now() where id = 'pay_x'";
    const ended = (...given: string[]) => meets("countersign_app", [payout("submitting"), ...people, ...given], says);
    expect(await ended(attempt("absent"), agrees("usr_a"), agrees("usr_b"))).toBeNull();
    expect(await ended(attempt("absent"), agrees("usr_a"))).toBe("CS111");
    expect(await ended(attempt("absent"), agrees("usr_a"), agrees("usr_gone"))).toBe("CS111");
    expect(await ended(attempt("absent"), agrees("usr_a"), agrees("usr_b", "send_again"))).toBe("CS111");
    expect(await ended(attempt("unknown"), agrees("usr_a"), agrees("usr_b"))).toBe("CS111");
    expect(await ended(attempt("absent"), agrees("usr_a"), agrees("usr_b"), attempt("unknown").replace("'att_x', 'pay_x', 1", "'att_y', 'pay_x', 2"))).toBe("CS111");
  });
});

describe("a program that was disabled", () => {
  const client = (
    status: string,
  ) => `insert into api_clients (id, name, owner_id, scopes, algorithm, addresses, environment, status, status_since, expires_at, created_by, created_at)
    values ('cl_x', 'x', 'usr_o', '["payouts:read"]', 'ed25519', '[]', 'demo', '${status}', now(), now() + interval '30 days', 'usr_o', now())`;
  const becomes = (status: string) => `update api_clients set status = '${status}', status_reason = 'x', status_since = now()`;

  test("is enabled by people alone; the worker disables", async () => {
    expect(await meets("countersign_jobs", [client("disabled")], becomes("active"))).toBe("CS120");
    expect(await meets("countersign_jobs", [client("active")], becomes("disabled"))).toBeNull();
    expect(await meets("countersign_app", [client("disabled")], becomes("active"))).toBeNull();
  });
});

describe.each(["sandbox", "production"])("in a house of the gateway's %s, by the database's own clock", (mode) => {
  const added = (at: string) => `insert into beneficiaries (id, account_id, name_ct, kind, token_id, destination_hash, last4, ifsc, created_by, created_at, cool_off_until)
    values ('ben_x', 'acc_x', ${sealed}, 'bank_account', 'tok_x', '\\x00', '1234', 'HDFC0001234', 'usr_x', ${at}, ${at} + interval '30 days')`;

  test.each(["now() - interval '31 days'", "now() - interval '6 minutes'", "now() + interval '6 minutes'"])("no beneficiary is added at %s, past its own cool-off", async (at) => {
    expect(await meets("countersign_app", [house(mode)], added(at))).toBe("CS070");
    expect(await meets("countersign_app", [house(mode)], added("now()"))).toBeNull();
    expect(await meets("countersign_app", [house("demo")], added(at)), "a demo's history").toBeNull();
  });

  test("no signature is taken off at an end that is only to come", async () => {
    const given = [payout("pending_approval"), vote, ...approver("usr_a", "now() + interval '1 hour'")];
    const takeOff = (at: string) => `insert into payout_withdrawals values ('vot_x', 'pay_x', 'role_lost', ${at})`;
    expect(await meets("countersign_app", [house(mode), ...given], takeOff("now() + interval '2 hours'"))).toBe("CS121");
    expect(await meets("countersign_app", [house(mode), payout("pending_approval"), vote, ...approver("usr_a", "now() - interval '1 second'")], takeOff("now()"))).toBeNull();
  });

  test("no signature is given, and none completes a payout, at a time when its signer could still sign", async () => {
    const signs = vote.replaceAll("usr_a", "usr_x").replace("now() - interval '1 hour'", "now() - interval '1 day'");
    const payee = `insert into beneficiaries (id, account_id, name_ct, kind, token_id, destination_hash, last4, ifsc, created_by, created_at, cool_off_until) values ('ben_x', 'acc_x', ${sealed}, 'bank_account', 'tok_x', '\\x00', '1234', 'HDFC0001234', 'usr_b', now(), now())`;
    const challenge = `insert into approval_challenges (id, payout_id, payout_version, user_id, session_id, digest, envelope, expires_at, used_at)
      values ('cha_x', 'pay_x', 1, 'usr_x', 'ses_x', sha256('x'), 'x', now(), now() - interval '1 day')`;
    const waits = payout("pending_approval").replace("1, 1, 1, 'ver_x', '\\x00'", "1, 1, 1, 'ver_x', sha256('x')");
    const ended = "now() - interval '1 hour'";
    const given = [waits, payee, challenge, ...approver("usr_x", ended)];
    // In a demo the next condition refuses it: the factor is not used in the same transaction.
    expect(await meets("countersign_app", [house("demo"), ...given], signs.replace("'\\x00'", "sha256('x')"))).toBe("CS115");
    expect(await meets("countersign_app", [house(mode), ...given], signs.replace("'\\x00'", "sha256('x')"))).toBe("CS108");
    const completed = "update payouts set status = 'approved', updated_at = now() - interval '2 hours' where id = 'pay_x'";
    const signed = [payout("pending_approval"), vote, ...approver("usr_a", ended)];
    expect(await meets("countersign_app", [house("demo"), ...signed], completed)).toBeNull();
    expect(await meets("countersign_app", [house(mode), ...signed], completed)).toBe("CS104");
    const now = completed.replace(" - interval '2 hours'", "");
    expect(await meets("countersign_app", [house("demo"), ...signed], now), "whoever signed may not sign any more").toBe("CS104");
    expect(await meets("countersign_app", [house(mode), payout("pending_approval"), vote, ...approver("usr_a")], now)).toBeNull();
  });

  test("nobody gives a transfer up before its day is over, or while their rights are frozen, by a date that is to come", async () => {
    const attempt = (status: string, since: string) =>
      `insert into payout_attempts (id, payout_id, number, status, request_hash, prepared_at) values ('att_x', 'pay_x', 1, '${status}', '', now() - interval '${since}')`;
    const agrees = (id: string, at: string) => `insert into payout_resolutions values ('pay_x', 1, 'give_up', '${id}', 'x', 'x', ${at})`;
    const ahead = "now() + interval '25 hours'";
    const open = [payout("submitting"), ...approver("usr_x"), ...approver("usr_a")];
    const frozen = "insert into payout_freezes (id, user_id, reason, until, frozen_at) values ('frz_x', 'usr_x', 'recovery_code', now() + interval '24 hours', now())";
    expect(await meets("countersign_app", [house("demo"), ...open, attempt("unknown", "1 minute")], agrees("usr_x", ahead))).toBeNull();
    expect(await meets("countersign_app", [house(mode), ...open, attempt("unknown", "1 minute")], agrees("usr_x", ahead))).toBe("CS113");
    expect(await meets("countersign_app", [house(mode), ...open, frozen, attempt("unknown", "25 hours")], agrees("usr_x", ahead))).toBe("CS113");
    expect(await meets("countersign_app", [house(mode), ...open, attempt("unknown", "25 hours")], agrees("usr_x", "now()"))).toBeNull();
    const both = [agrees("usr_x", "now()"), agrees("usr_a", "now()")];
    const absent = (at: string) => `update payout_attempts set status = 'absent', answered_at = ${at}`;
    expect(await meets("countersign_app", [house(mode), ...open, ...both, attempt("unknown", "1 minute")], absent(ahead))).toBe("CS112");
    expect(await meets("countersign_app", [house(mode), ...open, ...both, attempt("unknown", "25 hours")], absent("now()"))).toBeNull();
    // Both had agreed, and have lost the role since.
    const gone = [payout("submitting"), ...["usr_x", "usr_a"].flatMap((id) => approver(id, "now() - interval '1 hour'")), attempt("absent", "25 hours"), ...both];
    const failed = (at: string) => `update payouts set status = 'failed', updated_at = ${at} where id = 'pay_x'`;
    expect(await meets("countersign_app", [house(mode), ...gone], failed("now() - interval '2 hours'"))).toBe("CS111");
  });
});

test("what kind of house it is, is written by neither process", async () => {
  for (const role of ["countersign_app", "countersign_jobs"] as const) {
    expect(await meets(role, [], house("demo"))).toBe("42501");
    expect(await meets(role, [house("production")], "update installation set mode = 'demo'")).toBe("42501");
  }
});

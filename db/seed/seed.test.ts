import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestEmulator, type TestEmulator } from "@/lib/cashfree/emulator/harness";
import { setConfig } from "@/lib/config";
import { useDatabase } from "@/lib/testing/database";
import { systemCtx } from "@/lib/context";
import { whoMovesMoney } from "@/lib/users";
import { seedDemo, type Seeded } from "./index.ts";

const database = useDatabase();
let emulator: TestEmulator;
let seeded: Seeded;

beforeAll(async () => {
  emulator = await startTestEmulator();
  const { settings } = emulator;
  const secret = (product: typeof settings.pg) => ({ ...product, webhookSecrets: [product.clientSecret] });
  setConfig({ ...database.config, cashfree: { ...settings, emulatorUrl: emulator.url, pg: secret(settings.pg), payout: secret(settings.payout) } });
  seeded = await seedDemo();
});

afterAll(async () => {
  await emulator.close();
});

async function counts(table: string, column: string): Promise<Record<string, number>> {
  const rows = await database.superuser<{ key: string; count: string }[]>`select ${database.superuser(column)} as key, count(*) from ${database.superuser(table)} group by 1`;
  return Object.fromEntries(rows.map((row) => [row.key, Number(row.count)]));
}

describe("the demo's history", () => {
  test("has at least one person per role, and enough to restart what was stopped", () => {
    const roles = seeded.users.flatMap((user) => user.roles);
    for (const role of ["owner", "finance_admin", "finance_maker", "support", "risk_analyst", "compliance", "security_admin", "auditor"]) expect(roles).toContain(role);
    expect(roles.filter((role) => role === "finance_admin")).toHaveLength(2);
  });

  test("has one API client for each way of signing, and nobody behind them can approve", async () => {
    expect(seeded.apiClients.map(({ secret, privateKey }) => [secret === undefined, privateKey === undefined])).toEqual([
      [true, false],
      [false, true],
    ]);
    const roles = await database.superuser<{ role: string }[]>`select distinct g.role from client_makers m join role_grants g on g.user_id = m.user_id order by 1`;
    expect(roles.map(({ role }) => role)).toEqual(["finance_maker", "security_admin"]);
  });

  test("shows every state a payout can rest in", async () => {
    const states = await counts("payouts", "status");
    expect(Object.keys(states).sort()).toEqual(["cancelled", "expired", "failed", "held", "in_flight", "pending_approval", "rejected", "reversed", "submitting", "succeeded"]);
    const [unknown] = await database.superuser`select count(*)::int as count from payouts where status = 'submitting' and unknown_since is not null`;
    expect(unknown?.["count"]).toBe(1);
    const [unconfirmed] = await database.superuser`select count(*)::int as count from payouts where status = 'succeeded' and not credit_confirmed`;
    expect(unconfirmed?.["count"]).toBe(1);
  });

  test("owes its payees no more than it has, and its books open with equity of their own", async () => {
    const rows = await database.superuser<{ kind: string; paise: string }[]>`
      select a.kind, sum(e.amount_paise) as paise from ledger_entries e join ledger_accounts a on a.id = e.ledger_account_id group by 1`;
    const of = (...kinds: string[]): bigint => rows.filter(({ kind }) => kinds.includes(kind)).reduce((total, { paise }) => total + BigInt(paise), 0n);
    expect(of("gateway_receivable", "bank", "payout_float")).toBeGreaterThanOrEqual(-of("payee_pending", "payee_available"));
    expect(of("opening_equity")).toBeLessThan(0n);
  });

  test("shows every state of payments and links", async () => {
    expect(Object.keys(await counts("payments", "status")).sort()).toEqual(["dropped", "failed", "pending", "succeeded"]);
    expect(Object.keys(await counts("payment_links", "status")).sort()).toEqual(["active", "cancelled", "expired", "paid"]);
    expect(seeded.links.length).toBeGreaterThanOrEqual(2);
  });

  test("lists first a beneficiary that was paid before and is past its cool-off", async () => {
    const [first] = await database.superuser`
      select b.cool_off_until < now() as cooled, exists (select 1 from payouts p where p.beneficiary_id = b.id and p.status = 'succeeded') as paid
      from beneficiaries b where b.account_id = ${seeded.accounts[0]?.id ?? ""} and b.status = 'active' order by b.created_at, b.id limit 1`;
    expect(first).toEqual({ cooled: true, paid: true });
  });

  test("has a proposal that waits for a second admin, a review half done, and nobody who could move money alone", async () => {
    expect(await counts("changes", "status")).toEqual({ pending: 1, refused: 1 });
    const items = await counts("access_review_items", "outcome");
    expect(items["attested"]).toBe(3);
    expect(items["open"]).toBeGreaterThan(0);
    expect((await whoMovesMoney(systemCtx("test"))).solo).toEqual([]);
  });

  test("is written in the order of its time, so that the trail reads as it happened", async () => {
    // Two parts of the worker at once may stand a millisecond the other way round.
    const backwards = await database.superuser`
      select * from (select verb, at, lag(verb) over (order by id) as after_verb, lag(at) over (order by id) as after_at from audit_log) as told where at < after_at - interval '1 second'`;
    expect([...backwards]).toEqual([]);
    const [rows] = await database.superuser<{ total: number }[]>`select count(*)::int as total from audit_log`;
    expect(rows?.total).toBeGreaterThan(150);
  });

  test("has seen everybody who ever acted: each in a session of their own that was open then, and nobody before they joined", async () => {
    const strangers = await database.superuser`
      select a.verb, a.at from audit_log a join users u on u.id = a.actor_id
      where a.at < u.created_at
         or not exists (select from auth_sessions s where s.id = a.session_id and s.user_id = a.actor_id and a.at between s.created_at and s.absolute_end_at)`;
    expect([...strangers]).toEqual([]);
    const unseen = await database.superuser`
      select u.id from users u
      where u.last_sign_in_at is null
         or u.last_sign_in_at <> (select max(s.created_at) from auth_sessions s where s.user_id = u.id and s.level = 'full')
         or exists (select from audit_log a where a.actor_id = u.id and a.at > interval '1 minute' + (select max(s.last_active_at) from auth_sessions s where s.user_id = u.id))`;
    expect([...unseen]).toEqual([]);
  });

  test("has its people at work from ten to seven by Indian time, Monday to Saturday; only what must be less than a day old may be of a Sunday", async () => {
    const odd = await database.superuser`
      select verb, to_char(there, 'Dy HH24:MI') as at from (select verb, at, at at time zone 'Asia/Kolkata' as there from audit_log where actor_kind = 'user') as told
      where extract(hour from there) not between 10 and 18 or (extract(isodow from there) = 7 and at < now() - interval '1 day')`;
    expect([...odd]).toEqual([]);
  });

  test("tells of nothing before what it rests on", async () => {
    const wrong = await database.superuser`
      select 'payout before its beneficiary' as what, p.id from payouts p join beneficiaries b on b.id = p.beneficiary_id where p.created_at < b.created_at
      union all select 'signature before its payout', p.id from payouts p join payout_approvals a on a.payout_id = p.id where a.at < p.created_at
      union all select 'attempt before its last signature', p.id from payouts p join payout_attempts t on t.payout_id = p.id join payout_approvals a on a.payout_id = p.id where t.prepared_at < a.at
      union all select 'beneficiary before its account', b.id from beneficiaries b join accounts c on c.id = b.account_id where b.created_at < c.created_at
      union all select 'role before its person', g.id from role_grants g join users u on u.id = g.user_id where g.valid_from < u.created_at
      union all select 'decision before its proposal', c.id from changes c where c.decided_at < c.proposed_at
      union all select 'movement before its account', e.id from journals e where e.at < (select min(created_at) from accounts)`;
    expect([...wrong]).toEqual([]);
  });

  test("leaves books that balance, with every cached figure equal to its entries", async () => {
    const [sum] = await database.superuser`select coalesce(sum(amount_paise), 0)::text as sum from ledger_entries`;
    expect(sum?.["sum"]).toBe("0");
    const wrong = await database.superuser`
      select b.account_id from account_balances b
      where b.balance_paise <> -(select coalesce(sum(e.amount_paise), 0) from ledger_entries e join ledger_accounts a on a.id = e.ledger_account_id where a.kind = 'payee_available' and a.account_id = b.account_id)
         or b.held_paise <> (select coalesce(sum(h.amount_paise), 0) from holds h where h.account_id = b.account_id and h.status = 'open')`;
    expect([...wrong]).toEqual([]);
  });
});

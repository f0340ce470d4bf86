import { sql, type SQL } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { permissionsOf, type Role } from "@/lib/access";
import { createAccount } from "@/lib/accounts";
import { read, systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { paise } from "@/lib/money";
import { useDatabase } from "@/lib/testing/database";
import { dayMs, istDay, parseInstant, plusMs } from "@/lib/time";
import { blindIndex } from "@/lib/vault";
import { countTransactions, getTransaction, indexMovement, listTransactions, recordEvidence, transactionsMark, type Movement } from "./index.ts";
import { parseFilter, serialiseFilter } from "./contract.ts";
import { listStatement, type ListInput } from "./queries.ts";

const database = useDatabase();
const start = parseInstant("2026-11-21T10:00:00+05:30") ?? systemCtx("test").now;

function as(...roles: Role[]): Ctx {
  return { ...systemCtx("test"), actor: { kind: "user", userId: "usr_test", sessionId: "ses_test", roles, permissions: permissionsOf(roles), factor: "totp" } };
}

const ids = { payment: newId("payment"), payout: newId("payout"), link: newId("link"), order: newId("order"), beneficiary: newId("beneficiary") };
let accountId = "";

beforeAll(async () => {
  accountId = (await withTransaction(systemCtx("test"), (tx) => createAccount(tx, { name: "Asha Stores", fundsAvailable: "at_capture" }))).id;
  const [emailIndex, phoneIndex, vpaIndex] = await Promise.all([
    blindIndex("customer.email", "Asha@Example.com"),
    blindIndex("customer.phone", "9876543210"),
    blindIndex("payer.vpa", "asha@okbank"),
  ]);
  const payment: Movement = {
    kind: "payment",
    sourceId: ids.payment,
    status: "succeeded",
    amountPaise: paise(125_000n),
    occurredAt: start,
    accountId,
    method: "upi",
    counterparty: "A•••• R••••",
    contactMask: "••••3210 · a••••@example.com",
    gatewayId: "1453002795",
    orderId: "CFPay_abc_1234",
    linkId: ids.link,
    bankReference: "AXIS234928698581",
    relatedIds: [ids.order, "1576977"],
    emailIndex,
    phoneIndex,
    vpaIndex,
  };
  const payout: Movement = {
    kind: "payout",
    sourceId: ids.payout,
    status: "waiting",
    amountPaise: paise(-100_000n),
    occurredAt: plusMs(start, 60_000),
    accountId,
    method: "imps",
    counterparty: "Asha Rao ••1191",
    last4: "1191",
    payeeId: ids.beneficiary,
  };
  await withTransaction(systemCtx("test"), async (tx) => {
    await indexMovement(tx, payment);
    await indexMovement(tx, payout);
    await recordEvidence(tx, {
      kind: "payment",
      sourceId: ids.payment,
      channel: "gateway",
      sentence: "The gateway reports the payment as captured.",
      reference: `payments/${ids.payment}`,
    });
  });
});

describe("one box finds a movement by", () => {
  test.each([
    ["our payment id", () => ids.payment],
    ["our id in capitals", () => ids.payment.toUpperCase()],
    ["the link's id", () => ids.link],
    ["our order's id", () => ids.order],
    ["the gateway's payment id", () => "1453002795"],
    ["the gateway's link id", () => "1576977"],
    ["the gateway's order id", () => "CFPay_abc_1234"],
    ["the bank reference", () => "AXIS234928698581"],
    ["the bank reference in small letters", () => "axis234928698581"],
    ["the bank reference in the groups of a printed statement", () => "AXIS 2349-2869 8581"],
    ["the gateway's payment id in groups", () => "1453 002 795"],
    ["the e-mail address, however it is written", () => "aSHA@example.COM"],
    ["the phone number", () => "9876543210"],
    ["the phone number with its country code", () => "+91 98765 43210"],
    ["the UPI address", () => "Asha@OkBank"],
  ])("%s", async (_name, typed) => {
    const page = await listTransactions(as("support"), { q: typed() });
    expect(page.items.map((item) => item.sourceId)).toEqual([ids.payment]);
    expect(page.exactId).toBe(page.items[0]?.id);
  });

  test("its own transaction id", async () => {
    const [first] = (await listTransactions(as("support"), { q: ids.payment })).items;
    expect((await listTransactions(as("support"), { q: first?.id })).items.map((item) => item.sourceId)).toEqual([ids.payment]);
  });

  test("the beneficiary's id and the payout's id", async () => {
    for (const q of [ids.beneficiary, ids.payout]) expect((await listTransactions(as("finance_admin"), { q })).items.map((item) => item.sourceId)).toEqual([ids.payout]);
  });

  test("its last four digits only together with another filter, and says so otherwise", async () => {
    const alone = await listTransactions(as("finance_admin"), { q: "1191" });
    expect([alone.items.length, alone.search?.needsMore]).toEqual([0, true]);
    expect(alone.search?.sentence).toMatch(/date range or another filter/);
    expect((await listTransactions(as("finance_admin"), { q: "1191", kind: ["payout"] })).items.map((item) => item.sourceId)).toEqual([ids.payout]);
    expect((await listTransactions(as("finance_admin"), { q: "1191", from: istDay(start), to: istDay(start) })).items).toHaveLength(1);
  });
});

test("a stranger's identifier finds nothing", async () => {
  for (const q of ["nobody@example.com", "9000000000", "po_00000000000000000000000000", "NOSUCHREFERENCE", "%", "' or 1=1 --"])
    expect((await listTransactions(as("support"), { q })).items).toEqual([]);
});

test("what a role may not see does not leave the server", async () => {
  const support = await getTransaction(as("support"), ids.payment);
  expect([support.bankReference, support.contactMask]).toEqual(["••••8581", "••••3210 · a••••@example.com"]);
  const owner = await getTransaction(as("owner"), ids.payment);
  expect([owner.bankReference, owner.contactMask]).toEqual(["AXIS234928698581", null]);
  const payout = await getTransaction(as("support"), ids.payout);
  expect([payout.last4, payout.counterparty]).toEqual([null, "A•••• R••••"]);
  expect(payout.withheld.map((item) => item.field)).toContain("last4");
  const listed = await listTransactions(as("support"), { kind: ["payout"] });
  expect(listed.items.map((item) => item.counterparty)).toEqual(["A•••• R••••"]);
  expect(JSON.stringify(listed)).not.toMatch(/1191|Asha Rao/);
});

test("the panel carries the timeline with the row that proves each step", async () => {
  const panel = await getTransaction(as("support"), ids.payment);
  expect(panel.timeline.map((step) => [step.channel, step.reference, step.actor])).toEqual([["gateway", `payments/${ids.payment}`, "Countersign"]]);
});

test("a later write of a movement keeps its place, its id and what it does not mention", async () => {
  const before = await getTransaction(as("finance_admin"), ids.payout);
  await withTransaction(systemCtx("test"), (tx) =>
    indexMovement(tx, { kind: "payout", sourceId: ids.payout, status: "moving", amountPaise: paise(-100_000n), occurredAt: plusMs(start, dayMs) }),
  );
  const after = await getTransaction(as("finance_admin"), ids.payout);
  expect([after.id, after.occurredAt, after.counterparty, after.status]).toEqual([before.id, before.occurredAt, "Asha Rao ••1191", "moving"]);
});

test("the mark changes with whatever happens to a movement, also with what took its number early and is committed late, and with nothing else", async () => {
  const mark = async () => (await transactionsMark()).mark;
  const marks = [await mark()];
  expect(await mark()).toBe(marks[0]);
  const step = { kind: "payment", sourceId: ids.payment, channel: "system", sentence: "It was looked at.", reference: "tests/1" } as const;
  const held = Promise.withResolvers<void>();
  const wrote = Promise.withResolvers<void>();
  const late = database.superuser.begin(async (sql) => {
    await sql`select set_config('app.actor', 'system:test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await sql`insert into transaction_evidence (kind, source_id, at, channel, sentence, actor_id, reference) values ('payment', ${ids.payment}, ${start.toISOString()}, 'system', 'Late.', 'system:test', 'tests/2')`;
    wrote.resolve();
    await held.promise;
  });
  await wrote.promise;
  await withTransaction(systemCtx("test"), (tx) => recordEvidence(tx, step));
  marks.push(await mark());
  held.resolve();
  await late;
  marks.push(await mark());
  expect(new Set(marks).size).toBe(3);
});

test("a filter survives the address bar unchanged, and nonsense in an address is left out", () => {
  const filter = {
    q: "a b&c=d",
    status: ["failed", "unknown"] as ("failed" | "unknown")[],
    kind: ["payment"] as "payment"[],
    from: "2026-11-01",
    to: "2026-11-30",
    min: "100",
    max: "500000",
  };
  expect(parseFilter(Object.fromEntries(serialiseFilter(filter)))).toEqual(filter);
  expect(parseFilter({ status: "nonsense", from: "yesterday", min: "1.5", kind: ["a", "b"], id: "tx_1" })).toEqual({});
});

describe("with many rows", () => {
  beforeAll(async () => {
    await database.superuser.begin(async (sqlTx) => {
      await sqlTx`select set_config('app.actor', 'test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sqlTx.unsafe(`insert into transactions (id, kind, source_id, account_id, status, amount_paise, magnitude_paise, gateway_id, order_id, bank_reference, related_ids, phone_index, email_index, last4, occurred_at, updated_at)
        select 'tx_' || lpad(n::text, 26, '0'), case when n % 50 = 0 then 'payout' else 'payment' end, 'pay_' || lpad(n::text, 26, '0'), '${accountId}',
          case when n % 997 = 0 then 'unknown' when n % 20 = 0 then 'failed' else 'succeeded' end, n * 100, n * 100, 'cf' || n, 'order' || n, 'UTR' || n, array['rel' || n], decode(md5(n::text), 'hex'), decode(md5('e' || n), 'hex'), lpad((n % 10000)::text, 4, '0'),
          timestamptz '2026-01-01 00:00:00+05:30' + (n / 3) * interval '1 minute', timestamptz '2026-01-01' from generate_series(1, 20000) n`);
    });
    await database.superuser`analyze transactions`;
    await database.superuser`vacuum analyze transactions`;
  });

  async function plan(input: ListInput): Promise<string> {
    const listed = await listStatement(input);
    if ("needsMore" in listed) throw new Error("not a statement");
    const statement: SQL = sql`explain ${listed.statement}`;
    const rows = await read(async (db) => [...(await db.execute<{ "QUERY PLAN": string }>(statement))]);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }

  test.each<[string, ListInput]>([
    ["nothing", {}],
    ["one status", { status: ["unknown"] }],
    ["several statuses", { status: ["unknown", "reversed"] }],
    ["a kind", { kind: ["payout"] }],
    ["an account", { account: "acct_00000000000000000000000000" }],
    ["a date range", { from: "2026-01-02", to: "2026-01-02" }],
    ["an amount range", { min: "100000", max: "110000" }],
    ["a phone number", { q: "9876543210" }],
    ["an e-mail address", { q: "asha@example.com" }],
    ["a bank reference", { q: "UTR777" }],
    ["our id", { q: "pay_00000000000000000000000777" }],
    ["last four digits in a date range", { q: "0777", from: "2026-01-01", to: "2026-01-31" }],
  ])("the list by %s reads an index, never the whole table", async (_name, input) => {
    const text = await plan(input);
    expect(text).toMatch(/Index|Bitmap/);
    expect(text).not.toMatch(/Seq Scan on transactions/);
  });

  test("pages follow each other without a gap or a repeat, though many rows share an instant", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listTransactions(as("auditor"), { status: ["failed"], limit: "100", cursor });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const [expected] = await database.superuser`select count(*)::int as count from transactions where status = 'failed'`;
    expect([seen.length, new Set(seen).size]).toEqual([expected?.["count"], expected?.["count"]]);
  });

  test("counts agree with the rows under the filter and stop at their bound", async () => {
    const counts = await countTransactions(as("auditor"), {});
    expect(counts.byStatus.succeeded).toEqual({ count: 10_000, more: true });
    const [unknown] = await database.superuser`select count(*)::int as count from transactions where status = 'unknown'`;
    expect(counts.byStatus.unknown).toEqual({ count: unknown?.["count"], more: false });
    const narrow = await countTransactions(as("auditor"), { min: "100000", max: "110000" });
    const [expected] = await database.superuser`select count(*)::int as count from transactions where magnitude_paise between 100000 and 110000`;
    expect(narrow.all).toEqual({ count: expected?.["count"], more: false });
  });

  test("a cursor nobody gave out is refused", async () => {
    await expect(listTransactions(as("auditor"), { cursor: "bm90IGEgY3Vyc29y" })).rejects.toThrow(/does not exist/);
  });
});

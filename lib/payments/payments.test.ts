import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAccount } from "@/lib/accounts";
import { permissionsOf } from "@/lib/access";
import { startTestEmulator, type TestEmulator } from "@/lib/cashfree/emulator/harness";
import { setConfig } from "@/lib/config";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { getBalance } from "@/lib/ledger";
import { drainJobs } from "@/lib/jobs";
import { paise } from "@/lib/money";
import { inItsTime } from "@/lib/testing/config";
import { useDatabase } from "@/lib/testing/database";
import { minuteMs, setClockOffsetMs } from "@/lib/time";
import { listTransactions } from "@/lib/transactions";
import { applyPaymentTruth, cancelLink, createLink, getLink, paymentJobs, paymentSweeps, refreshLink } from "./index.ts";

const database = useDatabase();
let emulator: TestEmulator;
let accountId = "";

function supportCtx(key?: string): Ctx {
  return {
    ...systemCtx("test"),
    actor: { kind: "user", userId: "usr_support", sessionId: "ses_test", roles: ["support"], permissions: permissionsOf(["support"]), factor: "totp" },
    idempotency: key === undefined ? null : { key, route: "/api/links", bodyHash: key },
  };
}

const request = (over: object = {}) => ({
  accountId,
  amountPaise: paise(125_000n),
  purpose: "Invoice 42",
  phone: "9876543210",
  email: "asha@example.com",
  customerName: "Asha Rao",
  validDays: 7,
  ...over,
});
const pay = (linkId: string, outcome: "success" | "failure" | "dropped" = "success", vpa = "asha@okbank") => emulator.control(`links/${linkId}/pay`, { outcome, vpa });
const sweepAll = async (): Promise<void> => {
  for (const sweep of paymentSweeps) await sweep.run(systemCtx("test-sweep"));
};
const ordersOf = async (linkId: string): Promise<string[]> => (await emulator.state()).orders.filter((order) => order.linkId === linkId).map((order) => order.orderId);

beforeAll(async () => {
  emulator = await startTestEmulator();
  setConfig({ ...database.config, cashfree: { ...database.config.cashfree, ...emulator.settings, pg: database.config.cashfree.pg, payout: database.config.cashfree.payout } });
  accountId = (await withTransaction(systemCtx("test"), (tx) => createAccount(tx, { name: "Asha Stores", fundsAvailable: "at_capture" }))).id;
});
afterAll(async () => {
  setClockOffsetMs(0);
  await emulator.close();
});

test("a link is made at the gateway under our id and shows where to pay; the customer is only ever masked", async () => {
  const link = await createLink(supportCtx("k".repeat(16)), request());
  expect(link.status).toBe("active");
  expect(link.url?.startsWith(emulator.url)).toBe(true);
  expect([link.phoneMask, link.emailMask, link.customerMask]).toEqual(["••••3210", "a••••@example.com", "A•••• R••••"]);
  const [row] = await database.superuser`select encode(phone_ct, 'escape') as ct from payment_links where id = ${link.id}`;
  expect(row?.["ct"]).not.toContain("9876543210");
});

test("the same idempotency key makes one link and answers with it again", async () => {
  const first = await createLink(supportCtx("same-key-same-key"), request());
  const second = await createLink(supportCtx("same-key-same-key"), request());
  expect(second.id).toBe(first.id);
  expect((await emulator.state()).links.filter((link) => link.linkId === first.id)).toHaveLength(1);
});

test("a captured payment books once, is searchable, and is credited to the account of our own link row", async () => {
  const before = (await getBalance(accountId)).balancePaise;
  const link = await createLink(supportCtx(), request());
  await pay(link.id);
  const [orderId] = await ordersOf(link.id);
  const asked = { orderId: orderId ?? "" };
  await Promise.all([applyPaymentTruth(systemCtx("a"), asked), applyPaymentTruth(systemCtx("b"), asked), applyPaymentTruth(systemCtx("c"), asked)]);
  await refreshLink(systemCtx("test"), link.id);
  expect((await getBalance(accountId)).balancePaise - before).toBe(125_000n);
  expect((await getLink(supportCtx(), link.id)).status).toBe("paid");
  const page = await listTransactions(supportCtx(), { q: link.id });
  expect(page.items.map((item) => [item.status, item.amountPaise, item.accountId])).toEqual([["succeeded", "125000", accountId]]);
});

test("an order that no link of ours made goes to suspense, whatever the order says of itself", async () => {
  const orderId = "stranger_1";
  await emulator.client.createOrder({ orderId, amountPaise: paise(50_000n), customer: { id: "cust1", phone: "9876543210" }, tags: { account_id: accountId } });
  await emulator.control(`orders/${orderId}/pay`, { outcome: "success" });
  const before = (await getBalance(accountId)).balancePaise;
  const { paymentIds } = await applyPaymentTruth(systemCtx("test"), { orderId });
  expect((await getBalance(accountId)).balancePaise).toBe(before);
  const [row] = await database.superuser`select account_id, status from payments where id = ${paymentIds[0] ?? ""}`;
  expect(row).toMatchObject({ account_id: null, status: "succeeded" });
  const [suspense] =
    await database.superuser`select sum(e.amount_paise)::text as sum from ledger_entries e join ledger_accounts a on a.id = e.ledger_account_id where a.kind = 'suspense'`;
  expect(suspense?.["sum"]).toBe("-50000");
});

test("any permutation and repetition of asking, with attempts that fail and drop before one succeeds, ends in the same state", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(["failure", "dropped", "success"] as const, { minLength: 1 }),
      fc.array(fc.nat(5), { minLength: 3, maxLength: 6 }),
      async (outcomes, asks) => {
        const link = await createLink(supportCtx(), request({ amountPaise: paise(10_100n) }));
        const before = (await getBalance(accountId)).balancePaise;
        for (const outcome of outcomes) {
          await pay(link.id, outcome).catch(() => undefined);
          const known = await ordersOf(link.id);
          const orderId = known[(asks[0] ?? 0) % Math.max(known.length, 1)];
          if (orderId !== undefined && (asks[1] ?? 0) % 2 === 0) await applyPaymentTruth(systemCtx("early"), { orderId });
        }
        const orders = await ordersOf(link.id);
        await Promise.all(
          asks.map((ask) =>
            ask % 3 === 0 ? refreshLink(systemCtx("x"), link.id).catch(() => undefined) : applyPaymentTruth(systemCtx("y"), { orderId: orders[ask % orders.length] ?? "" }),
          ),
        );
        await refreshLink(systemCtx("last"), link.id);
        const truth = (await emulator.state()).payments.filter((payment) => orders.includes(payment.orderId));
        const rows =
          await database.superuser`select p.cf_payment_id, p.status, t.status as shown from payments p join orders o on o.id = p.order_id join transactions t on t.source_id = p.id where o.link_id = ${link.id} order by 1`;
        const meaning: Record<string, string[]> = {
          SUCCESS: ["succeeded", "succeeded"],
          FAILED: ["failed", "failed"],
          USER_DROPPED: ["dropped", "cancelled"],
          PENDING: ["pending", "pending"],
        };
        expect(rows.map((row) => [row["cf_payment_id"], row["status"], row["shown"]])).toEqual(
          truth.map((payment) => [payment.cfPaymentId, ...(meaning[payment.status] ?? [])]).sort((left, right) => ((left[0] ?? "") < (right[0] ?? "") ? -1 : 1)),
        );
        const captured = truth.filter((payment) => payment.status === "SUCCESS").length;
        expect((await getBalance(accountId)).balancePaise - before).toBe(10_100n * BigInt(captured));
        expect((await getLink(supportCtx(), link.id)).status).toBe(captured > 0 ? "paid" : "active");
      },
    ),
    { numRuns: 8 },
  );
});

test("when no webhook ever comes, the sweep finds the payment", async () => {
  const link = await createLink(supportCtx(), request());
  await pay(link.id);
  setClockOffsetMs(minuteMs);
  await sweepAll();
  setClockOffsetMs(0);
  expect((await getLink(supportCtx(), link.id)).status).toBe("paid");
});

test("a link that always fails, whatever the failure, is pushed back and keeps no other waiting", async () => {
  const broken = await createLink(supportCtx(), request());
  const sound = await createLink(supportCtx(), request());
  await pay(sound.id);
  await database.superuser.begin(async (raw) => {
    await raw`set local session_replication_role = replica`;
    // Sealed for another row, its customer cannot be opened: the sweep meets an error that is no gateway's.
    await raw`update payment_links set status = 'creating', id = ${`${broken.id.slice(0, -1)}0`} where id = ${broken.id}`;
    await raw`update payment_links set next_check_at = created_at where id in (${`${broken.id.slice(0, -1)}0`}, ${sound.id})`;
  });
  await sweepAll();
  expect((await getLink(supportCtx(), sound.id)).status).toBe("paid");
  const [row] = await database.superuser`select next_check_at > created_at as pushed from payment_links where id = ${`${broken.id.slice(0, -1)}0`}`;
  expect(row?.["pushed"]).toBe(true);
});

test("payments whose order always fails are asked about in turn, so that they starve nobody", async () => {
  await database.superuser.begin(async (raw) => {
    await raw`set local session_replication_role = replica`;
    await raw`insert into orders (id, gateway_order_id, amount_paise, created_at) select 'ord_starve_' || n, 'starve_' || n, 100, now() from generate_series(1, 25) n`;
    await raw`insert into payments (id, cf_payment_id, order_id, amount_paise, status, created_at, updated_at, next_check_at)
      select 'pay_starve_' || n, 'starve_' || n, 'ord_starve_' || n, 100, 'pending', now(), now(), now() - n * interval '1 minute' from generate_series(1, 25) n`;
  });
  const due = async (): Promise<unknown[]> => [...(await database.superuser`select id from payments where id like 'pay_starve_%' and next_check_at <= now()`)];
  await emulator.control("faults", { match: { method: "GET", path: "/pg/orders" }, kind: "error_before", times: 100 });
  await sweepAll();
  expect(await due()).toHaveLength(5);
  await sweepAll();
  expect(await due()).toEqual([]);
  await emulator.control("faults/clear");
  await database.superuser.begin(async (raw) => {
    await raw`set local session_replication_role = replica`;
    await raw`delete from payments where id like 'pay_starve_%'`;
  });
});

test("a link of another environment, or one the gateway does not know long after it ended, is not asked about any more", async () => {
  const strange = await createLink(supportCtx(), request());
  const forgotten = await createLink(supportCtx(), request());
  const unknown = `${forgotten.id.slice(0, -1)}${forgotten.id.endsWith("0") ? "1" : "0"}`;
  await database.superuser.begin(async (raw) => {
    await raw`set local session_replication_role = replica`;
    await raw`update payment_links set environment = 'sandbox', url = null where id = ${strange.id}`;
    await raw`update payment_links set id = ${unknown}, expires_at = now() - interval '2 days' where id = ${forgotten.id}`;
  });
  for (const id of [strange.id, unknown]) expect(await refreshLink(systemCtx("test"), id)).toEqual({ known: false, paymentIds: [] });
  const rows = await database.superuser`select next_check_at from payment_links where id in (${strange.id}, ${unknown})`;
  expect(rows.map((row) => row["next_check_at"])).toEqual([null, null]);
});

test.each(["timeout_after", "timeout_before", "error_after", "error_before", "html", "truncated"] as const)(
  "a gateway that answers a link's creation with %s leaves one link, finished by the sweep",
  async (kind) => {
    await emulator.control("faults", { match: { method: "POST", path: "/pg/links" }, kind, times: 1 });
    const link = await inItsTime(kind, () => createLink(supportCtx(), request()));
    expect(link.status).toBe("creating");
    setClockOffsetMs(minuteMs);
    await sweepAll();
    await sweepAll();
    setClockOffsetMs(0);
    expect((await getLink(supportCtx(), link.id)).status).toBe("active");
    expect((await emulator.state()).links.filter((there) => there.linkId === link.id)).toHaveLength(1);
  },
);

test("an open link can be cancelled, a paid one cannot, and the refusal says why", async () => {
  const open = await createLink(supportCtx(), request());
  expect((await cancelLink(supportCtx(), open.id)).status).toBe("cancelled");
  const paid = await createLink(supportCtx(), request());
  await pay(paid.id);
  await refreshLink(systemCtx("test"), paid.id);
  await expect(cancelLink(supportCtx(), paid.id)).rejects.toThrow(/already paid/);
  await drainJobs(paymentJobs);
});

test("the database refuses to move a payment backwards or to change what it was for", async () => {
  const [row] = await database.superuser`select id from payments where status = 'succeeded' limit 1`;
  const id: string = row?.["id"];
  const guarded = (statement: string) =>
    database.superuser.begin(async (sql) => {
      await sql`select set_config('app.actor', 'test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql.unsafe(statement, [id]);
    });
  await expect(guarded("update payments set status = 'failed' where id = $1")).rejects.toThrow(/cannot go from/);
  await expect(guarded("update payments set amount_paise = 1 where id = $1")).rejects.toThrow(/cannot change/);
});

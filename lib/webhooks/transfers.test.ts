import fc from "fast-check";
import { expect, test } from "vitest";
import { POST } from "@/app/api/webhooks/cashfree/payouts/route";
import { signWebhook } from "@/lib/cashfree";
import { systemCtx } from "@/lib/context";
import { drainJobs } from "@/lib/jobs";
import { getBalance } from "@/lib/ledger";
import { applyTransferTruth, dispatchPayout } from "@/lib/payouts";
import { sensitive } from "@/lib/sensitive";
import { ask, signAs, usePayoutDesk } from "@/lib/testing/payouts";
import { clockNow, hourMs } from "@/lib/time";
import { webhookJobs } from "./index.ts";

const desk = usePayoutDesk();

type Event = { body: string; key: string };

async function deliver(event: Event, ageMs: number): Promise<void> {
  const raw = new TextEncoder().encode(event.body);
  const timestamp = (clockNow().getTime() - ageMs).toString();
  const headers = { "x-webhook-timestamp": timestamp, "x-webhook-signature": signWebhook(sensitive("test_payout_secret"), timestamp, raw), "x-idempotency-key": event.key };
  expect((await POST(new Request("http://localhost/", { method: "POST", headers, body: raw.slice().buffer }))).status).toBe(200);
}

const drain = () => drainJobs(webhookJobs);

/** As the worker would in time: jobs that could not be done yet are due again. */
async function settle(): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([drain(), drain()]);
    const left = await desk.database.superuser`update jobs set run_at = created_at, locked_until = null where name = 'webhook.apply' returning id`;
    if (left.length === 0) return;
  }
}

async function eventsOf(id: string): Promise<Event[]> {
  const { deliveries } = await desk.emulator.state();
  return deliveries.filter((delivery) => String(delivery.body).includes(id)).map((delivery) => ({ body: String(delivery.body), key: delivery.idempotencyKey ?? delivery.id }));
}

/** What the books say of one payout, by kind of account. */
async function booksOf(id: string): Promise<Record<string, string>> {
  const rows = await desk.database.superuser<{ kind: string; sum: string }[]>`
    select regexp_replace(e.ledger_account_id, '^la_|_acct_.*$', '', 'g') as kind, sum(e.amount_paise)::text as sum
    from ledger_entries e join journals j on j.id = e.journal_id where j.source_id = ${id} group by 1 having sum(e.amount_paise) <> 0`;
  return Object.fromEntries(rows.map((row) => [row.kind, row.sum]));
}

/** The lives a transfer may have at the gateway, and where each ends. */
const lives: [string[], string][] = [
  [["PENDING", "SENT_TO_BENEFICIARY", "COMPLETED"], "succeeded"],
  [["SENT_TO_BENEFICIARY", "COMPLETED", "REVERSED"], "reversed"],
  [["PENDING", "REVERSED"], "reversed"],
  [["PENDING", "FAILED"], "failed"],
  [["REJECTED"], "failed"],
];

let amount = 100_000n;

test("any permutation and duplication of a transfer's deliveries and readings ends in the same state and the same books", { timeout: 120_000 }, async () => {
  const fees = new Map<string, Set<string>>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...lives), fc.infiniteStream(fc.nat(1000)), async ([life, end], dice) => {
      const roll = (below: number): number => (dice.next().value ?? 0) % below;
      amount += 1000n;
      const before = await getBalance(desk.accountId);
      const { id } = await ask(desk, amount);
      await signAs(desk.admin, id);
      await dispatchPayout(systemCtx("test"), id);
      const ahead = [...life];
      const delivered = new Set<string>();
      const deliverOne = async (): Promise<void> => {
        const pool = await eventsOf(id);
        const event = pool[roll(Math.max(pool.length, 1))];
        if (event === undefined) return;
        delivered.add(event.body);
        await deliver(event, roll(4) === 0 ? hourMs : 0);
      };
      for (let step = 0; step < 12; step += 1) {
        const act = roll(5);
        const to = act === 0 ? ahead.shift() : undefined;
        if (to !== undefined) await desk.emulator.control(`transfers/${id}/advance`, { to });
        else if (act === 1) await drain();
        else if (act === 2) await Promise.all([applyTransferTruth(systemCtx("test"), id), applyTransferTruth(systemCtx("test"), id)]);
        else await deliverOne();
      }
      for (const to of ahead) await desk.emulator.control(`transfers/${id}/advance`, { to });
      const late = (await eventsOf(id)).filter((event) => !delivered.has(event.body));
      for (const event of late.reverse()) await deliver(event, 0);
      await settle();
      await applyTransferTruth(systemCtx("test"), id);
      const [row] = await desk.database
        .superuser`select status, unknown_since, stuck, (select status from holds h where h.payout_id = p.id) as hold from payouts p where id = ${id}`;
      expect(row).toMatchObject({ status: end, unknown_since: null, stuck: null, hold: end === "failed" ? "released" : "posted" });
      const books = await booksOf(id);
      const fee = BigInt(books["fees"] ?? "0");
      if (end === "succeeded") expect(books).toMatchObject({ payee_available: amount.toString(), payout_float: (-amount - fee).toString() });
      if (end === "reversed") expect(books).toEqual(fee === 0n ? {} : { fees: fee.toString(), payout_float: (-fee).toString() });
      if (end === "failed") expect(books).toEqual({});
      fees.set(life.join(), (fees.get(life.join()) ?? new Set()).add(fee.toString()));
      const after = await getBalance(desk.accountId);
      expect([before.balancePaise - after.balancePaise, after.heldPaise]).toEqual([end === "succeeded" ? amount : 0n, before.heldPaise]);
    }),
    { numRuns: 16 },
  );
  // What a transfer's life cost does not hang on when we looked: the fee is the gateway's record of it, none if it never went out.
  for (const [life, seen] of fees) expect([...seen], life).toHaveLength(1);
});

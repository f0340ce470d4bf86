import { expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { ask, ctxOf, passTime, signAs, usePayoutDesk } from "@/lib/testing/payouts";
import { clockNow, minuteMs, plusMs, secondMs } from "@/lib/time";
import { dispatchPayout, getPayout, payoutSweeps } from "./index.ts";
import { notBefore } from "./pace.ts";

const desk = usePayoutDesk();

const askSweep = async (): Promise<void> => {
  for (const sweep of payoutSweeps.filter(({ name }) => name === "payouts.ask")) await sweep.run(systemCtx("test"));
};

test("more payouts in trouble than one round takes cannot keep another waiting", async () => {
  const { id } = await ask(desk, 150_000n);
  await signAs(desk.admin, id);
  await dispatchPayout(systemCtx("test"), id);
  await desk.emulator.control(`transfers/${id}/advance`, { to: "COMPLETED" });
  passTime(minuteMs);
  // Copies that fail at every look, because their beneficiary is gone.
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into payouts select (jsonb_populate_record(p, jsonb_build_object('id', 'po_troubled' || n, 'beneficiary_id', 'ben_gone', 'cf_transfer_id', null, 'next_check_at', p.next_check_at - interval '1 minute'))).* from payouts p, generate_series(1, 60) n where p.id = ${id}`;
  });
  await askSweep();
  await askSweep();
  expect((await getPayout(ctxOf(desk.admin), id)).payout.status).toBe("succeeded");
});

test("a gateway that is asked too often is left alone for as long as it wants, and never asked sooner than our own pace", () => {
  const now = clockNow();
  const ours = plusMs(now, minuteMs);
  expect(notBefore(now, ours, 900)).toEqual(plusMs(now, 900 * secondMs));
  expect(notBefore(now, ours, 5)).toEqual(ours);
  expect(notBefore(now, ours, null)).toEqual(ours);
  expect(notBefore(now, null, 900)).toBeNull();
});

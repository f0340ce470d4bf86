import { beforeEach, expect, test } from "vitest";
import { disablePerson } from "@/lib/auth";
import { systemCtx, withTransaction } from "@/lib/context";
import { ask, ctxOf, newBeneficiary, paidBefore, passTime, personWith, signAs, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { clockNow, minuteMs } from "@/lib/time";
import { cancelPayout, dispatchPayout, getPayout } from "./index.ts";
import { pursuePayout } from "./resolve.ts";

const desk = usePayoutDesk();
const ctx = systemCtx("test");
let amount = 100_000n;
beforeEach(() => {
  amount += 1000n;
});

const panelOf = (id: string) => getPayout(ctxOf(desk.admin), id);
const moneyFor = async (id: string) => (await desk.emulator.state()).transfers.filter((transfer) => transfer.transferId === id);

/** A signed payout to a beneficiary that the gateway has never seen. */
async function toUnregistered(signer: Person = desk.admin): Promise<{ id: string; beneficiaryId: string }> {
  const beneficiaryId = await newBeneficiary(desk.accountId);
  await paidBefore(desk.database, desk.accountId, beneficiaryId);
  const { id } = await ask(desk, amount, { beneficiaryId });
  await signAs(signer, id);
  return { id, beneficiaryId };
}

async function settleDown(id: string): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    passTime(minuteMs);
    await pursuePayout(systemCtx("test"), id);
  }
}

async function tamper(statement: string): Promise<void> {
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql.unsafe(statement);
  });
}

const tokenOf = (beneficiaryId: string) => `(select token_id from beneficiaries where id = '${beneficiaryId}')`;

test.each([
  [
    "the vault cannot open the destination",
    (id: string) =>
      `create table kept as select value_ct from vault_tokens where id = ${tokenOf(id)}; update vault_tokens set value_ct = set_byte(value_ct, length(value_ct) - 1, 255 - get_byte(value_ct, length(value_ct) - 1)) where id = ${tokenOf(id)}`,
    (id: string) => `update vault_tokens set value_ct = (select value_ct from kept) where id = ${tokenOf(id)}; drop table kept`,
  ],
  ["its registration cannot be recorded", () => "revoke update on beneficiaries from countersign_app", () => "grant update on beneficiaries to countersign_app"],
])("when %s, it surely reached nobody, and the same id is sent once that is mended", async (_what, breaking, mending) => {
  const { id, beneficiaryId } = await toUnregistered();
  await tamper(breaking(beneficiaryId));
  await dispatchPayout(ctx, id);
  await tamper(mending(beneficiaryId));
  expect(await panelOf(id)).toMatchObject({ payout: { status: "submitting", unknownSince: null }, attempts: [{ status: "not_sent", outcome: "not_ready" }] });
  expect(await moneyFor(id)).toEqual([]);
  await settleDown(id);
  expect((await moneyFor(id)).map((transfer) => transfer.createRequests)).toEqual([1]);
  expect((await panelOf(id)).attempts.map((attempt) => attempt.status)).toEqual(["not_sent", "accepted"]);
});

test("what surely reached nobody is not sent again on the signature of somebody who was shut out since, and its maker withdraws it", async () => {
  const signer = await personWith("finance_admin");
  const { id } = await toUnregistered(signer);
  await tamper("revoke update on beneficiaries from countersign_app");
  await dispatchPayout(ctx, id);
  await tamper("grant update on beneficiaries to countersign_app");
  await withTransaction({ ...systemCtx("test", "operator"), now: clockNow() }, (tx) => disablePerson(tx, { userId: signer.userId, reason: "left the company" }));
  await settleDown(id);
  expect(await moneyFor(id)).toEqual([]);
  const panel = await panelOf(id);
  expect([panel.payout.status, panel.next]).toEqual(["submitting", expect.stringMatching(/may not sign any more, so it is not sent/)]);
  expect(await cancelPayout(ctxOf(desk.maker), id, { reason: "asked for anew" })).toMatchObject({ status: "cancelled" });
});

test("a token that opens to another destination than the signed one is never sent", async () => {
  const { id, beneficiaryId } = await toUnregistered();
  const other = await newBeneficiary(desk.accountId);
  await tamper(`update beneficiaries set token_id = ${tokenOf(other)} where id = '${beneficiaryId}'`);
  await dispatchPayout(ctx, id);
  await settleDown(id);
  expect(await moneyFor(id)).toEqual([]);
  expect((await panelOf(id)).next).toMatch(/no longer the one that was signed/);
});

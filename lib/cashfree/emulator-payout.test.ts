import { createRequire } from "node:module";
import { Cashfree as PayoutSdk } from "cashfree-payout";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paise } from "@/lib/money";
import { hourMs } from "@/lib/time";
import { startTestEmulator, type TestEmulator } from "./emulator/harness.ts";

/** So long that no transfer goes on by itself while a test looks at it. */
const stepMs = hourMs;
let emulator: TestEmulator;
const version = "2024-01-01";

beforeAll(async () => {
  emulator = await startTestEmulator({ tuning: { stepMs, walletPaise: "10000000" } });
  // The SDK's hosts are hard-coded: its own axios carries the requests to the emulator instead.
  const load = createRequire(createRequire(import.meta.url).resolve("cashfree-payout"));
  const axios: { create: () => NonNullable<typeof PayoutSdk.axios> } = load("axios");
  const redirected = axios.create();
  redirected.interceptors.request.use((request) => {
    request.url = (request.url ?? "").replace("https://sandbox.cashfree.com", emulator.url);
    return request;
  });
  PayoutSdk.XEnableErrorAnalytics = false;
  PayoutSdk.XClientId = emulator.settings.payout.clientId;
  PayoutSdk.XClientSecret = emulator.settings.payout.clientSecret.reveal();
  PayoutSdk.XEnvironment = PayoutSdk.Environment.SANDBOX;
  PayoutSdk.axios = redirected;
});

afterAll(() => emulator.close());

async function refusal(call: Promise<unknown>): Promise<{ status: number; code: string }> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const { response } = error as { response: { status: number; data: { code: string } } };
  return { status: response.status, code: response.data.code };
}

function transfer(transfer_id: string, to: string, transfer_amount = 100.25): Parameters<typeof PayoutSdk.PayoutInitiateTransfer>[2] {
  const [bank_account_number, bank_ifsc] = to.split("/");
  const instrument = to.includes("@") ? { vpa: to } : { bank_account_number: bank_account_number ?? "", bank_ifsc: bank_ifsc ?? "" };
  return {
    transfer_id,
    transfer_amount,
    transfer_mode: to.includes("@") ? "upi" : "imps",
    beneficiary_details: { beneficiary_name: "Demo Traders", beneficiary_instrument_details: instrument },
  };
}

async function statusOf(transferId: string): Promise<string> {
  const { data } = await PayoutSdk.PayoutFetchTransfer(version, undefined, undefined, transferId);
  return `${data.status}/${(data as { status_code?: string }).status_code}`;
}

describe("the official payout SDK on the emulator", () => {
  test("a beneficiary is created, read by id and by account, and deleted", async () => {
    const bank = { bank_account_number: "026291800001191", bank_ifsc: "YESB0000262" };
    const made = await PayoutSdk.PayoutCreateBeneficiary(version, "req_1", { beneficiary_id: "ben_1", beneficiary_name: "Demo Traders", beneficiary_instrument_details: bank });
    expect([made.status, made.headers["x-request-id"]]).toEqual([201, "req_1"]);
    expect(made.data).toMatchObject({ beneficiary_id: "ben_1", beneficiary_status: "VERIFIED", beneficiary_instrument_details: bank });
    expect((await PayoutSdk.PayoutFetchBeneficiary(version, undefined, "ben_1")).data).toEqual(made.data);
    expect((await PayoutSdk.PayoutFetchBeneficiary(version, undefined, undefined, bank.bank_account_number, bank.bank_ifsc)).data.beneficiary_id).toBe("ben_1");
    expect(
      await refusal(
        PayoutSdk.PayoutCreateBeneficiary(version, undefined, { beneficiary_id: "ben_1", beneficiary_name: "Other", beneficiary_instrument_details: { vpa: "other@upi" } }),
      ),
    ).toEqual({ status: 409, code: "beneficiary_id_already_exists" });
    expect(
      await refusal(PayoutSdk.PayoutCreateBeneficiary(version, undefined, { beneficiary_id: "ben_2", beneficiary_name: "Other", beneficiary_instrument_details: bank })),
    ).toEqual({ status: 409, code: "beneficiary_already_exists" });
    expect((await PayoutSdk.PayoutDeleteBeneficiary(version, undefined, "ben_1")).data.beneficiary_status).toBe("DELETED");
    expect(await refusal(PayoutSdk.PayoutFetchBeneficiary(version, undefined, "ben_1"))).toEqual({ status: 404, code: "beneficiary_not_found" });
  });

  const way: [string, string, string[]][] = [
    ["success", "026291800001191/YESB0000262", ["RECEIVED/RECEIVED", "PENDING/PENDING", "SUCCESS/SENT_TO_BENEFICIARY", "SUCCESS/COMPLETED", "SUCCESS/COMPLETED"]],
    ["upi", "success@upi", ["RECEIVED/RECEIVED", "PENDING/PENDING", "SUCCESS/SENT_TO_BENEFICIARY", "SUCCESS/COMPLETED", "SUCCESS/COMPLETED"]],
    ["upifail", "failure@upi", ["RECEIVED/RECEIVED", "PENDING/PENDING", "FAILED/BENE_BANK_DECLINED", "FAILED/BENE_BANK_DECLINED"]],
    ["invalid", "026291800001190/YESB0000262", ["RECEIVED/RECEIVED", "PENDING/PENDING", "FAILED/INVALID_ACCOUNT_FAIL", "FAILED/INVALID_ACCOUNT_FAIL"]],
    ["ifsc", "2640101002729/CNRR0002640", ["RECEIVED/RECEIVED", "PENDING/PENDING", "FAILED/INVALID_IFSC_FAIL"]],
    ["pending", "007711000031/HDFC0000077", ["RECEIVED/RECEIVED", "PENDING/PENDING", "PENDING/PENDING", "PENDING/PENDING", "PENDING/PENDING"]],
    [
      "reversed",
      "02014457596969/CITI0000001",
      ["RECEIVED/RECEIVED", "PENDING/PENDING", "SUCCESS/SENT_TO_BENEFICIARY", "SUCCESS/SENT_TO_BENEFICIARY", "REVERSED/RETURNED_FROM_BENEFICIARY"],
    ],
    ["anyother", "123456789012/HDFC0000123", ["RECEIVED/RECEIVED", "PENDING/PENDING", "FAILED/INVALID_ACCOUNT_FAIL"]],
  ];
  test.each(way)("the published destination for %s goes its documented way", async (id, to, expected) => {
    const created = await PayoutSdk.PayoutInitiateTransfer(version, undefined, transfer(id, to));
    const seen = [`${created.data.status}/${(created.data as { status_code?: string }).status_code}`];
    for (let step = 1; step < expected.length; step += 1) {
      await emulator.advance(stepMs);
      seen.push(await statusOf(id));
    }
    expect(seen).toEqual(expected);
    expect(created.data.transfer_amount).toBe(100.25);
  });

  test("the wallet sets money aside, pays it once with its charge, and gets it back on reversal", async () => {
    const start = (await emulator.state()).wallet;
    await PayoutSdk.PayoutInitiateTransfer(version, undefined, transfer("wallet_1", "02014457596969/CITI0000001", 1000));
    const held = (await emulator.state()).wallet;
    expect([BigInt(held.balancePaise) - BigInt(start.balancePaise), BigInt(held.heldPaise) - BigInt(start.heldPaise)]).toEqual([0n, 100_118n]);
    await emulator.advance(2 * stepMs);
    const paid = await emulator.client.getPayoutBalance();
    expect(paid.kind === "answer" && paid.value).toEqual({
      balancePaise: BigInt(start.balancePaise) - 100_118n,
      availablePaise: BigInt(start.balancePaise) - 100_118n - BigInt(start.heldPaise),
    });
    await emulator.advance(2 * stepMs);
    expect((await emulator.state()).wallet).toEqual(start);
    expect((await emulator.state()).transfers.find((item) => item.transferId === "wallet_1")).toMatchObject({ status: "REVERSED", timesDebited: 1, money: "returned" });
  });

  test("a transfer beyond the wallet, or over a rail its destination lacks, is REJECTED with HTTP 200", async () => {
    const beyond = await PayoutSdk.PayoutInitiateTransfer(version, undefined, transfer("poor", "026291800001191/YESB0000262", 100_000_000));
    expect([beyond.status, beyond.data.status, (beyond.data as { status_code?: string }).status_code]).toEqual([200, "REJECTED", "INSUFFICIENT_BALANCE"]);
    const rail = await PayoutSdk.PayoutInitiateTransfer(version, undefined, {
      ...transfer("rail", "026291800001191/YESB0000262"),
      transfer_id: "rail",
      transfer_amount: 5,
      transfer_mode: "upi",
    });
    expect([rail.data.status, (rail.data as { status_code?: string }).status_code]).toEqual(["REJECTED", "INVALID_MODE_FOR_PYID"]);
  });

  test("a repeated transfer_id never makes a second transfer, in either reading of the documentation", async () => {
    const first = await PayoutSdk.PayoutInitiateTransfer(version, undefined, transfer("twice", "026291800001191/YESB0000262"));
    expect(await refusal(PayoutSdk.PayoutInitiateTransfer(version, undefined, transfer("twice", "026291800001191/YESB0000262")))).toEqual({
      status: 409,
      code: "transfer_id_already_exists",
    });
    await emulator.control("tuning", { duplicateTransfer: "echo" });
    const echoed = await PayoutSdk.PayoutInitiateTransfer(version, undefined, transfer("twice", "026291800001191/YESB0000262", 7));
    expect(echoed.data).toMatchObject({ cf_transfer_id: first.data.cf_transfer_id, transfer_amount: 100.25 });
    const ours = await emulator.client.createTransfer({ transferId: "twice", amountPaise: paise(700n), mode: "imps", beneficiary: { id: "ben_none" } });
    expect(ours).toEqual({ kind: "already_exists", code: "echoed_other_transfer" });
    await emulator.control("tuning", { duplicateTransfer: "conflict" });
    await emulator.advance(3 * stepMs);
    expect((await emulator.state()).transfers.find((item) => item.transferId === "twice")).toMatchObject({ timesDebited: 1, createRequests: 4 });
  });

  test("a transfer is refused without an id, amount or known beneficiary", async () => {
    const good = transfer("bad_1", "026291800001191/YESB0000262");
    expect(await refusal(PayoutSdk.PayoutInitiateTransfer(version, undefined, { ...good, transfer_amount: 5, transfer_id: "a-b" }))).toEqual({
      status: 400,
      code: "transfer_id_invalid",
    });
    expect(await refusal(PayoutSdk.PayoutInitiateTransfer(version, undefined, { ...good, transfer_id: "bad_2", transfer_amount: 0.99 }))).toEqual({
      status: 400,
      code: "transfer_amount_invalid",
    });
    expect(
      await refusal(PayoutSdk.PayoutInitiateTransfer(version, undefined, { transfer_id: "bad_3", transfer_amount: 5, beneficiary_details: { beneficiary_id: "nobody" } })),
    ).toEqual({ status: 404, code: "beneficiary_not_found" });
    expect(await refusal(PayoutSdk.PayoutFetchTransfer(version, undefined, undefined, "bad_2"))).toEqual({ status: 404, code: "transfer_id_not_found" });
    expect(await refusal(PayoutSdk.PayoutFetchTransfer("2023-01-01", undefined, undefined, "twice"))).toMatchObject({ status: 400, code: "version_invalid" });
  });

  test("what was recorded outlives a restart, and goes on from there", async () => {
    await PayoutSdk.PayoutInitiateTransfer(version, undefined, transfer("durable", "026291800001191/YESB0000262"));
    const before = await emulator.state();
    await emulator.restart();
    expect((await emulator.state()).wallet).toEqual(before.wallet);
    await emulator.advance(3 * stepMs);
    expect(await statusOf("durable")).toBe("SUCCESS/COMPLETED");
  });
});

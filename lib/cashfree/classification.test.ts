import { createServer } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { paise, parseRupees, zeroPaise } from "@/lib/money";
import { sensitive } from "@/lib/sensitive";
import { settingsFor, startListener, startTestEmulator, type Listener, type TestEmulator } from "./emulator/harness.ts";
import { createCashfree } from "./gateway.ts";
import type { CallReport } from "./http.ts";

let emulator: TestEmulator;
let listener: Listener;

beforeAll(async () => {
  emulator = await startTestEmulator();
  listener = await startListener();
});

afterAll(async () => {
  await emulator.close();
  await listener.close();
});

beforeEach(() => emulator.control("reset"));

const success = { accountNumber: sensitive("026291800001191"), ifsc: "YESB0000262" };

/** Waiting is cut short only where no answer comes at all, so that a busy machine changes nothing. */
function pay(transferId: string, timeoutMs = 10_000, bank = success): ReturnType<TestEmulator["client"]["createTransfer"]> {
  return createCashfree({ ...emulator.settings, timeoutMs }).createTransfer({
    transferId,
    amountPaise: paise(100_000n),
    mode: "imps",
    beneficiary: { name: "Demo Traders", bank },
  });
}

const match = { method: "POST", path: "^/payout/transfers$" };

describe("every fault of the gateway is classified, and the transfer's fate can be asked for", () => {
  test.each([
    ["timeout_before", false, { kind: "unknown", reason: "timeout" }],
    ["timeout_after", true, { kind: "unknown", reason: "timeout" }],
    ["reset_before", false, { kind: "unknown", reason: "reset" }],
    ["reset_after", true, { kind: "unknown", reason: "reset" }],
    ["error_before", false, { kind: "unknown", reason: "5xx", httpStatus: 500 }],
    ["error_after", true, { kind: "unknown", reason: "5xx", httpStatus: 500 }],
    ["conflict_409", true, { kind: "already_exists", code: "transfer_id_already_exists" }],
    ["rate_429", false, { kind: "rate_limited", retryAfterSeconds: 7 }],
    ["slow", true, { kind: "unknown", reason: "timeout" }],
    ["truncated", true, { kind: "unknown", reason: "unparseable", httpStatus: 200 }],
    ["html", true, { kind: "unknown", reason: "html", httpStatus: 200 }],
  ])("%s (recorded: %s)", async (kind, recorded, expected) => {
    await emulator.control("faults", { match, kind, delayMs: 5000 });
    expect(await pay("po_1", ["timeout_before", "timeout_after", "slow"].includes(kind) ? 300 : undefined)).toEqual(expected);
    const asked = await emulator.client.getTransfer("po_1");
    if (recorded) expect(asked).toMatchObject({ kind: "answer", value: { transferId: "po_1", amountPaise: 100_000n } });
    else expect(asked).toEqual({ kind: "not_found", code: "transfer_id_not_found" });
    const again = await pay("po_1");
    expect(again.kind).toBe(recorded ? "already_exists" : "answer");
    expect((await emulator.state()).transfers).toHaveLength(1);
  });

  test("remarks that a person wrote never cost the transfer: what the gateway cannot take is left out", async () => {
    const remarks = `Café – invoice #42, "May" (2026) & ${"long ".repeat(30)}`;
    const sent = await emulator.client.createTransfer({
      transferId: "po_r",
      amountPaise: paise(100_000n),
      mode: "imps",
      beneficiary: { name: "Demo Traders", bank: success },
      remarks,
    });
    expect(sent.kind).toBe("answer");
    expect((await emulator.state()).transfers[0]?.remarks).toMatch(/^Cafe invoice 42 May 2026 (long )*(lon?g?)$/);
  });

  test("the published slow account: no answer in time, yet the transfer exists", async () => {
    const slow = await pay("po_slow", 300, { accountNumber: sensitive("34978321547298"), ifsc: "KKBK0000001" });
    expect(slow).toEqual({ kind: "unknown", reason: "timeout" });
    expect((await emulator.client.getTransfer("po_slow")).kind).toBe("answer");
  });

  test("a definite refusal carries code and type; an absent beneficiary refuses the transfer rather than being the transfer's absence", async () => {
    const unknown = await emulator.client.createTransfer({ transferId: "po_2", amountPaise: paise(100_000n), mode: "imps", beneficiary: { id: "nobody" } });
    expect(unknown).toMatchObject({ kind: "refused", httpStatus: 404, code: "beneficiary_not_found" });
    const small = await emulator.client.createTransfer({ transferId: "po_2", amountPaise: paise(99n), mode: "imps", beneficiary: { name: "Demo Traders", bank: success } });
    expect(small).toMatchObject({ kind: "refused", httpStatus: 400, code: "transfer_amount_invalid", type: "invalid_request_error" });
    const stranger = createCashfree({ ...emulator.settings, payout: { clientId: "TESTPAYOUT", clientSecret: sensitive("wrong") } });
    expect(await stranger.getTransfer("po_2")).toMatchObject({ kind: "refused", httpStatus: 401, type: "authentication_error" });
    expect(await stranger.getPayoutBalance()).toMatchObject({ kind: "refused", httpStatus: 401, code: "v1_401" });
  });

  test("the sliding rate limit answers 429 with a wait, and lets go when the window has passed", async () => {
    await emulator.control("tuning", { ratePerMinute: 2 });
    expect((await emulator.client.getTransfer("x")).kind).toBe("not_found");
    expect((await emulator.client.getTransfer("x")).kind).toBe("not_found");
    const limited = await emulator.client.getTransfer("x");
    expect(limited.kind === "rate_limited" && limited.retryAfterSeconds).toBeGreaterThan(30);
    await emulator.control("clock", { advanceMs: 60_001 });
    expect((await emulator.client.getTransfer("x")).kind).toBe("not_found");
  });
});

describe("answers that are not what they should be", () => {
  const read = (body: string, status = 200, headers?: Record<string, string>): ReturnType<TestEmulator["client"]["getTransfer"]> => {
    listener.respond(() => ({ status, body, ...(headers === undefined ? {} : { headers }) }));
    return createCashfree(settingsFor(listener.url)).getTransfer("po_1");
  };
  const good = '{"transfer_id":"po_1","cf_transfer_id":1234881617186388204,"status":"SUCCESS","status_code":"COMPLETED","transfer_amount":170.10}';

  test("numbers keep their digits: a 19-digit id and 170.10 are exact, as number or as string", async () => {
    expect(await read(good)).toMatchObject({ kind: "answer", value: { cfTransferId: "1234881617186388204", amountPaise: 17_010n } });
    expect(await read(good.replace("170.10", '"170.10"').replace("1234881617186388204", '"1234881617186388204"'))).toMatchObject({
      kind: "answer",
      value: { cfTransferId: "1234881617186388204", amountPaise: 17_010n },
    });
  });

  test.each([
    ["another transfer's id", good.replace("po_1", "po_2"), 200, { kind: "unknown", reason: "mismatch", httpStatus: 200 }],
    ["an amount with three decimals", good.replace("170.10", "170.101"), 200, { kind: "unknown", reason: "unparseable", httpStatus: 200 }],
    ["an amount in exponents", good.replace("170.10", "1e3"), 200, { kind: "unknown", reason: "unparseable", httpStatus: 200 }],
    ["two different statuses in one object", good.replace("{", '{"status":"FAILED",'), 200, { kind: "unknown", reason: "unparseable", httpStatus: 200 }],
    ["no amount", '{"transfer_id":"po_1","cf_transfer_id":"1","status":"SUCCESS"}', 200, { kind: "unknown", reason: "unparseable", httpStatus: 200 }],
    ["an empty body", "", 200, { kind: "unknown", reason: "unparseable", httpStatus: 200 }],
    ["more than a mebibyte", `{"x":"${"a".repeat(1_100_000)}"}`, 200, { kind: "unknown", reason: "too_large", httpStatus: 200 }],
    ["a 404 page of someone else", "<html>not found</html>", 404, { kind: "unknown", reason: "html", httpStatus: 404 }],
    ["a 404 without the gateway's own words", '{"error":"nope"}', 404, { kind: "unknown", reason: "unexpected_status", httpStatus: 404 }],
    ["a 400 of an unknown kind", '{"type":"weather","code":"rain","message":"m"}', 400, { kind: "unknown", reason: "unexpected_status", httpStatus: 400 }],
    ["a key used with another body", '{"type":"idempotency_error","code":"request_invalid","message":"m"}', 422, { kind: "already_exists", code: "request_invalid" }],
  ])("%s proves nothing", async (...[, body, status, expected]) => {
    expect(await read(body, status)).toEqual(expected);
  });

  test("an unknown status is UNRECOGNISED, never success", async () => {
    expect(await read(good.replace('"SUCCESS"', '"SUCCESSISH"'))).toMatchObject({ kind: "answer", value: { status: "UNRECOGNISED", statusRaw: "SUCCESSISH" } });
  });

  test("a redirect is not followed", async () => {
    expect(await read("", 302, { location: `${emulator.url}/` })).toEqual({ kind: "unknown", reason: "redirect" });
  });

  test.each([
    ["59", 59],
    ["0", 60],
    ["", 60],
    ["soon", 60],
    ["99999", 3600],
  ])("a 429 that says %j waits %i seconds", async (value, retryAfterSeconds) => {
    expect(await read("{}", 429, { "x-ratelimit-retry": value })).toEqual({ kind: "rate_limited", retryAfterSeconds });
  });

  test("nothing was sent when nobody listens or the name does not exist", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", () => resolve()));
    const address = closed.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await new Promise<void>((resolve) => closed.close(() => resolve()));
    expect(await createCashfree(settingsFor(`http://127.0.0.1:${port}`)).getTransfer("x")).toEqual({ kind: "not_sent", reason: "refused" });
    expect(await createCashfree(settingsFor("http://gateway.invalid", 20_000)).getTransfer("x")).toEqual({ kind: "not_sent", reason: "dns" });
  });
});

describe("secrets and people's data stay inside", () => {
  test("no result, report or printed setting carries a secret, an account number or what the gateway quotes back", async () => {
    const reports: CallReport[] = [];
    const settings = { ...settingsFor(listener.url), onCall: (report: CallReport) => reports.push(report) };
    const client = createCashfree(settings);
    const quoted = {
      type: "invalid_request_error",
      code: "bank_account_number_invalid",
      message: "bank_account_number 026291800001191 of asha@example.in at YESB0000262 is bad. value received: test_payout_secret",
    };
    const results: unknown[] = [];
    for (const status of [200, 400, 401, 404, 409, 422, 429, 500]) {
      listener.respond(() => ({ status, body: JSON.stringify(quoted) }));
      results.push(
        await client.createTransfer({ transferId: "po_1", amountPaise: parseRupees("10") ?? zeroPaise, mode: "imps", beneficiary: { name: "Asha Rao", bank: success } }),
      );
      results.push(await client.getBeneficiary("ben_1"), await client.getPayoutBalance());
    }
    listener.respond(() => ({
      status: 200,
      body: '{"beneficiary_id":"ben_1","beneficiary_status":"VERIFIED","beneficiary_instrument_details":{"bank_account_number":"026291800001191","vpa":"asha@upi"}}',
    }));
    results.push(await client.getBeneficiary("ben_1"));
    expect(results.filter((result) => (result as { kind: string }).kind === "answer")).toHaveLength(1);
    const printed = inspect([results, reports, settings], { depth: 10 }) + JSON.stringify([results, reports, settings]);
    for (const secret of ["test_payout_secret", "test_pg_secret", "026291800001191", "asha@", "YESB0000262", "Asha"]) expect(printed).not.toContain(secret);
    expect(reports.map((report) => report.operation)).toContain("create_transfer");
  });
});

describe("a link's address", () => {
  const onlyCashfree = async (url: string): Promise<unknown> => {
    listener.respond(() => ({ status: 200, body: JSON.stringify({ link_id: "l", cf_link_id: 1, link_status: "ACTIVE", link_amount: 10, link_currency: "INR", link_url: url }) }));
    const result = await createCashfree({ ...settingsFor(listener.url), emulatorUrl: null }).getLink("l");
    return result.kind === "answer" ? result.value.url : result;
  };

  test("is shown for https on cashfree.com", async () => {
    expect(await onlyCashfree("https://payments.cashfree.com/links/o1tf1nvcvjhg")).toBe("https://payments.cashfree.com/links/o1tf1nvcvjhg");
  });

  test.each([
    "http://payments.cashfree.com/x",
    "https://cashfree.com@evil.example/x",
    "https://evilcashfree.com/x",
    "https://cashfree.com.evil.example/x",
    "https://payments.cashfree.com:8443/x",
    "javascript:alert(1)",
    "https://cаshfree.com/x",
    "not an address",
  ])("is withheld: %s", async (url) => {
    expect(await onlyCashfree(url)).toBeNull();
  });

  test("of the emulator is shown only while the emulator is configured", async () => {
    const made = await emulator.client.createLink({ linkId: "lnk_1", amountPaise: paise(100_000n), purpose: "Invoice", customer: { phone: "9999999999" } });
    expect(made).toMatchObject({ kind: "answer", value: { url: expect.stringContaining(`${emulator.url}/pay/`), amountPaise: 100_000n } });
    const real = await createCashfree({ ...emulator.settings, emulatorUrl: null }).getLink("lnk_1");
    expect(real).toMatchObject({ kind: "answer", value: { url: null } });
  });
});

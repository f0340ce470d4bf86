import { constants, createPublicKey, generateKeyPairSync, privateDecrypt, publicEncrypt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sensitive } from "@/lib/sensitive";
import { clockNow, secondMs } from "@/lib/time";
import { callerMark } from "./caller-mark.ts";
import { startTestEmulator, type TestEmulator } from "./emulator/harness.ts";
import { createCashfree } from "./gateway.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const payoutKey = createPublicKey(publicKey);
let emulator: TestEmulator;
let now = clockNow();

beforeAll(async () => {
  emulator = await startTestEmulator({ tuning: { payoutPrivateKey: privateKey, walletPaise: "10000000" } });
  now = new Date((await emulator.state()).now);
});
afterAll(() => emulator.close());

const answerOf = async (mark: Record<string, string>): Promise<string> => {
  const { payout } = emulator.settings;
  const headers = { "x-client-id": payout.clientId, "x-client-secret": payout.clientSecret.reveal(), "x-api-version": "2024-01-01", ...mark };
  const answer = await fetch(`${emulator.url}/payout/transfers?transfer_id=po_none`, { headers });
  return `${answer.status} ${((await answer.json()) as { message: string }).message}`;
};
const made = (said: string, key = publicKey): Record<string, string> => ({
  "x-cf-signature": publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" }, Buffer.from(said)).toString("base64"),
});

test("with the gateway's key every payout call carries its mark, and the gateway that asks for it carries them out", async () => {
  const marked = createCashfree({ ...emulator.settings, payoutKey });
  const beneficiary = { beneficiaryId: "ben_marked", name: "Demo Traders", bank: { accountNumber: sensitive("026291800001191"), ifsc: "YESB0000262" } };
  expect(await marked.createBeneficiary(beneficiary)).toMatchObject({ kind: "answer" });
  expect(await marked.getBeneficiary("ben_marked")).toMatchObject({ kind: "answer" });
  expect(await marked.getTransfer("po_none")).toMatchObject({ kind: "not_found" });
  expect(await marked.getPayoutBalance()).toMatchObject({ kind: "answer" });
});

test("without it, each is refused for sure and nothing is done", async () => {
  const bare = emulator.client;
  const beneficiary = { beneficiaryId: "ben_bare", name: "Demo Traders", bank: { accountNumber: sensitive("026291800001191"), ifsc: "YESB0000262" } };
  expect(await bare.createBeneficiary(beneficiary)).toMatchObject({ kind: "refused", httpStatus: 403 });
  expect(await bare.getTransfer("po_none")).toMatchObject({ kind: "refused", httpStatus: 403 });
  expect(await bare.getPayoutBalance()).toMatchObject({ kind: "refused" });
  expect((await emulator.state()).transfers).toEqual([]);
});

const seconds = (): number => Math.floor(clockNow().getTime() / secondMs);

test("a mark is the client's id, a dot and the second it was made, no two alike, and no payment call carries one", () => {
  const settings = { payoutKey, payout: emulator.settings.payout };
  const from = seconds();
  const [first, second] = [callerMark(settings)["x-cf-signature"] ?? "", callerMark(settings)["x-cf-signature"] ?? ""];
  expect(first).not.toBe(second);
  const until = seconds();
  const said = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" }, Buffer.from(first, "base64")).toString();
  expect(said).toMatch(/^TESTPAYOUT\.\d{10}$/);
  expect(Number(said.split(".")[1])).toBeGreaterThanOrEqual(from);
  expect(Number(said.split(".")[1])).toBeLessThanOrEqual(until);
  expect(callerMark({ ...settings, payoutKey: null })).toEqual({});
});

test.each([
  ["another client's", () => made(`SOMEBODY.${Math.floor(now.getTime() / 1000)}`), "verification failed"],
  ["one under another key", () => ({ "x-cf-signature": Buffer.alloc(256, 7).toString("base64") }), "verification failed"],
  ["one without its second", () => made("TESTPAYOUT"), "verification failed"],
  ["one of eleven minutes ago", () => made(`TESTPAYOUT.${Math.floor(now.getTime() / 1000) - 660}`), "has expired"],
])("%s mark is refused by the gateway", async (_, mark, why) => {
  expect(await answerOf(mark())).toBe(`403 Signature ${why}`);
});

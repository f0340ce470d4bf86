import { beforeAll, expect, test } from "vitest";
import { createAccount, getAccount, listAccounts } from "@/lib/accounts";
import { permissionsOf, type Role } from "@/lib/access";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { useDatabase } from "@/lib/testing/database";
import { kindOf } from "@/lib/testing/refusals";
import { createBeneficiaryShape, type CreateBeneficiary } from "./contract.ts";
import { createBeneficiary, listBeneficiaries, listPayableBeneficiaries, recordGatewayStatus, revealDestination } from "./index.ts";

const database = useDatabase();
const bank: CreateBeneficiary = { kind: "bank_account", name: "Canary Traders", accountNumber: "90817263545", ifsc: "HDFC0001234" };

let accountId = "";
beforeAll(async () => {
  accountId = (await withTransaction(systemCtx("test"), (tx) => createAccount(tx, { name: "Asha Stores", fundsAvailable: "at_capture" }))).id;
});

function person(role: Role, key?: string): Ctx {
  const base = systemCtx("test");
  const idempotency = key === undefined ? null : { key, route: "/x", bodyHash: "h" };
  return { ...base, idempotency, actor: { kind: "user", userId: newId("user"), sessionId: newId("session"), roles: [role], permissions: permissionsOf([role]), factor: "totp" } };
}
test("only a finance maker may add a beneficiary", async () => {
  for (const role of ["owner", "finance_admin", "support", "risk_analyst", "compliance", "security_admin", "auditor"] as const) {
    expect(await kindOf(createBeneficiary(person(role), accountId, bank))).toBe("permission_denied");
  }
  expect(await listBeneficiaries(person("finance_maker").actor, accountId)).toEqual([]);
});

test("a beneficiary is added once per key, masked, in cool-off, with an audit row that holds no name or number", async () => {
  const maker = person("finance_maker", "key-of-sixteen-chars");
  const made = await createBeneficiary(maker, accountId, bank);
  expect(made).toMatchObject({ name: "Canary Traders", masked: "••3545", coolingOff: true, firstPayout: true, version: 1, gatewayStatus: "unregistered" });
  expect((await createBeneficiary(maker, accountId, bank)).id).toBe(made.id);
  expect(JSON.stringify(made)).not.toContain("90817263545");
  const [audit] = await database.readonly`select after::text as after from audit_log where object_id = ${made.id}`;
  expect(audit?.["after"]).not.toMatch(/Canary|90817263545/);
  const everything =
    await database.superuser`select (select json_agg(b)::text from beneficiaries b) || (select json_agg(t)::text from vault_tokens t) || (select json_agg(k)::text from idempotency_keys k) as text`;
  expect(everything[0]?.["text"]).not.toMatch(/Canary|90817263545/);
});

test("the same destination twice is refused; the same number at another bank is another destination", async () => {
  expect(await kindOf(createBeneficiary(person("finance_maker"), accountId, { ...bank, name: "Someone Else" }))).toBe("beneficiary_exists");
  expect(await kindOf(createBeneficiary(person("finance_maker"), accountId, { ...bank, ifsc: "SBIN0001234" }))).toBe("allowed");
});

test("changing details retires the old row and starts a new version with its own cool-off", async () => {
  const [old] = await listPayableBeneficiaries(accountId);
  const next = await createBeneficiary(person("finance_maker"), accountId, { kind: "vpa", name: "Canary Traders", vpa: "canarytraders@okbank", replaces: old?.id });
  expect(next).toMatchObject({ version: 2, kind: "vpa", masked: "••@okbank", last4: "@okbank", ifsc: null, coolingOff: true });
  expect((await listPayableBeneficiaries(accountId)).map((row) => row.id)).not.toContain(old?.id);
  expect((await listBeneficiaries(person("finance_maker").actor, accountId)).find((row) => row.id === old?.id)?.status).toBe("retired");
  expect(await kindOf(createBeneficiary(person("finance_maker"), accountId, { kind: "vpa", name: "Canary Traders", vpa: "other@okbank", replaces: old?.id }))).toBe(
    "beneficiary_gone",
  );
});

test("makers and approvers read whole names, everyone else the mask", async () => {
  const names = async (role: Role) => new Set((await listBeneficiaries(person(role).actor, accountId)).map((row) => row.name));
  expect(await names("finance_admin")).toEqual(new Set(["Canary Traders"]));
  for (const role of ["risk_analyst", "compliance", "auditor"] as const) expect(await names(role)).toEqual(new Set(["C•••• T••••"]));
});

test("dispatch alone gets the whole destination, and it does not print", async () => {
  const [row] = await listPayableBeneficiaries(accountId);
  const destination = await revealDestination(row?.id ?? "");
  expect(JSON.stringify(destination)).toContain("[redacted]");
  expect(destination.value.reveal()).toMatch(/^90817263545$|@okbank$/);
});

test.each<[string, unknown]>([
  ["three digits", { ...bank, accountNumber: "123" }],
  ["26 digits", { ...bank, accountNumber: "1".repeat(26) }],
  ["letters in the number", { ...bank, accountNumber: "12AB5678" }],
  ["a number, not text", { ...bank, accountNumber: 12345678 }],
  ["a lower-case IFSC", { ...bank, ifsc: "hdfc0001234" }],
  ["an IFSC without its zero", { ...bank, ifsc: "HDFC1001234" }],
  ["no IFSC", { kind: "bank_account", name: "A Trader", accountNumber: "12345678" }],
  ["a VPA without a bank", { kind: "vpa", name: "A Trader", vpa: "trader" }],
  ["a VPA with two @", { kind: "vpa", name: "A Trader", vpa: "a@b@okbank" }],
  ["an unknown field", { ...bank, status: "active" }],
  ["a name of markup", { ...bank, name: "<script>" }],
])("%s is refused", (_title, input) => {
  expect(createBeneficiaryShape.safeParse(input).success).toBe(false);
});

test("an account shows its figures with the holds and the rate behind them", async () => {
  const account = await getAccount(accountId);
  expect(account).toMatchObject({
    name: "Asha Stores",
    figures: { balancePaise: "0", heldPaise: "0", availablePaise: "0", reservePaise: null, payoutsEnabled: true },
    holds: [],
    reserve: null,
  });
  expect((await listAccounts()).items.map((row) => row.id)).toEqual([accountId]);
  expect(await kindOf(getAccount(newId("account")))).toBe("no_account");
});

test("what the gateway said is noted forward only: registered is never taken back by a refusal that arrives late", async () => {
  const id = (await listPayableBeneficiaries(accountId))[0]?.id ?? "";
  const note = (status: "registered" | "refused") => withTransaction(systemCtx("test"), (tx) => recordGatewayStatus(tx, { beneficiaryId: id, status }));
  for (const status of ["refused", "registered", "refused", "registered"] as const) await note(status);
  const [row] = await database.superuser`select gateway_status from beneficiaries where id = ${id}`;
  expect(row?.["gateway_status"]).toBe("registered");
  const noted = await database.superuser`select after ->> 'gatewayStatus' as status from audit_log where object_id = ${id} and verb = 'beneficiary.gateway_status' order by id`;
  expect(noted.map((entry) => entry["status"])).toEqual(["refused", "registered"]);
});

import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { setConfig } from "@/lib/config";
import { systemCtx, withTransaction } from "@/lib/context";
import { sensitive } from "@/lib/sensitive";
import { useDatabase } from "@/lib/testing/database";
import { blindIndex, blindIndexes, ensureVaultKeys, forgetKeys, mac, macMatches, openVault, revealToken, seal, tokenise, unseal, VaultError } from "./index.ts";

const database = useDatabase();
const name = { table: "users", column: "name_ct", rowId: "usr_1" } as const;

beforeEach(() => {
  setConfig(database.config);
  forgetKeys();
});

test("what is sealed opens in its own place and nowhere else: not in another row, column or table", async () => {
  const sealed = await seal(name, "Asha Nair");
  expect(await unseal(name, sealed)).toBe("Asha Nair");
  expect(Buffer.from(sealed).includes("Asha")).toBe(false);
  await expect(unseal({ ...name, rowId: "usr_2" }, sealed)).rejects.toThrow(VaultError);
  await expect(unseal({ ...name, column: "email_ct" }, sealed)).rejects.toThrow(VaultError);
  await expect(unseal({ table: "beneficiaries", column: "name_ct", rowId: "usr_1" }, sealed)).rejects.toThrow(VaultError);
  await expect(unseal({ table: "auth_factors", column: "secret_ct", rowId: "usr_1" }, sealed)).rejects.toThrow(VaultError);
});

test("every flipped bit of a ciphertext is refused", async () => {
  const sealed = await seal(name, "x");
  for (let index = 0; index < sealed.length * 8; index += 1) {
    const flipped = Buffer.from(sealed);
    flipped[index >> 3] = (flipped[index >> 3] ?? 0) ^ (1 << (index & 7));
    await expect(unseal(name, flipped), `bit ${index}`).rejects.toThrow(VaultError);
  }
});

test("the same value is never sealed to the same bytes twice", async () => {
  const sealed = await Promise.all(Array.from({ length: 100 }, () => seal(name, "same")));
  expect(new Set(sealed.map((bytes) => Buffer.from(bytes).toString("hex"))).size).toBe(100);
});

test("spellings of one value share a blind index; columns do not", async () => {
  const hex = async (column: Parameters<typeof blindIndex>[0], raw: string): Promise<string> => Buffer.from(await blindIndex(column, raw)).toString("hex");
  const phone = await hex("customer.phone", "+919876543210");
  for (const spelling of ["9876543210", "098765 43210", "+91 98765-43210", "919876543210"]) expect(await hex("customer.phone", spelling)).toBe(phone);
  expect(await hex("customer.phone", "9876543211")).not.toBe(phone);
  expect(await hex("users.email", " Asha@Example.COM ")).toBe(await hex("users.email", "asha@example.com"));
  expect(await hex("customer.email", "asha@example.com")).not.toBe(await hex("users.email", "asha@example.com"));
  expect(await hex("destination", "0012 3456-789")).toBe(await hex("destination", "00123456789"));
  expect((await blindIndexes("customer.phone", "9876543210")).map((bytes) => Buffer.from(bytes).toString("hex"))).toEqual([phone]);
});

test("one account number has one token, however often and in parallel it is tokenised, and only the token's row can be opened", async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => withTransaction(systemCtx("test"), (tx) => tokenise(tx, "bank_account", "000111222333"))));
  expect(new Set(made.map((token) => token.tokenId)).size).toBe(1);
  const [token] = made;
  expect(token?.last4).toBe("2333");
  expect((await revealToken(token?.tokenId ?? "")).reveal()).toBe("000111222333");
  const rows = await database.superuser<{ count: number }[]>`select count(*)::int as count from vault_tokens`;
  expect(rows[0]?.count).toBe(1);
});

test("two tokens whose ciphertexts were swapped in the database open neither's value", async () => {
  const [first, second] = await Promise.all(["444455556666", "777788889999"].map((account) => withTransaction(systemCtx("test"), (tx) => tokenise(tx, "bank_account", account))));
  await database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update vault_tokens a set value_ct = b.value_ct from vault_tokens b where (a.id, b.id) in ((${first?.tokenId ?? ""}, ${second?.tokenId ?? ""}), (${second?.tokenId ?? ""}, ${first?.tokenId ?? ""}))`;
  });
  await expect(revealToken(first?.tokenId ?? "")).rejects.toThrow(VaultError);
  await expect(revealToken(second?.tokenId ?? "")).rejects.toThrow(VaultError);
});

test("a MAC answers for its bytes only", async () => {
  const given = await mac("audit", Buffer.from("leaf"));
  expect(await macMatches("audit", Buffer.from("leaf"), given)).toBe(true);
  expect(await macMatches("audit", Buffer.from("Leaf"), given)).toBe(false);
  expect(await macMatches("audit", Buffer.from("leaf"), Buffer.from(given).subarray(1))).toBe(false);
  expect(await macMatches("audit", Buffer.from("leaf"), Buffer.concat([Buffer.of(0, 9), Buffer.from(given).subarray(2)]))).toBe(false);
});

test("a wrong key-encryption key is refused with a sentence and changes nothing; the right one still works", async () => {
  await openVault();
  const before = await database.superuser`select * from vault_keys order by id`;
  setConfig({ ...database.config, keyEncryptionKey: sensitive(randomBytes(32)) });
  await expect(openVault()).rejects.toThrow(/key-encryption key does not open this database's keys/);
  await expect(ensureVaultKeys(systemCtx("test"))).rejects.toThrow(/key-encryption key does not open/);
  expect(await database.superuser`select * from vault_keys order by id`).toEqual(before);
  setConfig(database.config);
  await expect(openVault()).resolves.toBeUndefined();
});

test("a key that is gone while its data remains is not replaced in silence", async () => {
  await withTransaction(systemCtx("test"), (tx) => tokenise(tx, "vpa", "asha@upi"));
  const [row] = await database.superuser`select * from vault_keys where purpose = 'data:destination'`;
  await database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`delete from vault_keys where purpose = 'data:destination'`;
  });
  forgetKeys();
  await expect(openVault()).rejects.toThrow(/data:destination is gone but vault_tokens.value_ct holds data/);
  await database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into vault_keys ${sql(row ?? {})}`;
  });
  await expect(openVault()).resolves.toBeUndefined();
});

test("the keyset's rows hold no key in the clear and the reading role cannot see even the wrapped ones", async () => {
  await openVault();
  await expect(database.readonly`select * from vault_keys`).rejects.toThrow(/permission denied/);
  const rows = await database.superuser<{ wrapped: Buffer; purpose: string }[]>`select purpose, wrapped from vault_keys`;
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) expect(row.wrapped.length).toBe(4 + 12 + 32 + 16);
});

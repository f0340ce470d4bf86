// The process's unwrapped keys: read once, kept in memory, never logged.
import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Db } from "@/db/pool";
import { vaultKeys } from "@/db/schema/vault";
import { config } from "@/lib/config";
import { read, withTransaction, type Ctx, type TxDb } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { blindColumns, tokenKinds, type KeyPurpose } from "./contract.ts";
import { columnsNeeding, dataKeys, type DataKey } from "./data-map.ts";
import { decrypt, encrypt, VaultError, wrappingKey } from "./envelope.ts";

export type VersionedKey = { version: number; key: Buffer };

export const keyPurposes: readonly KeyPurpose[] = [
  ...(Object.keys(dataKeys) as DataKey[]).map((key): KeyPurpose => `data:${key}`),
  ...blindColumns.map((column): KeyPurpose => `index:${column}`),
  ...tokenKinds.map((kind): KeyPurpose => `token:${kind}`),
  "mac:audit",
];

/** Every version of every key. The current version seals; older ones still open and are still searched. */
export class Keyset {
  readonly #keys: ReadonlyMap<string, readonly VersionedKey[]>;

  constructor(keys: ReadonlyMap<string, readonly VersionedKey[]>) {
    this.#keys = keys;
  }

  /** All versions, newest first. */
  all(purpose: KeyPurpose): readonly VersionedKey[] {
    return this.#keys.get(purpose) ?? [];
  }

  current(purpose: KeyPurpose): VersionedKey {
    const [newest] = this.all(purpose);
    if (newest === undefined) throw new VaultError(`The vault has no key for ${purpose}.`);
    return newest;
  }

  version(purpose: KeyPurpose, version: number): Buffer | null {
    return this.all(purpose).find((candidate) => candidate.version === version)?.key ?? null;
  }

  missing(): KeyPurpose[] {
    return keyPurposes.filter((purpose) => this.all(purpose).length === 0);
  }
}

const wrongKey =
  "The key-encryption key does not open this database's keys: it belongs to another installation, or the database was restored from one. Start with the key this database was made with. Nothing was changed.";

function boundTo(purpose: string, version: number, kekId: string): string[] {
  return ["countersign/vault-key/1", purpose, String(version), kekId];
}

async function loadFrom(db: Db | TxDb): Promise<Keyset> {
  const rows = await db.select({ purpose: vaultKeys.purpose, version: vaultKeys.version, kekId: vaultKeys.kekId, wrapped: vaultKeys.wrapped }).from(vaultKeys);
  const kek = wrappingKey(config().keyEncryptionKey.reveal());
  const keys = new Map<string, VersionedKey[]>();
  for (const row of rows) {
    if (row.kekId !== kek.id) throw new AppError("unavailable", "wrong_key", wrongKey);
    let key: Buffer;
    try {
      key = decrypt(kek.key, row.wrapped, boundTo(row.purpose, row.version, row.kekId));
    } catch (error) {
      throw new AppError("unavailable", "wrong_key", wrongKey, { cause: error });
    }
    keys.set(row.purpose, [...(keys.get(row.purpose) ?? []), { version: row.version, key }]);
  }
  for (const versions of keys.values()) versions.sort((a, b) => b.version - a.version);
  return new Keyset(keys);
}

/**
 * Creates the keys this program needs and the database lacks, once, under a lock. A missing key whose columns already hold
 * data is never replaced: that data would be lost in silence.
 */
export async function ensureVaultKeys(ctx: Ctx): Promise<{ created: number }> {
  return withTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtext('countersign.vault-keys'))`);
    const missing = (await loadFrom(tx.db)).missing();
    if (missing.length === 0) return { created: 0 };
    for (const purpose of missing) await refuseIfUsed(tx.db, purpose);
    const kek = wrappingKey(config().keyEncryptionKey.reveal());
    await tx.db.insert(vaultKeys).values(
      missing.map((purpose) => ({
        id: newId("key"),
        purpose,
        version: 1,
        kekId: kek.id,
        wrapped: encrypt(kek.key, randomBytes(32), { header: { keyCode: 0, version: 1 }, bound: boundTo(purpose, 1, kek.id) }),
        createdAt: tx.ctx.now,
      })),
    );
    return { created: missing.length };
  });
}

async function refuseIfUsed(db: TxDb, purpose: KeyPurpose): Promise<void> {
  for (const [table, column] of columnsNeeding(purpose)) {
    const used = await db.execute(sql`select 1 from ${sql.identifier(table)} where ${sql.identifier(column)} is not null limit 1`);
    if (used.length > 0)
      throw new AppError(
        "unavailable",
        "keys_lost",
        `The vault's key ${purpose} is gone but ${table}.${column} holds data protected by it. Restore vault_keys from a backup; nothing was changed.`,
      );
  }
}

let held: { source: string; keys: Promise<Keyset> } | undefined;

/** Forgets the unwrapped keys; the next use reads them again. For rotation and tests. */
export function forgetKeys(): void {
  held = undefined;
}

/** The process's keyset, created on first use in a database that has never held protected data. */
export function keyset(create: () => Promise<unknown>): Promise<Keyset> {
  const source = `${config().database.app} ${wrappingKey(config().keyEncryptionKey.reveal()).id}`;
  if (held?.source !== source) {
    const keys = open(create);
    keys.catch(() => {
      if (held?.keys === keys) held = undefined;
    });
    held = { source, keys };
  }
  return held.keys;
}

async function open(create: () => Promise<unknown>): Promise<Keyset> {
  const found = await read(loadFrom);
  if (found.missing().length === 0) return found;
  await create();
  return read(loadFrom);
}

// What a column may hold, and the short words the data map is written in.
import type { BlindColumn, KeyPurpose, TokenKind } from "./contract.ts";

export type Level = "L0" | "L1" | "L2" | "L3";

/** One data key per class, so that a lost or rotated key touches one class. The number is the class's code inside a ciphertext. */
export const dataKeys = { person: 1, destination: 2, secret: 3, webhook: 4, audit: 5 } as const;
export type DataKey = keyof typeof dataKeys;

type Plain = { level: "L0" | "L1"; form: "plain" };
type Sealed<K extends DataKey = DataKey> = { level: "L2" | "L3"; form: "sealed"; key: K };
/** A JSON column whose personal fields, if it has any, are sealed one by one. */
type SealedWithin<K extends DataKey = DataKey> = { level: "L1"; form: "sealed_within"; key: K };
type Keyed = { level: "L2"; form: "keyed"; purposes: readonly KeyPurpose[] };
/** A one-way hash of something with enough entropy, or of a password by a slow function; and keys wrapped by the key-encryption key. */
type OneWay = { level: "L3"; form: "hashed" | "wrapped" };
export type Cell = Plain | Sealed | SealedWithin | Keyed | OneWay;

function plain<const C extends string>(level: "L0" | "L1", ...columns: C[]): Record<C, Plain> {
  return Object.fromEntries(columns.map((column) => [column, { level, form: "plain" }])) as Record<C, Plain>;
}
export const internal = <const C extends string>(...columns: C[]): Record<C, Plain> => plain("L1", ...columns);
export const open = <const C extends string>(...columns: C[]): Record<C, Plain> => plain("L0", ...columns);
export const sealed = <const K extends DataKey>(level: "L2" | "L3", key: K): Sealed<K> => ({ level, form: "sealed", key });
export const sealedWithin = <const K extends DataKey>(key: K): SealedWithin<K> => ({ level: "L1", form: "sealed_within", key });
export const indexed = (...columns: BlindColumn[]): Keyed => ({ level: "L2", form: "keyed", purposes: columns.map((column): KeyPurpose => `index:${column}`) });
export const tokenised = (...kinds: TokenKind[]): Keyed => ({ level: "L2", form: "keyed", purposes: kinds.map((kind): KeyPurpose => `token:${kind}`) });
export const hashed: OneWay = { level: "L3", form: "hashed" };
export const wrapped: OneWay = { level: "L3", form: "wrapped" };

import type { DataKey } from "./data-map.ts";

/** Every column that can be searched by exact value without storing it; each has a key of its own, so equal values do not link. */
export const blindColumns = ["users.email", "customer.phone", "customer.email", "payer.vpa", "destination", "auth.recovery_code"] as const;
export type BlindColumn = (typeof blindColumns)[number];

export const tokenKinds = ["bank_account", "vpa"] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** What a key of the keyset is for; one row per (purpose, version) in vault_keys. */
export type KeyPurpose = `data:${DataKey}` | `index:${BlindColumn}` | `token:${TokenKind}` | "mac:audit";

// Keeps personal data and secrets unreadable in the database: envelope encryption, blind indexes, tokens, keyed hashes.
import "server-only";

export { blindIndex, blindIndexes, mac, macMatches, openVault, seal, unseal, unsealBytes } from "./crypto.ts";
export { ensureVaultKeys, forgetKeys } from "./keyset.ts";
export { VaultError } from "./envelope.ts";
export { tokenise, type Tokenised } from "./commands.ts";
export { revealToken } from "./queries.ts";
export type { BlindColumn, TokenKind } from "./contract.ts";
export type { Place } from "./data-map.ts";

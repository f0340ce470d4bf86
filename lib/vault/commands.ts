import { and, eq, inArray } from "drizzle-orm";
import { vaultTokens } from "@/db/schema/vault";
import type { Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { TokenKind } from "./contract.ts";
import { blindIndexLength, keys, seal } from "./crypto.ts";
import { hmac } from "./envelope.ts";
import { lastFour, normaliseDestination } from "./policy.ts";

export type Tokenised = { tokenId: string; last4: string; valueIndex: Uint8Array };

/** Stores an account number or VPA once and answers its token; the same value always answers the same token. */
export async function tokenise(tx: Tx, kind: TokenKind, value: string): Promise<Tokenised> {
  const normal = normaliseDestination(value);
  if (normal === "") throw new AppError("unprocessable", "destination_empty", "The account number or VPA is empty.");
  const indexes = (await keys()).all(`token:${kind}`).map(({ key }) => hmac(key, normal).subarray(0, blindIndexLength));
  const known = await findToken(tx, kind, indexes);
  if (known !== null) return known;
  const [valueIndex] = indexes;
  if (valueIndex === undefined) throw new AppError("internal", "no_token_key", "The vault has no key for tokens.");
  const tokenId = newId("token");
  const last4 = lastFour(kind, normal);
  const valueCt = await seal({ table: "vault_tokens", column: "value_ct", rowId: tokenId }, normal);
  const made = await tx.db
    .insert(vaultTokens)
    .values({ id: tokenId, kind, valueCt, valueIndex, last4, createdAt: tx.ctx.now })
    .onConflictDoNothing()
    .returning({ id: vaultTokens.id });
  if (made.length > 0) return { tokenId, last4, valueIndex };
  const raced = await findToken(tx, kind, indexes);
  if (raced === null) throw new AppError("internal", "token_lost", "The token could not be stored.");
  return raced;
}

async function findToken(tx: Tx, kind: TokenKind, indexes: Uint8Array[]): Promise<Tokenised | null> {
  const [row] = await tx.db
    .select({ tokenId: vaultTokens.id, last4: vaultTokens.last4, valueIndex: vaultTokens.valueIndex })
    .from(vaultTokens)
    .where(and(eq(vaultTokens.kind, kind), inArray(vaultTokens.valueIndex, indexes)))
    .limit(1);
  return row ?? null;
}

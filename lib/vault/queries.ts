import { eq } from "drizzle-orm";
import { vaultTokens } from "@/db/schema/vault";
import { read } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { sensitive, type Sensitive } from "@/lib/sensitive";
import { unseal } from "./crypto.ts";

/** The account number or VPA behind a token, wrapped so that it cannot be printed by accident. */
export async function revealToken(tokenId: string): Promise<Sensitive<string>> {
  const [row] = await read((db) => db.select({ valueCt: vaultTokens.valueCt }).from(vaultTokens).where(eq(vaultTokens.id, tokenId)));
  if (row === undefined) throw new AppError("not_found", "token_unknown", "There is no such token.");
  return sensitive(await unseal({ table: "vault_tokens", column: "value_ct", rowId: tokenId }, row.valueCt));
}

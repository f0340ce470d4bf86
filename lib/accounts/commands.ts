import { accounts } from "@/db/schema/accounts";
import { recordAudit } from "@/lib/audit";
import type { Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { openBalances } from "@/lib/ledger";

type NewAccount = { name: string; fundsAvailable: "at_capture" | "at_settlement" };

/** Opens an account for a payee, with its books. */
export async function createAccount(tx: Tx, account: NewAccount): Promise<{ id: string }> {
  const id = newId("account");
  await tx.db.insert(accounts).values({ id, ...account, createdAt: tx.ctx.now });
  await openBalances(tx, id);
  await recordAudit(tx, { verb: "account.create", objectKind: "account", objectId: id, after: account });
  return { id };
}

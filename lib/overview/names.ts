import { can, type Permission } from "@/lib/access";
import { accountNames } from "@/lib/accounts";
import { actorNames } from "@/lib/clients";
import type { Ctx } from "@/lib/context";
import { networkNames } from "@/lib/edge";
import { formatPaise, paise } from "@/lib/money";
import { linkLabels, paymentAmounts } from "@/lib/payments";
import { payoutsById } from "@/lib/payouts";

type Names = Map<string, string>;

/** What a page's ids are called, for the reader in `ctx`: one look-up a kind, and nothing of a kind they may not look at. */
export function objectNames(ctx: Ctx): (ids: readonly string[]) => Promise<Names> {
  return async (ids) => {
    const of = (prefix: string, permission: Permission): string[] => (can(ctx.actor, permission).allowed ? [...new Set(ids.filter((id) => id.startsWith(`${prefix}_`)))] : []);
    const found = await Promise.all([
      actorNames(ids),
      accountNames(of("acct", "accounts.view")),
      payoutNames(ctx, of("po", "payouts.view")),
      linkLabels(of("lnk", "links.view")),
      paymentAmounts(of("pay", "transactions.view")),
      networkNames([...of("ban", "ip_rules.view"), ...of("ipr", "ip_rules.view")]),
    ]);
    return new Map(found.flatMap((names) => [...names]));
  };
}

async function payoutNames(ctx: Ctx, ids: string[]): Promise<Names> {
  const rows = await payoutsById(ctx, ids);
  return new Map([...rows].map(([id, { amountPaise, payee }]) => [id, `${formatPaise(paise(BigInt(amountPaise)))} to ${payee.name} ••${payee.last4}`]));
}

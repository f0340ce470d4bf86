import { createAccount } from "@/lib/accounts";
import { createBeneficiary } from "@/lib/beneficiaries";
import { withTransaction } from "@/lib/context";
import { addRate, postOpening, postOpeningFloat } from "@/lib/ledger";
import { paise, type Paise } from "@/lib/money";
import { dayMs, hourMs } from "@/lib/time";
import { atWork, lately } from "./office.ts";
import type { Cast } from "./people.ts";
import { acts, ago, asSeed } from "./stage.ts";

export type SeededAccounts = Record<"traders" | "textiles" | "organics" | "books", { id: string; name: string }>;
export type SeededBeneficiaries = Record<"regular" | "large" | "stuck" | "failing" | "returning" | "upi" | "lost" | "textilesRegular", string>;

const rateMicros = 88_725_000n;

/** A made-up reference rate a day, so that every decision of the history had a fresh one. */
export async function seedRates(days: number): Promise<void> {
  for (let day = days; day >= 0; day -= 1) {
    await ago(day * dayMs + hourMs / 2, () =>
      withTransaction(asSeed(), (tx) =>
        addRate(tx, {
          rateMicros: rateMicros + BigInt(((day * 7919) % 90) - 45) * 1000n,
          effectiveAt: tx.ctx.now,
          source: "demo",
          enteredBy: "system:demo-rate",
          confirmedBy: "system:demo-rate-check",
        }),
      ),
    );
  }
}

const opening: [keyof SeededAccounts, string, "at_capture" | "at_settlement", Paise][] = [
  ["traders", "Demo Traders", "at_capture", paise(4_250_000_000n)],
  ["textiles", "Kaveri Textiles", "at_capture", paise(98_000_000n)],
  ["organics", "Nilgiri Organics", "at_settlement", paise(31_500_000n)],
  // Two thousand rupees above its reserve: shows how a request is refused.
  ["books", "Paper Lantern Books", "at_capture", paise(1_087_000n)],
];

export async function seedAccounts(): Promise<SeededAccounts> {
  const made: Partial<SeededAccounts> = {};
  for (const [part, name, fundsAvailable, amountPaise] of opening) {
    const { id } = await withTransaction(asSeed(), async (tx) => {
      const account = await createAccount(tx, { name, fundsAvailable });
      await postOpening(tx, { accountId: account.id, amountPaise, at: tx.ctx.now });
      return account;
    });
    made[part] = { id, name };
  }
  // What the payout wallet at the gateway held when the books were opened: more than is owed to the payees.
  await withTransaction(asSeed(), (tx) => postOpeningFloat(tx, { sourceId: "gateway-wallet", amountPaise: paise(5_000_000_000n), at: tx.ctx.now }));
  return made as SeededAccounts;
}

/** Destinations are the gateway's published sandbox accounts, so that each one ends the way its name says. */
export async function seedBeneficiaries(cast: Cast, accounts: SeededAccounts): Promise<SeededBeneficiaries> {
  const bank = (name: string, accountNumber: string, ifsc: string) => ({ kind: "bank_account" as const, name, accountNumber, ifsc });
  const traders = accounts.traders.id;
  return acts(cast.secondMaker, atWork(30, 3), async (ctx) => {
    const add = async (accountId: string, input: Parameters<typeof createBeneficiary>[2]) => (await createBeneficiary(ctx, accountId, input)).id;
    return {
      regular: await add(traders, bank("Meera Supplies", "026291800001191", "YESB0000262")),
      large: await add(traders, bank("Deccan Machinery", "00011020001772", "HDFC0000001")),
      stuck: await add(traders, bank("Coastal Freight", "007711000031", "HDFC0000077")),
      failing: await add(traders, bank("Sunrise Packaging", "7766666351000", "YESB0000001")),
      returning: await add(traders, bank("Monsoon Rentals", "02014457596969", "CITI0000001")),
      upi: await add(traders, { kind: "vpa", name: "Anil Kumar", vpa: "success@upi" }),
      lost: await add(traders, bank("Harbour Logistics", "1233943142", "ICIC0000009")),
      textilesRegular: await add(accounts.textiles.id, bank("Loom Works", "000890289871772", "SCBL0036078")),
    };
  });
}

/** One that is still cooling off when the demo opens. */
export async function seedFreshBeneficiary(cast: Cast, accounts: SeededAccounts): Promise<string> {
  const input = { kind: "bank_account" as const, name: "New Horizon Studio", accountNumber: "000100289877623", ifsc: "SBIN0008752" };
  return acts(cast.secondMaker, lately(2.3), async (ctx) => (await createBeneficiary(ctx, accounts.traders.id, input)).id);
}

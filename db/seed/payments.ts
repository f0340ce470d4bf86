import type { Ctx } from "@/lib/context";
import { drainJobs } from "@/lib/jobs";
import { askedPaiseWire, paise } from "@/lib/money";
import { cancelLink, createLink, paymentJobs, refreshLink } from "@/lib/payments";
import { createLinkInput } from "@/lib/payments/contract";
import { minuteMs } from "@/lib/time";
import * as z from "zod/mini";
import type { SeededAccounts } from "./accounts.ts";
import { atWork } from "./office.ts";
import type { Cast } from "./people.ts";
import { acts, ago, asSeed, tellEmulator, together } from "./stage.ts";

type Order = { rupees: number; purpose: string; phone: string; email: string; name: string; account: keyof SeededAccounts };
type Scene = { agoMs: number; order: Order; ends: ("success" | "failure" | "dropped" | "cancel" | "expire")[] };

export type SeededLink = { linkId: string; url: string; phone: string; email: string };

const asha = { phone: "9876501234", email: "customer.one@example.in", name: "Ishaan Kapoor" };
const bina = { phone: "9812345670", email: "customer.two@example.in", name: "Bina Joseph" };
const chet = { phone: "9123456780", email: "customer.three@example.in", name: "Chetan Gowda" };

const history: Scene[] = [
  { agoMs: atWork(10, 1.2), order: { rupees: 18_450, purpose: "Invoice 1042", account: "traders", ...asha }, ends: ["success"] },
  { agoMs: atWork(8, 2), order: { rupees: 2_999, purpose: "Cotton sample pack", account: "textiles", ...bina }, ends: ["failure", "success"] },
  { agoMs: atWork(5, 3.3), order: { rupees: 64_200, purpose: "Invoice 1077", account: "traders", ...chet }, ends: ["success"] },
  { agoMs: atWork(3, 5), order: { rupees: 1_499, purpose: "Tea gift box", account: "organics", ...asha }, ends: ["success"] },
  { agoMs: atWork(2, 6), order: { rupees: 780, purpose: "Poetry anthology", account: "books", ...bina }, ends: ["dropped"] },
  { agoMs: atWork(2, 2), order: { rupees: 5_250, purpose: "Workshop seat", account: "organics", ...chet }, ends: ["failure"] },
  { agoMs: atWork(7, 4), order: { rupees: 6_400, purpose: "Quote nobody took", account: "traders", ...chet }, ends: ["expire"] },
  { agoMs: atWork(1, 2.4), order: { rupees: 12_000, purpose: "Deposit, cancelled order", account: "traders", ...bina }, ends: ["cancel"] },
  { agoMs: atWork(0, 3.2), order: { rupees: 9_350, purpose: "Invoice 1101", account: "textiles", ...asha }, ends: ["success"] },
];

const open: Order[] = [
  { rupees: 1_250, purpose: "Invoice 1108", account: "traders", ...asha },
  { rupees: 4_800, purpose: "Invoice 1109", account: "textiles", ...chet },
];

async function make(ctx: Ctx, accounts: SeededAccounts, order: Order): Promise<SeededLink> {
  const amountPaise = z.parse(askedPaiseWire, paise(BigInt(order.rupees) * 100n).toString()).toString();
  const input = z.parse(createLinkInput, {
    accountId: accounts[order.account].id,
    amountPaise,
    purpose: order.purpose,
    phone: order.phone,
    email: order.email,
    customerName: order.name,
  });
  const link = await createLink(ctx, input);
  if (link.url === null) throw new Error(`the emulator gave no address for link ${link.id}`);
  return { linkId: link.id, url: link.url, phone: order.phone, email: order.email };
}

async function play(cast: Cast, accounts: SeededAccounts, { agoMs, order, ends }: Scene): Promise<void> {
  const { linkId } = await acts(cast.support, agoMs, (ctx) => make(ctx, accounts, order));
  for (const [index, outcome] of ends.entries()) {
    const later = agoMs - (index + 1) * 4 * minuteMs;
    if (outcome === "cancel") {
      await acts(cast.support, later, (ctx) => cancelLink(ctx, linkId));
      continue;
    }
    // An end that nobody brings about is seen when the link is looked at again.
    await ago(outcome === "expire" ? 30 * minuteMs : later, async () => {
      if (outcome !== "expire") await tellEmulator(`/emulator/links/${linkId}/pay`, { outcome, vpa: `${order.name.split(" ")[0]?.toLowerCase()}@okbank` });
      await refreshLink(asSeed(), linkId);
      await drainJobs(paymentJobs);
    });
  }
}

/** Customers of the last two weeks, and two links that are still open for whoever tries the demo. */
export async function seedPayments(cast: Cast, accounts: SeededAccounts): Promise<SeededLink[]> {
  const links: SeededLink[] = [];
  const stillOpen = async () => {
    for (const order of open) links.push(await acts(cast.support, atWork(0, 0.4), (ctx) => make(ctx, accounts, order)));
  };
  await together(...history.map((scene) => () => play(cast, accounts, scene)), stillOpen);
  return links;
}

import * as z from "zod/mini";
import { systemCtx } from "@/lib/context";
import { drainJobs } from "@/lib/jobs";
import { approvePayout, cancelPayout, createPayout, getPayout, payoutJobs, payoutSweeps, rejectPayout, startApproval } from "@/lib/payouts";
import { createPayoutInput } from "@/lib/payouts/contract";
import { dayMs, hourMs, minuteMs } from "@/lib/time";
import { seedFreshBeneficiary, type SeededAccounts, type SeededBeneficiaries } from "./accounts.ts";
import { atWork, lately } from "./office.ts";
import type { Cast } from "./people.ts";
import { acts, ago, codeOf, tellEmulator, together, type SeededPerson } from "./stage.ts";

type Stage = { cast: Cast; accounts: SeededAccounts; beneficiaries: SeededBeneficiaries };
type Ask = { agoMs: number; account?: keyof SeededAccounts; to: keyof SeededBeneficiaries; rupees: number; purpose: string };
type End = (stage: Stage, payout: { id: string; agoMs: number; before: () => Promise<void> }) => Promise<void>;

async function request({ cast, accounts }: Stage, beneficiaryId: string, ask: Omit<Ask, "to">): Promise<string> {
  const input = { accountId: accounts[ask.account ?? "traders"].id, beneficiaryId, amountPaise: String(ask.rupees * 100), purpose: ask.purpose };
  return (await acts(cast.maker, ask.agoMs, (ctx) => createPayout(ctx, z.parse(createPayoutInput, input)))).id;
}

async function sign(payoutId: string, admin: SeededPerson, agoMs: number): Promise<void> {
  await acts(admin, agoMs, async (ctx) => {
    const panel = await getPayout(ctx, payoutId);
    const { challengeId } = await startApproval(ctx, payoutId, { digest: panel.statement.digest });
    await approvePayout(ctx, payoutId, { challengeId, code: await codeOf(admin) });
  });
}

/** Signed by as many admins as it needs, sent, and followed for a quarter of an hour. */
const paid: End = async ({ cast }, { id, agoMs, before }) => {
  const { payout } = await acts(cast.firstAdmin, agoMs - 10 * minuteMs, (ctx) => getPayout(ctx, id));
  await sign(id, cast.firstAdmin, agoMs - 12 * minuteMs);
  if (payout.approvals.needed > 1) await sign(id, cast.secondAdmin, agoMs - 15 * minuteMs);
  await ago(agoMs - 16 * minuteMs, () => before().then(work));
  for (const later of [16.5 * minuteMs, 20 * minuteMs, 40 * minuteMs]) await ago(agoMs - later, work);
};

/** One round of what the worker would do. */
async function work(): Promise<void> {
  await drainJobs(payoutJobs);
  for (const sweep of payoutSweeps) await sweep.run(systemCtx(`demo-history:${sweep.name}`));
}

const waiting: End = async () => undefined;
const halfSigned: End = ({ cast }, { id, agoMs }) => sign(id, cast.firstAdmin, agoMs - 25 * minuteMs);
const rejected: End = async ({ cast }, { id, agoMs }) =>
  void (await acts(cast.firstAdmin, agoMs - 28 * minuteMs, (ctx) => rejectPayout(ctx, id, { reason: "The invoice it names was already paid." })));
const cancelled: End = async ({ cast }, { id, agoMs }) =>
  void (await acts(cast.maker, agoMs - 26 * minuteMs, (ctx) => cancelPayout(ctx, id, { reason: "Asked for the wrong month." })));
const expired: End = (_, { agoMs }) => ago(agoMs - 7 * dayMs - hourMs, work);

/** Debited at the bank, credit not confirmed: it stays so for hours. */
const creditPending: End = async (stage, payout) => {
  await paid(stage, payout);
  await ago(payout.agoMs - hourMs, async () => {
    await tellEmulator(`/emulator/transfers/${payout.id}/advance`, { to: "SENT_TO_BENEFICIARY" });
    await work();
  });
};

const lostAnswer = () => tellEmulator("/emulator/faults", { match: { method: "POST", path: "^/payout/transfers$" }, kind: "error_before", times: 1 });
const slowBank = () => tellEmulator("/emulator/tuning", { stepMs: 6 * hourMs });

const history: (Ask & { end: End; before?: () => Promise<void> })[] = [
  { agoMs: atWork(28, 2.5), to: "regular", rupees: 120_000, purpose: "Fabric lot 41", end: paid },
  { agoMs: atWork(25, 6), to: "upi", rupees: 2_500, purpose: "Courier refund", end: paid },
  { agoMs: atWork(23, 1), to: "large", rupees: 650_000, purpose: "Loom motors", end: paid },
  { agoMs: atWork(17, 4), to: "regular", rupees: 85_000, purpose: "Fabric lot 42", end: paid },
  { agoMs: atWork(13, 2), to: "failing", rupees: 18_000, purpose: "Cartons", end: paid },
  { agoMs: atWork(11, 6.5), to: "returning", rupees: 22_500, purpose: "Tent rental", end: paid },
  { agoMs: atWork(9, 3), to: "regular", rupees: 40_000, purpose: "Invoice 311", end: rejected },
  { agoMs: atWork(8, 5), to: "regular", rupees: 33_000, purpose: "Invoice 312", end: cancelled },
  { agoMs: atWork(7, 7), to: "regular", rupees: 27_000, purpose: "Invoice 313", end: expired },
  { agoMs: atWork(4, 4.5), account: "textiles", to: "textilesRegular", rupees: 45_000, purpose: "Dyeing work", end: paid },
  { agoMs: atWork(1, 3), to: "stuck", rupees: 52_000, purpose: "Container freight", end: paid },
  { agoMs: atWork(1, 1.5), to: "large", rupees: 725_000, purpose: "Second loom", end: halfSigned },
  { agoMs: atWork(0, 7), to: "lost", rupees: 61_000, purpose: "Dock charges", end: paid, before: lostAnswer },
  { agoMs: atWork(0, 3), to: "regular", rupees: 175_000, purpose: "Fabric lot 43", end: waiting },
  { agoMs: atWork(0, 2), to: "upi", rupees: 1_200, purpose: "Sample courier", end: creditPending, before: slowBank },
];

/** To someone added an hour before: it waits for the cool-off when the demo opens. */
async function coolingOff(stage: Stage): Promise<void> {
  const beneficiaryId = await seedFreshBeneficiary(stage.cast, stage.accounts);
  await request(stage, beneficiaryId, { agoMs: lately(1), rupees: 9_000, purpose: "Logo design" });
}

/** Five weeks of payouts, each ended by the people and the bank that end such a one. */
export async function seedPayouts(stage: Stage): Promise<void> {
  const scenes = history.map(({ end, before, to, ...ask }) => async () => {
    const id = await request(stage, stage.beneficiaries[to], ask);
    await end(stage, { id, agoMs: ask.agoMs, before: before ?? (async () => undefined) });
  });
  await together(...scenes, () => coolingOff(stage));
}

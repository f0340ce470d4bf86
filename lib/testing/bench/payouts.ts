// Asking for a payout and signing one, each against the yardstick.
import type postgres from "postgres";
import { paise } from "@/lib/money";
import { approvePayout, createPayout, getPayout, startApproval } from "@/lib/payouts";
import { clockNow, secondMs, setClockOffsetMs } from "@/lib/time";
import { codeAt } from "../people.ts";
import { createBaseline, transferOnce } from "./baseline.ts";
import { furnishDesk, requestOf, type BenchPerson, type Desk } from "./desk.ts";
import { below, compare, figure, interleave, rateFor, rateOver, type Random, type Row } from "./measure.ts";
import type { Stage } from "./stage.ts";

const clients = 8;
const turns = 5;
const turnMs = 2000;

/** Both comparisons, and whether every hold is there exactly once. */
export async function benchPayouts(stage: Stage, tools: { random: Random; say: (line: string) => void }): Promise<Row[]> {
  tools.say("Furnishing the desk …");
  await createBaseline(stage.owner);
  const desk = await furnishDesk(stage.superuser);
  await stage.superuser.unsafe("analyze");
  tools.say("Asking for payouts …");
  const { row, made } = await benchCreate(desk, tools.random);
  const holds = await checkHolds(stage.superuser, made.length);
  tools.say("Signing payouts …");
  const signed = await benchApprove(desk, { waiting: made, random: tools.random });
  return [row, holds, signed, await checkHolds(stage.superuser, made.length)];
}

function yardstick(random: Random): () => Promise<number> {
  return () => rateFor({ clients, ms: turnMs }, () => transferOnce(random));
}

async function benchCreate(desk: Desk, random: Random): Promise<{ row: Row; made: string[] }> {
  const made: string[] = [];
  let serial = 0;
  const ask = async (): Promise<void> => {
    serial += 1;
    const target = desk.targets[below(random, desk.targets.length)];
    const maker = desk.makers[below(random, desk.makers.length)];
    if (target === undefined || maker === undefined) throw new Error("The desk is empty.");
    // Amounts differ by a paisa: equal ones to the same beneficiary are refused as twins.
    const outcome = await createPayout(requestOf(maker, `bench-${serial}`), { ...target, amountPaise: paise(BigInt(100_000 + serial)), purpose: "Invoice 42" });
    if (outcome.status !== "pending_approval" || outcome.approvals.needed !== 1) throw new Error(`A payout is ${outcome.status} and needs ${outcome.approvals.needed} signatures.`);
    made.push(outcome.id);
  };
  const pairs = await interleave(turns, { baseline: yardstick(random), ours: () => rateFor({ clients, ms: turnMs }, ask) });
  return { row: compare("request and hold, 8 clients", pairs, 40), made };
}

type Signing = { payoutId: string; person: BenchPerson; challengeId: string; code: string };

async function benchApprove(desk: Desk, given: { waiting: readonly string[]; random: Random }): Promise<Row> {
  const perTurn = Math.min(desk.approvers.length, Math.floor(given.waiting.length / (turns + 1)));
  let turn = 0;
  const sign = async (): Promise<number> => {
    // A code works once per person and half minute, so every turn has its own.
    setClockOffsetMs((turn + 1) * 30 * secondMs);
    const batch = await challengeAll(desk, given.waiting.slice(turn * perTurn, (turn + 1) * perTurn));
    turn += 1;
    return rateOver(batch, clients, async ({ payoutId, person, challengeId, code }) => {
      const outcome = await approvePayout(requestOf(person, null), payoutId, { challengeId, code });
      if (outcome.status !== "approved") throw new Error(`A signed payout is ${outcome.status}.`);
    });
  };
  const pairs = await interleave(turns, { baseline: yardstick(given.random), ours: sign });
  return compare("approve with a code, 8 clients", pairs, 40);
}

async function challengeAll(desk: Desk, payoutIds: readonly string[]): Promise<Signing[]> {
  const signings: Signing[] = [];
  await rateOver([...payoutIds.entries()], clients, async ([index, payoutId]) => {
    const person = desk.approvers[index];
    if (person === undefined) throw new Error("There are more payouts than approvers.");
    const panel = await getPayout(requestOf(person, null), payoutId);
    const { challengeId } = await startApproval(requestOf(person, null), payoutId, { digest: panel.statement.digest });
    signings.push({ payoutId, person, challengeId, code: "" });
  });
  const now = clockNow();
  return Promise.all(signings.map(async (signing) => ({ ...signing, code: await codeAt(signing.person.totpSecret, now) })));
}

/** Every payout that was made holds its money exactly once, and no account says otherwise. */
async function checkHolds(superuser: postgres.Sql, made: number): Promise<Row> {
  const [seen] = await superuser<{ holds: number; wrong: number; accounts: number }[]>`
    select (select count(*)::int from holds where status = 'open') as holds,
      (select count(*)::int from holds h full join payouts p on p.id = h.payout_id where p.purpose is distinct from 'earlier' and (h.id is null or p.id is null or h.amount_paise <> p.amount_paise + p.fee_paise or h.status <> 'open')) as wrong,
      (select count(*)::int from account_balances b where held_paise <> (select coalesce(sum(amount_paise), 0) from holds where account_id = b.account_id and status = 'open')) as accounts`;
  const off = seen === undefined ? 1 : Math.abs(seen.holds - made) + seen.wrong + seen.accounts;
  return figure(`  lost or extra holds among ${made}`, String(off), { text: "0", met: off === 0 });
}

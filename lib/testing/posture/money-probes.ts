import { recordAudit } from "@/lib/audit";
import { systemCtx, withTransaction } from "@/lib/context";
import { drainJobs } from "@/lib/jobs";
import { recheckReserve } from "@/lib/ledger";
import { recordEvent } from "@/lib/monitoring";
import { paise } from "@/lib/money";
import { approvePayout, createPayout, dispatchPayout, getPayout, payoutJobs, payoutSweeps, startApproval } from "@/lib/payouts";
import { isStopped } from "@/lib/settings";
import { codeAt } from "@/lib/testing/people";
import { ask, ctxOf, newBeneficiary, paidBefore, passTime, personWith, transfersOf, type PayoutDesk } from "@/lib/testing/payouts";
import { clockNow, dayMs, hourMs, plusMs } from "@/lib/time";
import { revealToken, tokenise, unseal, seal } from "@/lib/vault";
import { trueNow } from "./inject.ts";
import type { Probe } from "./probes.ts";

let amount = 100_000n;
const nextAmount = (): bigint => (amount += 1_000n);

async function statusOf(desk: PayoutDesk, id: string): Promise<string> {
  return (await desk.database.superuser<{ status: string }[]>`select status from payouts where id = ${id}`)[0]?.status ?? "none";
}

export const moneyProbes = {
  reserve_check: async ({ desk, failure }) => {
    const { id } = await ask(desk, nextAmount());
    // Days, not minutes: a reference rate is good for longer than any other clock's mistake would show.
    const now = (): Date => (failure === "clock_skew" ? plusMs(clockNow(), 10 * dayMs) : clockNow());
    return {
      good: () => withTransaction({ ...systemCtx("test"), now: now() }, (tx) => recheckReserve(tx, { accountId: desk.accountId, payoutId: id, stage: "approve" })),
      bad: () => createPayout(ctxOf(desk.maker), { accountId: desk.accountId, beneficiaryId: desk.beneficiaryId, amountPaise: paise(499_999_999n), purpose: "Too much" }),
    };
  },
  approval: async ({ desk }) => {
    const { id } = await ask(desk, nextAmount());
    const signer = await personWith("finance_admin");
    passTime(31_000);
    const panel = await getPayout(ctxOf(signer), id);
    const { challengeId } = await startApproval(ctxOf(signer), id, { digest: panel.statement.digest });
    return {
      bad: () => approvePayout(ctxOf(signer), id, { challengeId, code: "000000" }),
      good: async () => approvePayout(ctxOf(signer), id, { challengeId, code: await codeAt(signer.totpSecret, trueNow()) }),
      verdict: async () => ((await statusOf(desk, id)) === "pending_approval" ? "refuse" : "allow"),
    };
  },
  dispatch: async ({ desk, failure }) => {
    // A beneficiary the gateway has not seen, so that the destination must be opened.
    const beneficiaryId = await newBeneficiary(desk.accountId);
    await paidBefore(desk.database, desk.accountId, beneficiaryId);
    const { id } = await ask(desk, nextAmount(), { beneficiaryId });
    const signer = await personWith("finance_admin");
    passTime(31_000);
    const panel = await getPayout(ctxOf(signer), id);
    const { challengeId } = await startApproval(ctxOf(signer), id, { digest: panel.statement.digest });
    await approvePayout(ctxOf(signer), id, { challengeId, code: await codeAt(signer.totpSecret, clockNow()) });
    return {
      good: async () => (failure === "worker_down" ? undefined : dispatchPayout(systemCtx("test"), id)),
      verdict: async () => {
        if ((await transfersOf(desk, id)).length > 0) return "allow";
        return ["approved", "submitting"].includes(await statusOf(desk, id)) ? "hold" : "refuse";
      },
      after: async () => {
        passTime(hourMs);
        await drainJobs(payoutJobs);
        for (const sweep of payoutSweeps) await sweep.run(systemCtx("test"));
        await drainJobs(payoutJobs);
        if ((await transfersOf(desk, id)).length !== 1) throw new Error("the payout was not sent once the failure was over");
      },
    };
  },
  emergency_stop: async () => ({ good: () => withTransaction(systemCtx("test"), (tx) => isStopped(tx)) }),
  audit: async ({ desk }) => {
    const ctx = systemCtx("posture probe");
    const rows = async (): Promise<number> => (await desk.database.superuser`select 1 from security_events where request_id = ${ctx.requestId}`).length;
    return {
      // The change stands before its row: only one transaction makes both or neither.
      good: () =>
        withTransaction(ctx, async (tx) => {
          await recordEvent(tx, { event: "settings.drift", fields: { name: "probe" } });
          await recordAudit(tx, { verb: "posture.probe", objectKind: "probe", objectId: ctx.requestId });
        }),
      verdict: async () => ((await rows()) === 0 ? "refuse" : "allow"),
    };
  },
  vault: async () => {
    const place = (rowId: string) => ({ table: "users", column: "name_ct", rowId }) as const;
    const sealed = await seal(place("usr_1"), "Asha Nair");
    const value = `9${String(nextAmount())}`;
    return {
      good: async () => {
        const { tokenId } = await withTransaction(systemCtx("test"), (tx) => tokenise(tx, "bank_account", value));
        return revealToken(tokenId);
      },
      bad: () => unseal(place("usr_2"), sealed),
    };
  },
} satisfies Record<string, Probe>;

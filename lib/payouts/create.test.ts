import { expect, test } from "vitest";
import { getAccount } from "@/lib/accounts";
import type { AppError } from "@/lib/errors";
import { getBalance, getTrialBalance } from "@/lib/ledger";
import { paise } from "@/lib/money";
import { listVerdicts } from "@/lib/risk";
import { ask, ctxOf, newAccount, newBeneficiary, passTime, personWith, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { minuteMs } from "@/lib/time";
import { createPayoutInput } from "./contract.ts";
import { createPayout, getPayout, getPayoutQueues, listPayouts, payoutsById, previewPayout } from "./index.ts";

const desk = usePayoutDesk();

const refusal = (act: Promise<unknown>) =>
  act.then(
    () => "accepted",
    (error: AppError) => `${error.code} ${error.kind} ${error.reasons.map((reason) => reason.code).join(",")}`.trim(),
  );

function request(amountPaise: bigint, key: string | null, bodyHash = "body") {
  return createPayout(ctxOf(desk.maker, key, bodyHash), { accountId: desk.accountId, beneficiaryId: desk.beneficiaryId, amountPaise: paise(amountPaise), purpose: "Invoice 42" });
}

test("the same key with the same body gives the stored answer and one hold, with another body 422", async () => {
  const before = (await getBalance(desk.accountId)).heldPaise;
  const answers = await Promise.all([1, 2, 3].map(() => request(111_000n, "key-aaaaaaaaaaaaaaaa").catch((error: AppError) => error.kind)));
  const again = await request(111_000n, "key-aaaaaaaaaaaaaaaa");
  for (const answer of answers) expect([again, "idempotency_in_progress"]).toContainEqual(answer);
  expect((await getBalance(desk.accountId)).heldPaise - before).toBe(111_000n);
  expect(await refusal(request(111_000n, "key-aaaaaaaaaaaaaaaa", "other"))).toBe("unprocessable idempotency_mismatch");
});

test("200 requests at once never take the account below its reserve, and each hold is one payout", async () => {
  const accountId = await newAccount(1_850_000n);
  const beneficiaryId = await newBeneficiary(accountId);
  // On a busy machine some are told that the database took too long and nothing was saved: they ask again, as they are told to.
  const asked = (amountPaise: bigint): Promise<unknown> =>
    ask(desk, amountPaise, { accountId, beneficiaryId }).catch((error: AppError) => {
      if (error.kind !== "too_slow" && error.kind !== "contended") throw error;
      return asked(amountPaise);
    });
  const results = await Promise.allSettled(Array.from({ length: 200 }, (_, index) => asked(BigInt(10_000 + index))));
  const made = results.filter((result) => result.status === "fulfilled").length;
  const { balancePaise, heldPaise, reserve } = await getBalance(accountId);
  const left = balancePaise - heldPaise - (reserve?.reservePaise ?? 0n);
  expect(left).toBeGreaterThanOrEqual(0n);
  // Nothing that still fitted was refused.
  expect(left).toBeLessThan(10_200n);
  const [open] = await desk.database.superuser`select count(*)::int as holds, sum(amount_paise)::text as sum from holds where account_id = ${accountId} and status = 'open'`;
  expect(open).toEqual({ holds: made, sum: heldPaise.toString() });
  expect(new Set(results.filter((result) => result.status === "rejected").map((result) => (result.reason as AppError).kind))).toEqual(new Set(["reserve_short"]));
  expect((await getTrialBalance()).balanced).toBe(true);
});

test("exactly down to the reserve is granted, one paisa more is refused with the arithmetic", async () => {
  const accountId = await newAccount(1_850_000n);
  const beneficiaryId = await newBeneficiary(accountId);
  expect(await refusal(ask(desk, 1_000_001n, { accountId, beneficiaryId }))).toBe("conflict reserve_short reserve_short");
  expect(await ask(desk, 1_000_000n, { accountId, beneficiaryId })).toMatchObject({ status: "pending_approval" });
});

test("the same amount to the same beneficiary within the window is refused, also when both are asked at once", async () => {
  await desk.database.owner.begin(async (sql) => {
    await sql`select set_config('app.actor', 'test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await sql`update settings set value = '10' where name = 'duplicateMinutes'`;
  });
  const both = await Promise.all([refusal(request(222_000n, null)), refusal(request(222_000n, null))]);
  expect(both.sort()).toEqual(["accepted", "conflict payout_refused duplicate"]);
  passTime(11 * minuteMs);
  expect(await refusal(request(222_000n, null))).toBe("accepted");
  await desk.database.owner.begin(async (sql) => {
    await sql`select set_config('app.actor', 'test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await sql`update settings set value = '0' where name = 'duplicateMinutes'`;
  });
});

test("another account's beneficiary, an unknown one and an amount over the limit are refused and hold nothing", async () => {
  const other = await newBeneficiary(await newAccount(1_000_000n));
  const before = (await getBalance(desk.accountId)).heldPaise;
  expect(await refusal(ask(desk, 1000n, { beneficiaryId: other }))).toMatch(/^conflict payout_refused beneficiary_of_other_account/);
  expect(await refusal(ask(desk, 1000n, { beneficiaryId: "ben_00000000000000000000000000" }))).toBe("not_found no_payout_target");
  expect(await refusal(ask(desk, 1_000_000_001n))).toMatch(/over_limit/);
  expect((await getBalance(desk.accountId)).heldPaise).toBe(before);
});

test.each([
  ["a number as amount", { amountPaise: 100000 }],
  ["less than a rupee", { amountPaise: "99" }],
  ["a fraction", { amountPaise: "1000.5" }],
  ["a negative amount", { amountPaise: "-1000" }],
  ["another id's prefix", { accountId: "ben_00000000000000000000000000" }],
  ["a purpose the bank does not take", { purpose: "pay <b>now</b>" }],
  ["a total from the browser", { totalPaise: "100000" }],
])("%s is refused by the contract", (_what, change) => {
  const good = { accountId: "acct_00000000000000000000000000", beneficiaryId: "ben_00000000000000000000000000", amountPaise: "100000", purpose: "Invoice 42" };
  expect(createPayoutInput.safeParse(good).success).toBe(true);
  expect(createPayoutInput.safeParse({ ...good, ...change }).success).toBe(false);
});

test("the preview says what the request will meet, and changes nothing", async () => {
  const before = await getBalance(desk.accountId);
  const empty = await previewPayout(ctxOf(desk.maker), { accountId: desk.accountId });
  expect(empty).toMatchObject({
    rail: null,
    approvals: null,
    failing: [],
    headroom: { availablePaise: before.availablePaise.toString(), afterPaise: before.availablePaise.toString(), reservePaise: "850000" },
  });
  const full = await previewPayout(ctxOf(desk.maker), { accountId: desk.accountId, beneficiaryId: desk.beneficiaryId, amountPaise: paise(60_000_000n) });
  expect(full).toMatchObject({ rail: "neft", approvals: { needed: 2 }, headroom: { afterPaise: (before.availablePaise - 60_000_000n).toString() }, failing: [] });
  const tooMuch = await previewPayout(ctxOf(desk.maker), {
    accountId: desk.accountId,
    beneficiaryId: await newBeneficiary(desk.accountId, { agoMs: 0 }),
    amountPaise: paise(499_500_000n),
  });
  expect(tooMuch.failing.map((reason) => reason.code)).toEqual(["reserve_short"]);
  expect(tooMuch.warnings.map((reason) => reason.code)).toEqual(["cool_off"]);
  expect(await getBalance(desk.accountId)).toEqual(before);
});

test("lists page without gaps or repeats, and each person's queue holds what they may act on", async () => {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await listPayouts(ctxOf(desk.admin), { account: desk.accountId, limit: 2, ...(cursor === null ? {} : { cursor }) });
    seen.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  const all = await desk.database.superuser`select id from payouts where account_id = ${desk.accountId} order by created_at desc, id desc`;
  expect(seen).toEqual(all.map((row) => row["id"]));
  const forAdmin = await listPayouts(ctxOf(desk.admin), { queue: "waiting", limit: 200 });
  expect(forAdmin.items.length).toBeGreaterThan(0);
  for (const item of forAdmin.items.slice(0, 3)) expect((await getPayout(ctxOf(desk.admin), item.id)).acts.approve.allowed).toBe(true);
  expect((await listPayouts(ctxOf(desk.maker), { queue: "waiting", limit: 200 })).items).toEqual([]);
  const figures = await getPayoutQueues(ctxOf(desk.admin));
  expect(figures.waiting.count).toBe(Math.min(forAdmin.items.length, 200));
});

test("of what is held, the figures say how many need a person and when the first of the others ends by itself", async () => {
  await ask(desk, 133_000n, { beneficiaryId: await newBeneficiary(desk.accountId, { agoMs: 60 * minuteMs }) });
  const analyst = ctxOf(await personWith("risk_analyst"));
  const { held } = await getPayoutQueues(analyst);
  const all = (await listPayouts(analyst, { queue: "held", limit: 200 })).items;
  const forPerson = (await listPayouts(analyst, { queue: "waiting", limit: 200 })).items.map(({ id }) => id);
  expect([held.count, held.forPerson]).toEqual([all.length, forPerson.length]);
  const timed = await Promise.all(all.filter(({ id }) => !forPerson.includes(id)).map(({ id }) => getPayout(analyst, id)));
  expect(timed.length).toBeGreaterThan(0);
  expect(held.nextEndAt).toBe(timed.map((panel) => panel.hold?.until ?? "").toSorted()[0]);
});

test("an account's open hold names whom the money is set aside for, masked", async () => {
  const { id } = await ask(desk, 132_000n);
  const hold = (await getAccount(desk.accountId)).holds.find((one) => one.payoutId === id);
  expect(hold?.payee).toMatch(/^\p{L}•••• /u);
});

test("who asks or signs reads the payee's whole name in the list as in the panel; everyone else reads the mask in both", async () => {
  const { id } = await ask(desk, 131_000n);
  const read = async (person: typeof desk.maker) => {
    const listed = (await listPayouts(ctxOf(person), { account: desk.accountId, limit: 200 })).items.find((item) => item.id === id);
    return [listed?.payee.name, (await getPayout(ctxOf(person), id)).payout.payee.name];
  };
  const [whole] = await read(desk.maker);
  expect(whole).not.toContain("•");
  expect(await read(desk.admin)).toEqual([whole, whole]);
  for (const role of ["auditor", "risk_analyst", "security_admin"] as const) {
    const [listed, opened] = await read(await personWith(role));
    expect([listed, opened]).toEqual([expect.stringContaining("•"), listed]);
  }
});

test("a verdict that held names its payout: the amount, when it was asked for and the payee, masked for whoever neither asks nor signs", async () => {
  const fresh = await newBeneficiary(desk.accountId, { agoMs: minuteMs });
  const { id } = await ask(desk, 777_000n, { beneficiaryId: fresh });
  const seenBy = async (person: Person) => {
    const { items } = await listVerdicts({ outcome: "hold" }, (ids) => payoutsById(ctxOf(person), ids));
    return items.find((item) => item.payoutId === id)?.payout;
  };
  const seen = await seenBy(desk.admin);
  expect(seen).toMatchObject({ amountPaise: "777000", payee: { name: "Asha Rao", last4: expect.stringMatching(/^\d{4}$/) }, askedAt: expect.stringMatching(/\+05:30$/) });
  expect((await seenBy(desk.analyst))?.payee.name).toMatch(/^A•+ R•+$/);
});

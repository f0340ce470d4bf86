// A desk for payout tests: people, an account with money, beneficiaries past their cool-off, and an emulator to pay through.
import { beforeAll, afterAll } from "vitest";
import { drizzle } from "drizzle-orm/postgres-js";
import { payouts } from "@/db/schema/payouts";
import { permissionsOf, type Role } from "@/lib/access";
import { createAccount } from "@/lib/accounts";
import { addBeneficiary } from "@/lib/beneficiaries";
import { startTestEmulator, type TestEmulator } from "@/lib/cashfree/emulator/harness";
import { setConfig } from "@/lib/config";
import { systemCtx, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { addRate, postOpening } from "@/lib/ledger";
import { paise } from "@/lib/money";
import { approvePayout, createPayout, getPayout, startApproval } from "@/lib/payouts";
import type { PayoutOutcome } from "@/lib/payouts/contract";
import { clockNow, dayMs, plusMs, setClockOffsetMs } from "@/lib/time";
import { useDatabase, type TestDatabase } from "./database.ts";
import { codeAt, newPerson, type TestPerson } from "./people.ts";
import { settledPayout } from "./remembered.ts";

export type Person = TestPerson & { roles: readonly Role[]; sessionId: string };

export const goodAccount = { accountNumber: "026291800001191", ifsc: "YESB0000262" };

/** Runs `run` as the named machinery, at an instant relative to now. */
export function asSystem<T>(run: (tx: Tx) => Promise<T>, atMs = 0): Promise<T> {
  return withTransaction({ ...systemCtx("test"), now: plusMs(clockNow(), atMs) }, run);
}

export function ctxOf(person: Person, idempotencyKey: string | null = null, bodyHash = "body"): Ctx {
  return {
    ...systemCtx("test"),
    actor: { kind: "user", userId: person.userId, sessionId: person.sessionId, roles: person.roles, permissions: permissionsOf(person.roles), factor: "totp" },
    now: clockNow(),
    idempotency: idempotencyKey === null ? null : { key: idempotencyKey, route: "/api/payouts", bodyHash },
  };
}

export async function personWith(...roles: Role[]): Promise<Person> {
  return { ...(await newPerson(roles)), roles, sessionId: newId("session") };
}

let offsetMs = 0;

/** Moves the process's clock forward; the next code is then a fresh one. */
export function passTime(ms: number): void {
  offsetMs += ms;
  setClockOffsetMs(offsetMs);
}

/** How far this file's clock is from the real one. */
export function offset(): number {
  return offsetMs;
}

/** A reference rate of today: ₹85 to the dollar, a reserve of ₹8,500. */
export async function freshRate(rateMicros = 85_000_000n): Promise<void> {
  await asSystem((tx) => addRate(tx, { rateMicros, effectiveAt: plusMs(tx.ctx.now, -1000), source: "test", enteredBy: "system:a", confirmedBy: "system:b" }));
}

let serial = 0;

/** A beneficiary added `agoMs` ago by `addedBy` (machinery when null); its account number is a fresh one that succeeds unless given. */
export async function newBeneficiary(accountId: string, given: { agoMs?: number; accountNumber?: string; ifsc?: string; vpa?: string; addedBy?: Person } = {}): Promise<string> {
  serial += 1;
  const bank = { accountNumber: given.accountNumber ?? `9${String(serial).padStart(11, "0")}`, ifsc: given.ifsc ?? "HDFC0001234" };
  const input = given.vpa === undefined ? ({ kind: "bank_account", name: "Asha Rao", ...bank } as const) : ({ kind: "vpa", name: "Asha Rao", vpa: given.vpa } as const);
  const ctx = given.addedBy === undefined ? systemCtx("test") : ctxOf(given.addedBy);
  return withTransaction({ ...ctx, now: plusMs(clockNow(), -(given.agoMs ?? 2 * dayMs)) }, (tx) => addBeneficiary(tx, accountId, input));
}

export async function newAccount(openingPaise: bigint): Promise<string> {
  return asSystem(async (tx) => {
    const { id } = await createAccount(tx, { name: "Demo Traders", fundsAvailable: "at_capture" });
    await postOpening(tx, { accountId: id, amountPaise: paise(openingPaise), at: tx.ctx.now });
    return id;
  });
}

/** Marks a beneficiary as paid before, so that one signature is enough: a settled payout as history left it. */
export async function paidBefore(database: TestDatabase, accountId: string, beneficiaryId: string): Promise<void> {
  const at = plusMs(clockNow(), -3 * dayMs);
  await drizzle(database.superuser).transaction(async (db) => {
    await db.execute("set local session_replication_role = replica");
    await db.insert(payouts).values({
      id: newId("payout"),
      accountId,
      beneficiaryId,
      ...settledPayout(at),
    });
  });
}

/** Shows the panel, takes its challenge and signs with a fresh code. */
export async function signAs(person: Person, payoutId: string): Promise<PayoutOutcome> {
  passTime(31_000);
  const panel = await getPayout(ctxOf(person), payoutId);
  const challenge = await startApproval(ctxOf(person), payoutId, { digest: panel.statement.digest });
  return approvePayout(ctxOf(person), payoutId, { challengeId: challenge.challengeId, code: await codeAt(person.totpSecret, clockNow()) });
}

export type PayoutDesk = {
  database: TestDatabase;
  maker: Person;
  admin: Person;
  second: Person;
  analyst: Person;
  accountId: string;
  beneficiaryId: string;
  emulator: TestEmulator;
};

/** One desk for the test file; `accountId` holds ₹50,00,000 and `beneficiaryId` was paid before. */
export function usePayoutDesk(): PayoutDesk {
  const database = useDatabase();
  const desk = { database } as PayoutDesk;
  beforeAll(async () => {
    desk.emulator = await startTestEmulator({ tuning: { stepMs: 1_000_000_000, walletPaise: "100000000000" } });
    const { url, settings } = desk.emulator;
    const cashfree = {
      ...database.config.cashfree,
      emulatorUrl: url,
      pgBase: `${url}/pg`,
      payoutBase: `${url}/payout`,
      payoutV1Base: `${url}/payout`,
      payout: { ...settings.payout, webhookSecrets: [settings.payout.clientSecret] },
      pg: { ...settings.pg, webhookSecrets: [settings.pg.clientSecret] },
    };
    setConfig({ ...database.config, cashfree });
    await freshRate();
    desk.maker = await personWith("finance_maker");
    desk.admin = await personWith("finance_admin");
    desk.second = await personWith("finance_admin");
    desk.analyst = await personWith("risk_analyst");
    desk.accountId = await newAccount(500_000_000n);
    desk.beneficiaryId = await newBeneficiary(desk.accountId, goodAccount);
    await paidBefore(database, desk.accountId, desk.beneficiaryId);
    // The rules have tests of their own; here many payouts a day are usual.
    await database.owner.begin(async (sql) => {
      await sql`select set_config('app.actor', 'test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`insert into settings (name, value, changed_by, changed_at) values ('velocityPayoutsMax', '10000', 'test', now()), ('duplicateMinutes', '0', 'test', now())`;
    });
  });
  afterAll(async () => {
    setClockOffsetMs(0);
    await desk.emulator.close();
  });
  return desk;
}

/** Asks for a payout as the desk's maker. */
export function ask(desk: PayoutDesk, amountPaise = 100_000n, to: { accountId?: string; beneficiaryId?: string } = {}): Promise<PayoutOutcome> {
  return createPayout(ctxOf(desk.maker), {
    accountId: to.accountId ?? desk.accountId,
    beneficiaryId: to.beneficiaryId ?? desk.beneficiaryId,
    amountPaise: paise(amountPaise),
    purpose: "Invoice 42",
  });
}

/** A payout that one finance admin has signed. */
export async function askAndSign(desk: PayoutDesk, amountPaise: bigint): Promise<string> {
  const { id } = await ask(desk, amountPaise);
  await signAs(desk.admin, id);
  return id;
}

/** What the emulator knows of a payout's transfer: at most one, with how often it was asked for. */
export async function transfersOf(desk: PayoutDesk, id: string) {
  return (await desk.emulator.state()).transfers.filter((transfer) => transfer.transferId === id);
}

// The desk a payout bench works at: enough people, accounts and beneficiaries that no two clients wait for the same row by design.
import { randomBytes } from "node:crypto";
import { drizzle } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import { authFactors, roleGrants, users } from "@/db/schema/auth";
import { payouts } from "@/db/schema/payouts";
import { permissionsOf, type Role } from "@/lib/access";
import { createAccount } from "@/lib/accounts";
import { createPerson } from "@/lib/auth";
import { newTotpSecret } from "@/lib/auth/totp";
import { addBeneficiary } from "@/lib/beneficiaries";
import { systemCtx, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { addRate, postOpening } from "@/lib/ledger";
import { paise } from "@/lib/money";
import { clockNow, dayMs, plusMs } from "@/lib/time";
import { blindIndex, seal } from "@/lib/vault";
import { settledPayout } from "../remembered.ts";

export type BenchPerson = { userId: string; sessionId: string; roles: readonly Role[]; totpSecret: string };
export type Target = { accountId: string; beneficiaryId: string };
export type Desk = { makers: BenchPerson[]; approvers: BenchPerson[]; targets: Target[] };

export const deskSize = { accounts: 160, makers: 80, approvers: 1000 };

/** Payouts were paid to every beneficiary before, so that one signature is enough and no rule holds them. */
export async function furnishDesk(superuser: postgres.Sql): Promise<Desk> {
  await asOf(-dayMs / 24, (tx) =>
    addRate(tx, { rateMicros: 85_000_000n, effectiveAt: plusMs(tx.ctx.now, -1000), source: "bench", enteredBy: "system:a", confirmedBy: "system:b" }),
  );
  const [makers, approvers] = await addPeople(deskSize);
  const targets = await asOf(-3 * dayMs, async (tx) => {
    const made: Target[] = [];
    for (let index = 0; index < deskSize.accounts; index += 1) made.push(await openAccount(tx, index));
    return made;
  });
  await rememberPaid(superuser, targets);
  return { makers, approvers, targets };
}

/** The context of a signed-in person's request; `idempotencyKey` as the create form sends one. */
export function requestOf(person: BenchPerson, idempotencyKey: string | null): Ctx {
  return {
    ...systemCtx("bench"),
    actor: { kind: "user", userId: person.userId, sessionId: person.sessionId, roles: person.roles, permissions: permissionsOf(person.roles), factor: "totp" },
    ip: "127.0.0.1",
    idempotency: idempotencyKey === null ? null : { key: idempotencyKey, route: "/api/payouts", bodyHash: "bench" },
  };
}

function asOf<T>(ms: number, run: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction({ ...systemCtx("bench"), now: plusMs(clockNow(), ms) }, run);
}

async function openAccount(tx: Tx, index: number): Promise<Target> {
  const { id: accountId } = await createAccount(tx, { name: `Bench Traders ${index}`, fundsAvailable: "at_capture" });
  await postOpening(tx, { accountId, amountPaise: paise(1_000_000_000_000n), at: tx.ctx.now });
  const accountNumber = `7${String(index).padStart(11, "0")}`;
  const beneficiaryId = await addBeneficiary(tx, accountId, { kind: "bank_account", name: "Asha Rao", accountNumber, ifsc: "HDFC0001234" });
  return { accountId, beneficiaryId };
}

/** A password hash costs a tenth of a second, and nobody here signs in with one: everybody shares the first person's. */
async function addPeople(size: { makers: number; approvers: number }): Promise<[BenchPerson[], BenchPerson[]]> {
  return withTransaction(systemCtx("bench"), async (tx) => {
    await createPerson(tx, { email: "first@bench.example", name: "First Person", password: randomBytes(12).toString("hex"), roles: ["auditor"] });
    const [first] = await tx.db.select({ hash: users.passwordHash }).from(users);
    const roles: Role[] = [...Array<Role>(size.makers).fill("finance_maker"), ...Array<Role>(size.approvers).fill("finance_admin")];
    const people = roles.map((role) => ({ userId: newId("user"), sessionId: newId("session"), roles: [role], totpSecret: newTotpSecret() }));
    await tx.db.insert(users).values(
      await Promise.all(
        people.map(async ({ userId: id }) => ({
          id,
          emailCt: await seal({ table: "users", column: "email_ct", rowId: id }, `${id}@bench.example`),
          emailIndex: await blindIndex("users.email", `${id}@bench.example`),
          nameCt: await seal({ table: "users", column: "name_ct", rowId: id }, "Bench Person"),
          passwordHash: first?.hash ?? "",
          createdAt: tx.ctx.now,
        })),
      ),
    );
    await tx.db
      .insert(roleGrants)
      .values(people.map(({ userId, roles: [role] }) => ({ id: newId("roleGrant"), userId, role: role ?? "", grantedBy: "system:bench", validFrom: tx.ctx.now })));
    const factors = people.map(async ({ userId, totpSecret }) => {
      const id = newId("factor");
      return {
        id,
        userId,
        kind: "totp" as const,
        status: "active" as const,
        secretCt: await seal({ table: "auth_factors", column: "secret_ct", rowId: id }, totpSecret),
        createdAt: tx.ctx.now,
      };
    });
    await tx.db.insert(authFactors).values(await Promise.all(factors));
    return [people.slice(0, size.makers), people.slice(size.makers)];
  });
}

// A settled payout as history left it; the state machine would refuse to begin one there.
async function rememberPaid(superuser: postgres.Sql, targets: readonly Target[]): Promise<void> {
  const shared = settledPayout(plusMs(clockNow(), -2 * dayMs));
  await drizzle(superuser).transaction(async (db) => {
    await db.execute("set local session_replication_role = replica");
    await db.insert(payouts).values(targets.map((target) => ({ ...shared, ...target, id: newId("payout") })));
    await db.execute("insert into settings (name, value, changed_by, changed_at) values ('velocityPayoutsMax', '10000', 'bench', now())");
  });
}

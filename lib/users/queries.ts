import { and, count, eq, gt, inArray, isNull, lte, max } from "drizzle-orm";
import { authFactors, users } from "@/db/schema/auth";
import { apiClients, clientMakers } from "@/db/schema/clients";
import { authRecoveryCodes, payoutFreezes } from "@/db/schema/credentials";
import { passkeys } from "@/db/schema/passkeys";
import { changes } from "@/db/schema/users";
import { rolesAt } from "@/lib/access";
import { peopleNames } from "@/lib/auth";
import { read, type Ctx } from "@/lib/context";
import { AppError, type Decision } from "@/lib/errors";
import { toIst } from "@/lib/time";
import { unseal } from "@/lib/vault";
import { changesAbout, viewing } from "./changes.ts";
import type { Grant, GrantState, Person, PersonRow } from "./contract.ts";
import { factsOf, grantsOf, lastSeen, namer, spanOf, type GrantRow } from "./load.ts";
import { mayDisable, mayEnable, mayHandOutReset, mayInviteAgain, mayPropose, mayProposeReset } from "./policy.ts";

type UserRow = { id: string; emailCt: Uint8Array; status: PersonRow["status"]; createdAt: Date; resetAskedAt: Date | null };

const columns = { id: users.id, emailCt: users.emailCt, status: users.status, createdAt: users.createdAt, resetAskedAt: users.resetRequestedAt };

async function mask(row: UserRow): Promise<string> {
  const email = await unseal({ table: "users", column: "email_ct", rowId: row.id }, row.emailCt);
  return email.replace(/^(.)[^@]*/u, "$1•••");
}

type Extras = { totp: Set<string>; keys: Map<string, number>; codes: Map<string, number>; frozen: Map<string, Date>; waiting: Map<string, number> };

async function extrasOf(ids: readonly string[], now: Date): Promise<Extras> {
  const of = [...ids];
  const counted = (rows: { userId: string; n: number }[]) => new Map(rows.map((row) => [row.userId, row.n]));
  const [totp, keys, codes, frozen, waiting] = await Promise.all([
    read((db) =>
      db
        .select({ userId: authFactors.userId })
        .from(authFactors)
        .where(and(inArray(authFactors.userId, of), eq(authFactors.status, "active"))),
    ),
    read((db) =>
      db
        .select({ userId: passkeys.userId, n: count() })
        .from(passkeys)
        .where(and(inArray(passkeys.userId, of), isNull(passkeys.removedAt)))
        .groupBy(passkeys.userId),
    ),
    read((db) =>
      db
        .select({ userId: authRecoveryCodes.userId, n: count() })
        .from(authRecoveryCodes)
        .where(and(inArray(authRecoveryCodes.userId, of), isNull(authRecoveryCodes.usedAt), isNull(authRecoveryCodes.endedAt)))
        .groupBy(authRecoveryCodes.userId),
    ),
    read((db) =>
      db
        .select({ userId: payoutFreezes.userId, until: max(payoutFreezes.until) })
        .from(payoutFreezes)
        .where(and(inArray(payoutFreezes.userId, of), lte(payoutFreezes.frozenAt, now), gt(payoutFreezes.until, now)))
        .groupBy(payoutFreezes.userId),
    ),
    read((db) =>
      db
        .select({ userId: changes.subjectId, n: count() })
        .from(changes)
        .where(and(inArray(changes.subjectId, of), eq(changes.status, "pending"), gt(changes.expiresAt, now)))
        .groupBy(changes.subjectId),
    ),
  ]);
  return {
    totp: new Set(totp.map((row) => row.userId)),
    keys: counted(keys),
    codes: counted(codes),
    frozen: new Map(frozen.flatMap((row) => (row.until === null ? [] : [[row.userId, row.until] as const]))),
    waiting: counted(waiting),
  };
}

async function toRows(ctx: Ctx, rows: readonly UserRow[], grants: readonly GrantRow[]): Promise<PersonRow[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const [names, seen, extras] = await Promise.all([peopleNames(ids), lastSeen(ids), extrasOf(ids, ctx.now)]);
  return Promise.all(
    rows.map(async (row) => {
      const at = seen.get(row.id);
      const until = extras.frozen.get(row.id);
      return {
        id: row.id,
        name: names.get(row.id) ?? row.id,
        emailMasked: await mask(row),
        status: row.status,
        roles: rolesAt(grants.filter((grant) => grant.userId === row.id).map(spanOf), ctx.now),
        lastSeenAt: at === undefined ? null : toIst(at),
        createdAt: toIst(row.createdAt),
        factors: { totp: extras.totp.has(row.id), passkeys: extras.keys.get(row.id) ?? 0, recoveryCodes: extras.codes.get(row.id) ?? 0 },
        frozenUntil: until === undefined ? null : toIst(until),
        resetAskedAt: row.resetAskedAt === null ? null : toIst(row.resetAskedAt),
        waiting: extras.waiting.get(row.id) ?? 0,
      };
    }),
  );
}

const listedMax = 1000;

/** Everyone, by name. */
export async function listPeople(ctx: Ctx): Promise<{ items: PersonRow[] }> {
  const [rows, grants] = await Promise.all([read((db) => db.select(columns).from(users).limit(listedMax)), grantsOf(null, null)]);
  const items = await toRows(ctx, rows, grants);
  return { items: items.toSorted((one, other) => one.name.localeCompare(other.name, "en")) };
}

export function grantState(grant: GrantRow, now: Date): GrantState {
  if (grant.endedAt !== null) return grant.endedReason === "review_overdue" ? "suspended" : grant.endedReason === "time_over" ? "over" : "ended";
  if (grant.validUntil !== null && grant.validUntil <= now) return "over";
  return grant.validFrom > now ? "later" : "held";
}

async function toGrants(grants: readonly GrantRow[], now: Date): Promise<Grant[]> {
  const who = await namer(grants.flatMap((grant) => [grant.grantedBy, grant.endedBy]));
  return grants.map((grant) => ({
    id: grant.id,
    role: grant.role,
    state: grantState(grant, now),
    grantedBy: who(grant.grantedBy),
    validFrom: toIst(grant.validFrom),
    validUntil: grant.validUntil === null ? null : toIst(grant.validUntil),
    endedAt: grant.endedAt === null ? null : toIst(grant.endedAt),
    endedBy: grant.endedBy === null ? null : who(grant.endedBy),
  }));
}

const against = (decision: Decision) => (decision.allowed ? [] : decision.reasons);

/** One person with their grants, proposals, and what the viewer may do about them. */
export async function getPerson(ctx: Ctx, userId: string): Promise<Person> {
  const [row] = await read((db) => db.select(columns).from(users).where(eq(users.id, userId)));
  if (row === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
  const grants = await grantsOf(null, [userId]);
  const [[person], shown, about, facts, clients] = await Promise.all([
    toRows(ctx, [row], grants),
    toGrants(grants, ctx.now),
    changesAbout(ctx, userId),
    factsOf(null, userId, ctx.now),
    clientsOf(userId, ctx.now),
  ]);
  if (person === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
  const viewer = viewing(ctx);
  return {
    ...person,
    grants: shown,
    changes: about,
    clients,
    acts: {
      role: against(mayPropose(viewer, facts)),
      disable: against(mayDisable(viewer, facts)),
      enable: against(mayEnable(viewer, facts)),
      reset_factors: against(mayProposeReset(viewer, facts)),
      reset_password: against(mayHandOutReset(viewer, facts)),
      invite_again: against(mayInviteAgain(viewer, facts)),
    },
  };
}

async function clientsOf(userId: string, now: Date): Promise<number> {
  const rows = await read((db) =>
    db
      .selectDistinct({ id: clientMakers.clientId })
      .from(clientMakers)
      .innerJoin(apiClients, eq(apiClients.id, clientMakers.clientId))
      .where(and(eq(clientMakers.userId, userId), eq(apiClients.status, "active"), gt(apiClients.expiresAt, now))),
  );
  return rows.length;
}

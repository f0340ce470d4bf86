import { and, asc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { beneficiaries } from "@/db/schema/accounts";
import { can, type Holder } from "@/lib/access";
import { peopleNames } from "@/lib/auth";
import { read } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { maskName } from "@/lib/privacy/policy";
import type { Sensitive } from "@/lib/sensitive";
import { clockNow, toIst } from "@/lib/time";
import { revealToken, unseal } from "@/lib/vault";
import type { BeneficiaryDto, BeneficiaryKind } from "./contract.ts";
import { hasCooledOff, maskedDestination } from "./policy.ts";

// Served by the partial index over succeeded payouts.
const paidBefore = sql<boolean>`exists (select from payouts p where p.beneficiary_id = ${sql.raw('"beneficiaries"."id"')} and p.status = 'succeeded')`;

const columns = {
  id: beneficiaries.id,
  accountId: beneficiaries.accountId,
  nameCt: beneficiaries.nameCt,
  kind: beneficiaries.kind,
  destinationHash: beneficiaries.destinationHash,
  last4: beneficiaries.last4,
  ifsc: beneficiaries.ifsc,
  version: beneficiaries.version,
  status: beneficiaries.status,
  gatewayStatus: beneficiaries.gatewayStatus,
  createdBy: beneficiaries.createdBy,
  createdAt: beneficiaries.createdAt,
  coolOffUntil: beneficiaries.coolOffUntil,
  paidBefore,
};

type Row = Awaited<ReturnType<typeof select>>[number];

function select(where: SQL | undefined) {
  return read((db) => db.select(columns).from(beneficiaries).where(where).orderBy(asc(beneficiaries.createdAt), asc(beneficiaries.id)).limit(200));
}

function nameOf(row: { id: string; nameCt: Uint8Array }): Promise<string> {
  return unseal({ table: "beneficiaries", column: "name_ct", rowId: row.id }, row.nameCt);
}

/** The payees' names for someone who asks or signs for the money; empty for everyone else, who see them masked. */
export async function namesForSigner(reader: Holder, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (!readsNames(reader) || ids.length === 0) return new Map();
  const wanted = [...new Set(ids)];
  const rows = await read((db) => db.select({ id: beneficiaries.id, nameCt: beneficiaries.nameCt }).from(beneficiaries).where(inArray(beneficiaries.id, wanted)));
  return new Map(await Promise.all(rows.map(async (row) => [row.id, await nameOf(row)] as const)));
}

/** Whole names are for those who name a payee or decide on one; everyone else reads the mask. */
function readsNames(reader: Holder): boolean {
  return can(reader, "beneficiaries.create").allowed || can(reader, "payouts.approve").allowed;
}

async function toDtos(rows: Row[], reader: Holder): Promise<BeneficiaryDto[]> {
  const shown = readsNames(reader) ? (name: string) => name : maskName;
  const now = clockNow();
  const people = await peopleNames(rows.map((row) => row.createdBy));
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      accountId: row.accountId,
      name: shown(await nameOf(row)),
      kind: row.kind,
      masked: maskedDestination(row.last4),
      last4: row.last4,
      ifsc: row.ifsc,
      version: row.version,
      status: row.status,
      gatewayStatus: row.gatewayStatus,
      createdById: row.createdBy,
      createdByName: people.get(row.createdBy) ?? row.createdBy,
      createdAt: toIst(row.createdAt),
      coolOffUntil: toIst(row.coolOffUntil),
      coolingOff: !hasCooledOff({ coolOffUntil: row.coolOffUntil, now }),
      firstPayout: !row.paidBefore,
    })),
  );
}

const nobody: Holder = { permissions: [] };

/** Every beneficiary of an account, oldest first, retired ones included. */
export async function listBeneficiaries(reader: Holder, accountId: string): Promise<BeneficiaryDto[]> {
  return toDtos(await select(eq(beneficiaries.accountId, accountId)), reader);
}

/** The beneficiaries an account can pay, oldest first, names and destinations as `reader` may see them, with their cool-off and first-payout facts. */
export async function listPayableBeneficiaries(accountId: string, reader: Holder = nobody): Promise<BeneficiaryDto[]> {
  return toDtos(await select(and(eq(beneficiaries.accountId, accountId), eq(beneficiaries.status, "active"))), reader);
}

/** One beneficiary; throws `not_found`. */
export async function getBeneficiary(reader: Holder, id: string): Promise<BeneficiaryDto> {
  const [dto] = await toDtos(await select(eq(beneficiaries.id, id)), reader);
  if (dto === undefined) throw notFound();
  return dto;
}

export type Destination = { kind: BeneficiaryKind; name: string; value: Sensitive<string>; ifsc: string | null; version: number };

/** The account number or VPA itself, for the dispatch of an approved payout and nothing else. */
export async function revealDestination(id: string): Promise<Destination> {
  const [row] = await read((db) =>
    db
      .select({
        id: beneficiaries.id,
        nameCt: beneficiaries.nameCt,
        kind: beneficiaries.kind,
        ifsc: beneficiaries.ifsc,
        version: beneficiaries.version,
        tokenId: beneficiaries.tokenId,
      })
      .from(beneficiaries)
      .where(eq(beneficiaries.id, id)),
  );
  if (row === undefined) throw notFound();
  const [name, value] = await Promise.all([nameOf(row), revealToken(row.tokenId)]);
  return { kind: row.kind, name, value, ifsc: row.ifsc, version: row.version };
}

function notFound(): AppError {
  return new AppError("not_found", "no_beneficiary", "There is no such beneficiary.");
}

import { and, eq, inArray } from "drizzle-orm";
import { beneficiaries } from "@/db/schema/accounts";
import { requirePermission } from "@/lib/access";
import { requireOpenAccount } from "@/lib/accounts";
import { recordAudit } from "@/lib/audit";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { conflict } from "@/lib/errors";
import { idempotently } from "@/lib/idempotency";
import { newId } from "@/lib/ids";
import { sensitive } from "@/lib/sensitive";
import { getSetting } from "@/lib/settings";
import { hourMs, plusMs, toIst } from "@/lib/time";
import { blindIndex, seal, tokenise } from "@/lib/vault";
import type { BeneficiaryDto, CreateBeneficiary } from "./contract.ts";
import { getBeneficiary } from "./queries.ts";

/** Adds a beneficiary, or (with `replaces`) a new version of one; either way it starts its cool-off. */
export async function createBeneficiary(ctx: Ctx, accountId: string, input: CreateBeneficiary): Promise<BeneficiaryDto> {
  requirePermission(ctx.actor, "beneficiaries.create");
  // Only the id is kept under the idempotency key: the answer itself holds a name.
  const id = await withTransaction(ctx, (tx) => idempotently(tx, () => addBeneficiary(tx, accountId, input)));
  return getBeneficiary(ctx.actor, id);
}

/** Adds a beneficiary inside `tx` for a caller that has authorised; answers its id. */
export async function addBeneficiary(tx: Tx, accountId: string, input: CreateBeneficiary): Promise<string> {
  await requireOpenAccount(tx, accountId);
  const destination = input.kind === "vpa" ? input.vpa : input.accountNumber;
  const ifsc = input.kind === "vpa" ? null : input.ifsc;
  const id = newId("beneficiary");
  const version = input.replaces === undefined ? 1 : (await retire(tx, accountId, input.replaces)) + 1;
  const [token, coolOffHours, nameCt, destinationHash] = await Promise.all([
    tokenise(tx, input.kind, destination),
    getSetting(tx, "coolOffHours"),
    seal({ table: "beneficiaries", column: "name_ct", rowId: id }, input.name),
    // An account number is unique only within its bank.
    blindIndex("destination", ifsc === null ? destination : `${ifsc}:${destination}`),
  ]);
  const coolOffUntil = plusMs(tx.ctx.now, coolOffHours * hourMs);
  const made = await tx.db
    .insert(beneficiaries)
    .values({
      id,
      accountId,
      nameCt,
      kind: input.kind,
      tokenId: token.tokenId,
      destinationHash,
      last4: token.last4,
      ifsc,
      version,
      createdBy: actorId(tx.ctx.actor),
      createdAt: tx.ctx.now,
      coolOffUntil,
    })
    .onConflictDoNothing()
    .returning({ id: beneficiaries.id });
  if (made.length === 0)
    throw conflict("beneficiary_exists", "This account already has a beneficiary with that destination.", {
      reasons: [
        {
          code: "beneficiary_exists",
          sentence: "This account already has a beneficiary with that destination.",
          wayOut: "Use the one that exists; change its details if its name is wrong.",
        },
      ],
    });
  await recordAudit(tx, {
    verb: input.replaces === undefined ? "beneficiary.create" : "beneficiary.replace",
    objectKind: "beneficiary",
    objectId: id,
    before: input.replaces === undefined ? null : { id: input.replaces, version: version - 1 },
    after: { accountId, name: sensitive(input.name), kind: input.kind, token: token.tokenId, last4: token.last4, ifsc, version, coolOffUntil: toIst(coolOffUntil) },
  });
  return id;
}

async function retire(tx: Tx, accountId: string, id: string): Promise<number> {
  const [row] = await tx.db
    .update(beneficiaries)
    .set({ status: "retired" })
    .where(and(eq(beneficiaries.id, id), eq(beneficiaries.accountId, accountId), eq(beneficiaries.status, "active")))
    .returning({ version: beneficiaries.version });
  if (row === undefined) throw conflict("beneficiary_gone", "The beneficiary to replace is not active in this account any more.");
  return row.version;
}

/** From where each word of the gateway may be noted: what is registered there stays so, whichever answer arrives last. */
const notedFrom = { registered: ["unregistered", "refused"], refused: ["unregistered"] } as const;

/** Notes what the gateway said when the beneficiary was registered there; what is noted already, or comes too late, changes nothing. */
export async function recordGatewayStatus(tx: Tx, seen: { beneficiaryId: string; status: "registered" | "refused" }): Promise<void> {
  const changed = await tx.db
    .update(beneficiaries)
    .set({ gatewayStatus: seen.status })
    .where(and(eq(beneficiaries.id, seen.beneficiaryId), inArray(beneficiaries.gatewayStatus, notedFrom[seen.status])))
    .returning({ id: beneficiaries.id });
  if (changed.length === 0) return;
  await recordAudit(tx, { verb: "beneficiary.gateway_status", objectKind: "beneficiary", objectId: seen.beneficiaryId, after: { gatewayStatus: seen.status } });
}

// The one module that asks the gateway to move money. No database transaction is open while it talks.
import { createHash } from "node:crypto";
import { recordGatewayStatus, revealDestination, type Destination } from "@/lib/beneficiaries";
import { cashfree, type CreateTransferInput, type GatewayBeneficiary, type GatewayResult, type GatewayTransfer } from "@/lib/cashfree";
import { withTransaction, type Ctx } from "@/lib/context";
import type { Paise } from "@/lib/money";
import { log } from "@/lib/monitoring";
import { blindIndexes } from "@/lib/vault";
import { canonicalJson, sameDigest } from "./statement.ts";
import type { PayoutRail } from "./contract.ts";

export type Order = {
  payoutId: string;
  attemptId: string;
  accountId: string;
  beneficiaryId: string;
  /** The destination that was signed; what is revealed must be this one. */
  beneficiaryVersion: number;
  destinationHash: Uint8Array;
  registered: boolean;
  amountPaise: Paise;
  rail: PayoutRail;
  purpose: string;
};

/** What is certain after one try. `not_sent` means that the gateway did nothing, so the same id may be sent again. */
export type Answer =
  | { kind: "accepted"; transfer: GatewayTransfer; requestId: string }
  | { kind: "refused"; code: string; sentence: string }
  | { kind: "not_sent"; code: string; sentence: string; retryAfterSeconds: number | null }
  | { kind: "unknown"; code: string };

/** SHA-256 of what is asked, kept with the attempt: every try of a payout must ask for exactly the same. */
export function requestHash(order: Omit<Order, "attemptId" | "registered">): Uint8Array {
  const text = canonicalJson({
    transfer_id: order.payoutId,
    amount_paise: order.amountPaise.toString(),
    mode: order.rail,
    beneficiary_id: order.beneficiaryId,
    remarks: order.purpose,
  });
  return new Uint8Array(createHash("sha256").update(text, "utf8").digest());
}

/** Sends one transfer under the payout's own id; the account number is revealed here, for as long as the call lasts. Never throws. */
export async function reachGateway(ctx: Ctx, order: Order): Promise<Answer> {
  const request = await prepareRequest(ctx, order).catch((error: unknown) => beforeTheCall(order, error));
  if ("kind" in request) return request;
  try {
    return toAnswer(await cashfree().createTransfer(request));
  } catch (error) {
    log.error({ payoutId: order.payoutId, error }, "asking the gateway for a transfer threw");
    return { kind: "unknown", code: "threw" };
  }
}

/** Whatever goes wrong before the transfer is asked for has reached nobody. */
function beforeTheCall(order: Order, error: unknown): Answer {
  log.error({ payoutId: order.payoutId, error }, "a payout could not be made ready for the gateway");
  return { kind: "not_sent", code: "not_ready", sentence: "It could not be made ready, so nothing was sent. It is tried again by itself.", retryAfterSeconds: null };
}

async function prepareRequest(ctx: Ctx, order: Order): Promise<CreateTransferInput | Answer> {
  const destination = order.registered ? null : await revealDestination(order.beneficiaryId);
  if (destination !== null && !(await isSigned(order, destination))) {
    return {
      kind: "not_sent",
      code: "destination_changed",
      sentence: "The beneficiary's destination is no longer the one that was signed, so nothing was sent. A person must look.",
      retryAfterSeconds: null,
    };
  }
  const known = destination === null ? ({ kind: "known" } as const) : await register(ctx, order.beneficiaryId, destination);
  if (known.kind !== "known" && known.kind !== "inline") return known;
  return {
    transferId: order.payoutId,
    amountPaise: order.amountPaise,
    mode: order.rail,
    beneficiary: known.kind === "inline" && destination !== null ? { name: gatewayName(destination.name), ...instrumentOf(destination) } : { id: order.beneficiaryId },
    remarks: order.purpose,
  };
}

/** The statement was checked in `tx`; this proves that what was unsealed after it is the same destination. */
async function isSigned(order: Order, { value, ifsc, version }: Destination): Promise<boolean> {
  const plain = value.reveal();
  const hashes = await blindIndexes("destination", ifsc === null ? plain : `${ifsc}:${plain}`);
  return version === order.beneficiaryVersion && hashes.some((hash) => sameDigest(hash, order.destinationHash));
}

type Known = { kind: "known" } | { kind: "inline" };

/** Makes sure that the gateway's beneficiary of this id is our destination. Registering moves no money. */
async function register(ctx: Ctx, beneficiaryId: string, destination: Destination): Promise<Known | Answer> {
  const gateway = cashfree();
  const made = await gateway.createBeneficiary({ beneficiaryId, name: gatewayName(destination.name), ...instrumentOf(destination) });
  if (made.kind === "already_exists" && made.code !== "beneficiary_id_already_exists") return { kind: "inline" };
  const found = made.kind === "already_exists" ? await gateway.getBeneficiary(beneficiaryId) : made;
  if (found.kind === "answer") {
    const refused = refusalOf(found.value, destination, made.kind === "already_exists");
    await withTransaction(ctx, (tx) => recordGatewayStatus(tx, { beneficiaryId, status: refused === null ? "registered" : "refused" }));
    return refused ?? { kind: "known" };
  }
  if (found.kind === "refused" && isDefinite(found)) {
    await withTransaction(ctx, (tx) => recordGatewayStatus(tx, { beneficiaryId, status: "refused" }));
    return { kind: "refused", code: found.code, sentence: `Cashfree refused the beneficiary: ${found.code}.` };
  }
  // No transfer was asked for yet, so nothing is unknown about money.
  return {
    kind: "not_sent",
    code: `beneficiary_${found.kind}`,
    sentence: "Cashfree could not register the beneficiary, so nothing was sent. It is tried again by itself.",
    retryAfterSeconds: found.kind === "rate_limited" ? found.retryAfterSeconds : null,
  };
}

/** `found` says that it was there before us: then it must show our destination, not merely show no other. */
function refusalOf(theirs: GatewayBeneficiary, ours: Destination, found: boolean): Answer | null {
  if (theirs.status === "INVALID" || theirs.status === "FAILED" || theirs.status === "CANCELLED" || theirs.status === "DELETED") {
    return { kind: "refused", code: `beneficiary_${theirs.status.toLowerCase()}`, sentence: `Cashfree calls this beneficiary ${theirs.statusRaw}.` };
  }
  const shown = (ours.kind === "vpa" ? theirs.vpa : theirs.accountNumber)?.reveal().toLowerCase() ?? null;
  const sameDestination = shown === null ? !found : shown === ours.value.reveal().toLowerCase();
  const sameBank = ours.ifsc === null || (theirs.ifsc === null ? !found : theirs.ifsc === ours.ifsc);
  if (sameDestination && sameBank) return null;
  return { kind: "refused", code: "beneficiary_differs", sentence: "Cashfree holds another destination under this beneficiary's id, so nothing was sent." };
}

function instrumentOf(destination: Destination) {
  return destination.kind === "vpa" ? { vpa: destination.value } : { bank: { accountNumber: destination.value, ifsc: destination.ifsc ?? "" } };
}

/** The gateway takes letters and spaces only. */
function gatewayName(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z]+/g, " ")
    .trim()
    .slice(0, 100);
  return plain === "" ? "Payee" : plain;
}

/** 401 and 403 speak about us, not about this payout: it may go once that is mended. */
function isDefinite(refusal: { httpStatus: number }): boolean {
  return refusal.httpStatus !== 401 && refusal.httpStatus !== 403;
}

function toAnswer(result: GatewayResult<GatewayTransfer>): Answer {
  switch (result.kind) {
    case "answer":
      return { kind: "accepted", transfer: result.value, requestId: result.requestId };
    case "refused":
      if (isDefinite(result)) return { kind: "refused", code: result.code, sentence: `Cashfree refused it: ${result.code}.` };
      return {
        kind: "not_sent",
        code: result.code,
        sentence: "Cashfree does not accept our credentials or address. Nothing was sent; it is tried again by itself.",
        retryAfterSeconds: 300,
      };
    case "rate_limited":
      return {
        kind: "not_sent",
        code: "rate_limited",
        sentence: "Cashfree asked us to slow down. Nothing was sent; it is tried again by itself.",
        retryAfterSeconds: result.retryAfterSeconds,
      };
    case "not_sent":
      return { kind: "not_sent", code: result.reason, sentence: "Cashfree could not be reached. Nothing was sent; it is tried again by itself.", retryAfterSeconds: null };
    // An answer about an id that is taken proves that something was sent before: ask, compare, then believe.
    case "already_exists":
      return { kind: "unknown", code: result.code };
    case "not_found":
      return { kind: "unknown", code: result.code };
    case "unknown":
      return { kind: "unknown", code: result.reason };
  }
}

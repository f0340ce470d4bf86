import * as z from "zod/mini";
import { sensitive, type Sensitive } from "@/lib/sensitive";
import {
  beneficiaryStatuses,
  openStatus,
  payoutApiVersion,
  transferStatuses,
  type BankDestination,
  type CallOptions,
  type CreateBeneficiaryInput,
  type CreateTransferInput,
  type GatewayBeneficiary,
  type GatewayResult,
  type GatewayTransfer,
} from "./contract.ts";
import { callerMark } from "./caller-mark.ts";
import { send, type CashfreeSettings } from "./http.ts";
import { instantOrNull, lexeme, lexemeOrNull, rupees, rupeesNumber, rupeesOrNull } from "./json.ts";
import { aboutId } from "./orders.ts";

// The schema names it `ifsc`, every example `bank_ifsc`.
const instrumentShape = z.nullish(z.object({ bank_account_number: lexemeOrNull, bank_ifsc: lexemeOrNull, ifsc: lexemeOrNull, vpa: lexemeOrNull }));

const beneficiaryShape = z.object({
  beneficiary_id: lexeme,
  beneficiary_name: lexemeOrNull,
  beneficiary_status: lexeme,
  beneficiary_instrument_details: instrumentShape,
  added_on: instantOrNull,
});

const transferShape = z.object({
  transfer_id: lexeme,
  cf_transfer_id: lexeme,
  status: lexeme,
  status_code: lexemeOrNull,
  status_description: lexemeOrNull,
  transfer_amount: rupees,
  transfer_currency: lexemeOrNull,
  transfer_service_charge: rupeesOrNull,
  transfer_service_tax: rupeesOrNull,
  transfer_mode: lexemeOrNull,
  transfer_utr: lexemeOrNull,
  fundsource_id: lexemeOrNull,
  beneficiary_details: z.nullish(z.object({ beneficiary_id: lexemeOrNull, beneficiary_instrument_details: instrumentShape })),
  added_on: instantOrNull,
  updated_on: instantOrNull,
});

function hide(text: string | null | undefined): Sensitive<string> | null {
  return text === null || text === undefined ? null : sensitive(text);
}

function readBeneficiary(json: unknown): GatewayBeneficiary {
  const found = beneficiaryShape.parse(json);
  const instrument = found.beneficiary_instrument_details;
  return {
    beneficiaryId: found.beneficiary_id,
    name: found.beneficiary_name,
    status: openStatus(beneficiaryStatuses, found.beneficiary_status),
    statusRaw: found.beneficiary_status,
    accountNumber: hide(instrument?.bank_account_number),
    ifsc: instrument?.bank_ifsc ?? instrument?.ifsc ?? null,
    vpa: hide(instrument?.vpa),
    addedAt: found.added_on,
  };
}

function readTransfer(json: unknown): GatewayTransfer {
  const transfer = transferShape.parse(json);
  const instrument = transfer.beneficiary_details?.beneficiary_instrument_details;
  return {
    transferId: transfer.transfer_id,
    cfTransferId: transfer.cf_transfer_id,
    status: openStatus(transferStatuses, transfer.status),
    statusRaw: transfer.status,
    statusCode: transfer.status_code,
    statusDescription: transfer.status_description,
    amountPaise: transfer.transfer_amount,
    currency: transfer.transfer_currency ?? "INR",
    chargePaise: transfer.transfer_service_charge,
    taxPaise: transfer.transfer_service_tax,
    mode: transfer.transfer_mode,
    utr: transfer.transfer_utr,
    beneficiaryId: transfer.beneficiary_details?.beneficiary_id ?? null,
    accountNumber: hide(instrument?.bank_account_number),
    ifsc: instrument?.bank_ifsc ?? instrument?.ifsc ?? null,
    vpa: hide(instrument?.vpa),
    fundsourceId: transfer.fundsource_id,
    addedAt: transfer.added_on,
    updatedAt: transfer.updated_on,
  };
}

function payoutHeaders(settings: CashfreeSettings): Record<string, string> {
  return { "x-api-version": payoutApiVersion, "x-client-id": settings.payout.clientId, "x-client-secret": settings.payout.clientSecret.reveal(), ...callerMark(settings) };
}

function instrument(to: { bank?: BankDestination; vpa?: Sensitive<string> }): Record<string, string> {
  return {
    ...(to.bank === undefined ? {} : { bank_account_number: to.bank.accountNumber.reveal(), bank_ifsc: to.bank.ifsc }),
    ...(to.vpa === undefined ? {} : { vpa: to.vpa.reveal() }),
  };
}

export async function createBeneficiary(settings: CashfreeSettings, input: CreateBeneficiaryInput, options?: CallOptions): Promise<GatewayResult<GatewayBeneficiary>> {
  const { contact } = input;
  const body = {
    beneficiary_id: input.beneficiaryId,
    beneficiary_name: input.name,
    beneficiary_instrument_details: instrument(input),
    beneficiary_contact_details: contact === undefined ? undefined : { beneficiary_email: contact.email, beneficiary_phone: contact.phone },
  };
  const result = await send(settings, {
    operation: "create_beneficiary",
    method: "POST",
    url: `${settings.payoutBase}/beneficiary`,
    headers: payoutHeaders(settings),
    body,
    creates: true,
    read: readBeneficiary,
    options,
  });
  return aboutId(result, (found) => found.beneficiaryId === input.beneficiaryId);
}

export async function getBeneficiary(settings: CashfreeSettings, beneficiaryId: string, options?: CallOptions): Promise<GatewayResult<GatewayBeneficiary>> {
  const url = `${settings.payoutBase}/beneficiary?beneficiary_id=${encodeURIComponent(beneficiaryId)}`;
  const result = await send(settings, { operation: "get_beneficiary", method: "GET", url, headers: payoutHeaders(settings), read: readBeneficiary, options });
  return aboutId(result, (found) => found.beneficiaryId === beneficiaryId);
}

/** The gateway refuses a whole transfer for one comma in its remarks: letters, digits and single spaces, 70 at most. */
export function plainRemarks(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9]+/g, " ")
    .trim()
    .slice(0, 70)
    .trim();
}

/** Asks for one transfer. An answer about other money under our id is `already_exists`: an older transfer was echoed. */
export async function createTransfer(settings: CashfreeSettings, input: CreateTransferInput, options?: CallOptions): Promise<GatewayResult<GatewayTransfer>> {
  const to = input.beneficiary;
  const body = {
    transfer_id: input.transferId,
    transfer_amount: rupeesNumber(input.amountPaise),
    transfer_currency: "INR",
    transfer_mode: input.mode,
    beneficiary_details: "id" in to ? { beneficiary_id: to.id } : { beneficiary_name: to.name, beneficiary_instrument_details: instrument(to) },
    transfer_remarks: input.remarks === undefined ? undefined : plainRemarks(input.remarks),
    fundsource_id: input.fundsourceId,
  };
  const result = await send(settings, {
    operation: "create_transfer",
    method: "POST",
    url: `${settings.payoutBase}/transfers`,
    headers: payoutHeaders(settings),
    body,
    creates: true,
    read: readTransfer,
    options,
  });
  const ours = aboutId(result, (transfer) => transfer.transferId === input.transferId);
  if (ours.kind !== "answer") return ours;
  const otherBeneficiary = "id" in to && ours.value.beneficiaryId !== null && ours.value.beneficiaryId !== to.id;
  return ours.value.amountPaise !== input.amountPaise || otherBeneficiary ? { kind: "already_exists", code: "echoed_other_transfer" } : ours;
}

export async function getTransfer(settings: CashfreeSettings, transferId: string, options?: CallOptions): Promise<GatewayResult<GatewayTransfer>> {
  const url = `${settings.payoutBase}/transfers?transfer_id=${encodeURIComponent(transferId)}`;
  const result = await send(settings, { operation: "get_transfer", method: "GET", url, headers: payoutHeaders(settings), read: readTransfer, options });
  return aboutId(result, (transfer) => transfer.transferId === transferId);
}

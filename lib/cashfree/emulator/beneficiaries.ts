import * as z from "zod/mini";
import { lexeme } from "../json.ts";
import type { BeneficiaryRecord, Instrument } from "./records.ts";
import { readBody, Refusal, utcOf, type Ask, type Reply } from "./wire.ts";
import type { World } from "./world.ts";

const text = z.nullish(lexeme);
export const instrumentShape = z.nullish(z.object({ bank_account_number: text, bank_ifsc: text, vpa: text }));
const contactFields = [
  "beneficiary_email",
  "beneficiary_phone",
  "beneficiary_country_code",
  "beneficiary_address",
  "beneficiary_city",
  "beneficiary_state",
  "beneficiary_postal_code",
] as const;

const createShape = z.object({
  beneficiary_id: z.nullish(lexeme),
  beneficiary_name: z.nullish(lexeme),
  beneficiary_instrument_details: instrumentShape,
  beneficiary_contact_details: z.nullish(z.record(z.string(), text)),
});

/** Checks bank account, IFSC and VPA with the gateway's own codes; `prefix` is where the members sit in the request. */
export function readInstrument(given: z.infer<typeof instrumentShape>, prefix: string): Instrument {
  const { bank_account_number: account, bank_ifsc: ifsc, vpa } = given ?? {};
  const bad = (code: string, message: string): Refusal => new Refusal(400, `${prefix}${code}`, message);
  if (account && !ifsc) throw bad("bank_ifsc_missing", "bank_ifsc : should be provided with the request if bank_account_number is provided");
  if (ifsc && !account) throw bad("bank_account_number_missing", "bank_account_number: should be provided with the request if bank_ifsc is provided");
  if (account && account.length < 4) throw bad("bank_account_number_length_short", `bank_account_number : should not be less than 4 characters long. value received: ${account}`);
  if (account && account.length > 25)
    throw bad("bank_account_number_length_exceeded", `bank_account_number : should not be more than 25 characters long. value received: ${account}`);
  if (account && !/^[A-Za-z0-9]+$/.test(account)) throw bad("bank_account_number_invalid", `bank_account_number : should be alphanumeric. value received: ${account}`);
  if (ifsc && !/^[A-Z]{4}0[A-Z0-9]{6}$/.test(ifsc)) throw bad("bank_ifsc_invalid", `bank_ifsc : please provide a valid IFSC. value received: ${ifsc}`);
  if (vpa && !/^[\w.-]{2,256}@[A-Za-z0-9.-]{2,64}$/.test(vpa)) throw bad("vpa_invalid", "vpa is in invalid format");
  return { ...(account && ifsc ? { bank_account_number: account, bank_ifsc: ifsc } : {}), ...(vpa ? { vpa } : {}) };
}

function entity(found: BeneficiaryRecord): Record<string, unknown> {
  return {
    beneficiary_id: found.beneficiaryId,
    beneficiary_name: found.name,
    beneficiary_instrument_details: found.instrument,
    beneficiary_contact_details: found.contact,
    beneficiary_status: found.status,
    added_on: utcOf(found.addedMs),
  };
}

function findByAccount(world: World, account: string, ifsc: string): BeneficiaryRecord | undefined {
  return world.store.list("beneficiaries").find((item) => item.status !== "DELETED" && item.instrument.bank_account_number === account && item.instrument.bank_ifsc === ifsc);
}

export function createBeneficiary(world: World, ask: Ask): Reply {
  const input = readBody(ask, createShape);
  const id = input.beneficiary_id ?? "";
  if (id === "") throw new Refusal(400, "beneficiary_id_missing", "beneficiary_id is missing in the request");
  if (id.length > 50) throw new Refusal(400, "beneficiary_id_length_exceeded", `beneficiary_id : should not be more than 50 characters long. value received: ${id}`);
  if (!/^[A-Za-z0-9_|.]+$/.test(id))
    throw new Refusal(400, "beneficiary_id_invalid", `beneficiary_id : should contain only letters, numbers, underscore, pipe, and dot. Value received: ${id}`);
  if (!/^[A-Za-z ]{1,100}$/.test(input.beneficiary_name ?? ""))
    throw new Refusal(400, "beneficiary_name_invalid", "beneficiary_name is invalid. only alphabets and whitespaces are allowed");
  const instrument = readInstrument(input.beneficiary_instrument_details, "");
  const existing = world.store.find("beneficiaries", id);
  if (existing !== undefined && existing.status !== "DELETED") throw new Refusal(409, "beneficiary_id_already_exists", "Beneficiary already exists with the given beneficiary_id");
  const { bank_account_number: account, bank_ifsc: ifsc } = instrument;
  if (account !== undefined && ifsc !== undefined && findByAccount(world, account, ifsc) !== undefined) {
    throw new Refusal(409, "beneficiary_already_exists", "Beneficiary already exists with the given beneficiary_bank_account_number and beneficiary_ifsc");
  }
  const contact = Object.fromEntries(contactFields.flatMap((field) => (input.beneficiary_contact_details?.[field] ? [[field, input.beneficiary_contact_details[field]]] : [])));
  const made: BeneficiaryRecord = { beneficiaryId: id, name: input.beneficiary_name ?? "", instrument, contact, status: "VERIFIED", addedMs: world.nowMs() };
  world.store.put("beneficiaries", id, made);
  return { status: 201, body: entity(made) };
}

function requireBeneficiary(world: World, query: URLSearchParams): BeneficiaryRecord {
  const id = query.get("beneficiary_id");
  const account = query.get("bank_account_number");
  const ifsc = query.get("bank_ifsc");
  if (id !== null && account !== null && ifsc !== null)
    throw new Refusal(400, "too_many_parameters_in_request", "Either beneficiary_id or the combination of bank_account_number and bank_ifsc has to be provided");
  if (id === null && (account === null || ifsc === null))
    throw new Refusal(
      400,
      "beneficiary_identifiers_missing",
      "beneficiary_identifiers : Either beneficiary_id or the combination of bank_account_number and bank_ifsc has to be provided with the request",
    );
  const found = id === null ? findByAccount(world, account ?? "", ifsc ?? "") : world.store.find("beneficiaries", id);
  if (found === undefined || found.status === "DELETED") throw new Refusal(404, "beneficiary_not_found", "Beneficiary does not exist");
  return found;
}

export function getBeneficiary(world: World, ask: Ask): Reply {
  return { status: 200, body: entity(requireBeneficiary(world, ask.query)) };
}

export function deleteBeneficiary(world: World, ask: Ask): Reply {
  const found = requireBeneficiary(world, ask.query);
  return { status: 200, body: entity(world.store.put("beneficiaries", found.beneficiaryId, { ...found, status: "DELETED" })) };
}

import * as z from "zod/mini";
import { lexeme, rupees } from "../json.ts";
import { instrumentShape, readInstrument } from "./beneficiaries.ts";
import type { WebhookSender } from "./hooks.ts";
import type { Instrument, TransferRecord, TransferStatus } from "./records.ts";
import { answersSlowly, descriptions, stepsFor } from "./triggers.ts";
import { paddedRupeesOf, paiseText, readBody, Refusal, rupeesOf, utcOf, zonelessOf, type Ask, type Reply } from "./wire.ts";
import type { World } from "./world.ts";

const text = z.nullish(lexeme);
const modes = new Set(["banktransfer", "imps", "neft", "rtgs", "upi", "paytm", "amazonpay", "card", "cardupi"]);
const createShape = z.object({
  transfer_id: text,
  transfer_amount: z.nullish(rupees),
  transfer_currency: text,
  transfer_mode: text,
  beneficiary_details: z.nullish(z.object({ beneficiary_id: text, beneficiary_name: text, beneficiary_instrument_details: instrumentShape })),
  transfer_remarks: text,
  fundsource_id: text,
});
type Input = z.infer<typeof createShape>;

// One rupee and 18 % tax on it: the published sample's charge.
const charge = { chargePaise: "100", taxPaise: "18" };

const terminal = new Set<TransferStatus>(["FAILED", "REVERSED", "REJECTED"]);

type Destination = { beneficiaryId: string | null; name: string | null; instrument: Instrument };

function destinationOf(world: World, given: NonNullable<Input["beneficiary_details"]>): Destination {
  const prefix = "beneficiary_details.beneficiary_instrument_details.";
  const instrument = readInstrument(given.beneficiary_instrument_details, prefix);
  const id = given.beneficiary_id ?? null;
  if (id === null) {
    if (Object.keys(instrument).length === 0) throw new Refusal(400, "beneficiary_details_missing", "beneficiary_details is missing in the request");
    return { beneficiaryId: null, name: given.beneficiary_name ?? null, instrument };
  }
  const known = world.store.find("beneficiaries", id);
  if (known === undefined || known.status === "DELETED") throw new Refusal(404, "beneficiary_not_found", "Beneficiary does not exist");
  const differs = (["bank_account_number", "bank_ifsc", "vpa"] as const).find((field) => instrument[field] !== undefined && instrument[field] !== known.instrument[field]);
  if (differs !== undefined)
    throw new Refusal(400, `${prefix}${differs}_invalid`, `${differs} passed in the request does not match with the beneficiary with beneficiary_id :: ${id}`);
  return { beneficiaryId: id, name: known.name, instrument: known.instrument };
}

/** The payout side: the wallet, and every transfer's way through the banks. */
export class Transfers {
  readonly #world: World;
  readonly #hooks: WebhookSender;

  constructor(world: World, hooks: WebhookSender) {
    this.#world = world;
    this.#hooks = hooks;
  }

  entity(transfer: TransferRecord, amount: typeof rupeesOf = rupeesOf): Record<string, unknown> {
    const settled = transfer.money === "debited" || transfer.money === "returned";
    return {
      transfer_id: transfer.transferId,
      cf_transfer_id: transfer.cfTransferId,
      status: transfer.status,
      status_code: transfer.statusCode,
      status_description: descriptions[transfer.statusCode] ?? transfer.statusCode,
      beneficiary_details: { ...(transfer.beneficiaryId === null ? {} : { beneficiary_id: transfer.beneficiaryId }), beneficiary_instrument_details: transfer.instrument },
      transfer_amount: amount(transfer.amountPaise),
      ...(settled ? { transfer_service_charge: amount(transfer.chargePaise), transfer_service_tax: amount(transfer.taxPaise) } : {}),
      // Whatever bank rail was asked for, answers say BANK.
      transfer_mode: transfer.mode === "upi" ? "UPI" : "BANK",
      ...(transfer.utr === null ? {} : { transfer_utr: transfer.utr }),
      fundsource_id: transfer.fundsourceId,
      added_on: utcOf(transfer.addedMs),
      updated_on: utcOf(transfer.updatedMs),
    };
  }

  create(ask: Ask): Reply {
    const input = readBody(ask, createShape);
    const transferId = input.transfer_id ?? "";
    if (transferId === "") throw new Refusal(400, "transfer_id_missing", "transfer_id is missing in the request");
    if (!/^[A-Za-z0-9_]{1,40}$/.test(transferId)) throw new Refusal(400, "transfer_id_invalid", "transfer_id should be alphanumeric");
    const known = this.#world.store.find("transfers", transferId);
    if (known !== undefined) return this.#repeat(known);
    if (input.transfer_amount === null || input.transfer_amount === undefined) throw new Refusal(400, "transfer_amount_missing", "transfer_amount is missing in the request");
    if (input.transfer_amount < 100n) throw new Refusal(400, "transfer_amount_invalid", "transfer_amount should be greater then 1.00");
    const mode = input.transfer_mode ?? "banktransfer";
    if (!modes.has(mode))
      throw new Refusal(400, "transfer_mode_invalid", "transfer_mode is invalid allowed values are : bank, imps, neft, rtgs, upi, paytm, amazonpay, card and cardupi");
    if (!/^[A-Za-z0-9 ]{0,70}$/.test(input.transfer_remarks ?? ""))
      throw new Refusal(400, "transfer_remarks_invalid", "transfer_remarks should be alphanumeric and not longer than 70 characters");
    if (input.beneficiary_details === null || input.beneficiary_details === undefined)
      throw new Refusal(400, "beneficiary_details_missing", "beneficiary_details is missing in the request");
    const destination = destinationOf(this.#world, input.beneficiary_details);
    const transfer = this.#accept(input, { transferId, mode, amountPaise: paiseText(input.transfer_amount), destination });
    const delayMs = answersSlowly(destination.instrument) ? this.#world.tuning.slowAccountMs : 0;
    return { status: 200, body: this.entity(transfer), delayMs };
  }

  #repeat(known: TransferRecord): Reply {
    const transfer = this.#world.store.put("transfers", known.transferId, { ...known, createRequests: known.createRequests + 1 });
    if (this.#world.tuning.duplicateTransfer === "conflict") throw new Refusal(409, "transfer_id_already_exists", "transfer_id already exists");
    return { status: 200, body: this.entity(transfer) };
  }

  #accept(input: Input, with_: { transferId: string; mode: string; amountPaise: string; destination: Destination }): TransferRecord {
    const { transferId, mode, amountPaise, destination } = with_;
    const nowMs = this.#world.nowMs();
    const wallet = this.#world.walletPaise();
    const total = totalOf({ amountPaise, ...charge });
    const unfit = mode === "upi" ? destination.instrument.vpa === undefined : destination.instrument.bank_account_number === undefined && destination.instrument.vpa === undefined;
    const rejection = unfit ? "INVALID_MODE_FOR_PYID" : wallet.balance - wallet.held < total ? "INSUFFICIENT_BALANCE" : null;
    const status: TransferStatus = rejection === null ? "RECEIVED" : "REJECTED";
    const statusCode = rejection ?? "RECEIVED";
    const transfer = this.#world.store.put("transfers", transferId, {
      transferId,
      cfTransferId: (7_700_123_456n + this.#world.store.next("cf_transfer")).toString(),
      amountPaise,
      ...charge,
      status,
      statusCode,
      mode,
      utr: null,
      beneficiaryId: destination.beneficiaryId,
      beneficiaryName: destination.name,
      instrument: destination.instrument,
      fundsourceId: input.fundsource_id ?? "CASHFREE_DEFAULT",
      remarks: input.transfer_remarks ?? null,
      money: rejection === null ? "held" : "none",
      createRequests: 1,
      timesDebited: 0,
      addedMs: nowMs,
      updatedMs: nowMs,
      history: [{ atMs: nowMs, status, statusCode }],
    });
    if (rejection !== null) {
      this.#tell(transfer);
      return transfer;
    }
    this.#world.setWallet({ ...wallet, held: wallet.held + total });
    for (const step of stepsFor(destination.instrument, mode)) {
      this.#world.plan({ kind: "transfer", dueMs: nowMs + step.after * this.#world.tuning.stepMs, transferId, status: step.status, statusCode: step.statusCode });
    }
    return transfer;
  }

  /** Moves a transfer, its money and the application's knowledge; `force` overrules an end already reached. */
  move(transferId: string, to: { status: TransferStatus; statusCode: string; force?: boolean }): TransferRecord | null {
    const before = this.#world.store.find("transfers", transferId);
    if (before === undefined) return null;
    if (!to.force && terminal.has(before.status)) return before;
    if (!to.force && before.status === "SUCCESS" && to.status === "PENDING") return before;
    const atMs = this.#world.nowMs();
    const transfer = this.#world.store.put("transfers", transferId, {
      ...before,
      status: to.status,
      statusCode: to.statusCode,
      utr: to.status === "SUCCESS" ? (before.utr ?? (612_300_000_000n + this.#world.store.next("payout_utr")).toString()) : before.utr,
      ...this.#settle(before, to.status),
      updatedMs: atMs,
      history: [...before.history, { atMs, status: to.status, statusCode: to.statusCode }],
    });
    this.#tell(transfer);
    return transfer;
  }

  #settle(transfer: TransferRecord, to: TransferStatus): Pick<TransferRecord, "money" | "timesDebited"> {
    const total = totalOf(transfer);
    const wallet = this.#world.walletPaise();
    const { money, timesDebited } = transfer;
    if (to === "SUCCESS" && money !== "debited") {
      this.#world.setWallet({ balance: wallet.balance - total, held: money === "held" ? wallet.held - total : wallet.held });
      return { money: "debited", timesDebited: timesDebited + 1 };
    }
    if (!terminal.has(to) || money === "returned" || money === "none") return { money, timesDebited };
    this.#world.setWallet(money === "held" ? { ...wallet, held: wallet.held - total } : { ...wallet, balance: wallet.balance + total });
    return { money: money === "held" ? "none" : "returned", timesDebited };
  }

  #tell(transfer: TransferRecord): void {
    const type = eventType(transfer);
    if (type === null) return;
    this.#hooks.emit("payout", type, { data: this.entity(transfer, paddedRupeesOf), event_time: zonelessOf(this.#world.nowMs()), type });
  }

  get(ask: Ask): Reply {
    const id = ask.query.get("transfer_id");
    const cfId = ask.query.get("cf_transfer_id");
    const found = id !== null ? this.#world.store.find("transfers", id) : this.#world.store.list("transfers").find((item) => item.cfTransferId === cfId);
    if (found === undefined)
      throw new Refusal(404, id !== null ? "transfer_id_not_found" : "cf_transfer_id_not_found", `${id !== null ? "transfer_id" : "cf_transfer_id"} does not exist`);
    return { status: 200, body: this.entity(found) };
  }
}

function totalOf(transfer: { amountPaise: string; chargePaise: string; taxPaise: string }): bigint {
  return BigInt(transfer.amountPaise) + BigInt(transfer.chargePaise) + BigInt(transfer.taxPaise);
}

function eventType(transfer: TransferRecord): string | null {
  if (transfer.status === "SUCCESS") return transfer.statusCode === "COMPLETED" ? "TRANSFER_ACKNOWLEDGED" : "TRANSFER_SUCCESS";
  return terminal.has(transfer.status) ? `TRANSFER_${transfer.status}` : null;
}

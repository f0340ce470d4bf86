// What every column of every table holds: L0 public, L1 internal, L2 personal, L3 secret. Tests hold db/schema to this map.
import type { KeyPurpose } from "./contract.ts";
import { indexed, internal, open, sealed, sealedWithin, tokenised, wrapped, type Cell, type DataKey } from "./data-cells.ts";
import { identityMap } from "./data-map-identity.ts";

export { dataKeys, type Cell, type DataKey, type Level } from "./data-cells.ts";

/**
 * Addresses and browsers of staff (`ip`, `user_agent`) are internal: the trail must show them. Text that people type
 * (purposes, reasons) is internal and its forms say not to put personal data there. `counterparty` holds masks only.
 */
export const dataMap = {
  accounts: internal("id", "name", "funds_available", "status", "created_at"),
  beneficiaries: {
    ...internal("id", "account_id", "kind", "token_id", "last4", "ifsc", "version", "status", "gateway_status", "created_by", "created_at", "cool_off_until"),
    name_ct: sealed("L2", "person"),
    destination_hash: indexed("destination"),
  },
  audit_log: {
    ...internal(
      "id",
      "event_id",
      "xid",
      "at",
      "actor_kind",
      "actor_id",
      "actor_roles",
      "session_id",
      "factor",
      "ip",
      "request_id",
      "verb",
      "object_kind",
      "object_id",
      "outcome",
      "reason",
      "leaf",
      "leaf_mac",
    ),
    before: sealedWithin("audit"),
    after: sealedWithin("audit"),
  },
  audit_seals: internal("position", "audit_id", "chain"),
  audit_heads: open("size", "chain", "root", "key_id", "signature", "signed_at"),
  audit_sealer: internal("id", "system_identifier", "last_xid", "size", "frontier"),
  ...identityMap,
  idempotency_keys: internal("actor", "route", "key", "body_hash", "answer", "created_at"),
  jobs: internal("id", "name", "key", "payload", "run_at", "attempts", "locked_by", "locked_until", "last_error", "created_at"),
  ledger_accounts: internal("id", "kind", "account_id", "created_at"),
  journals: internal("id", "kind", "source_kind", "source_id", "at", "xid"),
  ledger_entries: internal("id", "journal_id", "ledger_account_id", "account_id", "amount_paise", "at"),
  account_balances: internal("account_id", "balance_paise", "pending_paise", "held_paise", "payouts_enabled", "payouts_disabled_reason", "version"),
  ledger_totals: internal("ledger_account_id", "entries", "debit_paise", "credit_paise"),
  ledger_counted: internal("id", "below_xid", "system_identifier"),
  holds: internal("id", "account_id", "payout_id", "amount_paise", "status", "created_at", "closed_at"),
  fx_rates: { ...open("pair", "rate_micros", "effective_at", "source"), ...internal("id", "entered_by", "confirmed_by") },
  bank_holidays: open("day", "name"),
  reserve_receipts: internal("id", "payout_id", "account_id", "stage", "balance_paise", "held_paise", "reserve_paise", "rate_id", "balance_version", "at"),
  heartbeats: internal("name", "beat_at", "detail"),
  sweep_marks: internal("name", "until"),
  installation: internal("id", "mode", "created_at"),
  security_events: internal("id", "xid", "at", "event", "severity", "actor_kind", "actor_id", "subject_user_id", "session_id", "ip", "request_id", "fields", "first_time"),
  security_firsts: internal("person_id", "event", "at"),
  payment_links: {
    ...internal(
      "id",
      "account_id",
      "cf_link_id",
      "amount_paise",
      "paid_paise",
      "purpose",
      "status",
      "url",
      "environment",
      "created_by",
      "created_at",
      "expires_at",
      "next_check_at",
      "updated_at",
    ),
    customer_name_ct: sealed("L2", "person"),
    phone_ct: sealed("L2", "person"),
    phone_index: indexed("customer.phone"),
    email_ct: sealed("L2", "person"),
    email_index: indexed("customer.email"),
  },
  orders: internal("id", "gateway_order_id", "account_id", "link_id", "amount_paise", "created_at"),
  payments: internal(
    "id",
    "cf_payment_id",
    "order_id",
    "account_id",
    "amount_paise",
    "status",
    "method",
    "bank_reference",
    "message",
    "paid_at",
    "created_at",
    "next_check_at",
    "updated_at",
  ),
  payouts: internal(
    "id",
    "account_id",
    "beneficiary_id",
    "beneficiary_version",
    "beneficiary_created_by",
    "payee",
    "amount_paise",
    "fee_paise",
    "currency",
    "rail",
    "purpose",
    "status",
    "version",
    "policy_version",
    "approvals_needed",
    "approvals_given",
    "verdict_id",
    "digest",
    "maker_id",
    "last_editor_id",
    "hold_reasons",
    "hold_until",
    "end_reason",
    "cf_transfer_id",
    "utr",
    "credit_confirmed",
    "gateway_code",
    "stuck",
    "unknown_since",
    "next_check_at",
    "checks",
    "settled_at",
    "created_at",
    "expires_at",
    "updated_at",
  ),
  approval_challenges: internal("id", "payout_id", "payout_version", "user_id", "session_id", "digest", "envelope", "expires_at", "used_at"),
  payout_approvals: internal("id", "payout_id", "approver_id", "challenge_id", "digest", "statement", "factor", "at"),
  payout_withdrawals: internal("approval_id", "payout_id", "reason", "at"),
  payout_resolutions: internal("payout_id", "attempt_number", "choice", "person_id", "reason", "gateway_code", "at"),
  payout_attempts: internal("id", "payout_id", "number", "status", "request_hash", "prepared_at", "answered_at", "outcome", "request_id"),
  risk_verdicts: internal("id", "payout_id", "outcome", "findings", "at"),
  settings: internal("name", "value", "version", "changed_by", "changed_at", "proposal_id"),
  setting_rules: open("name", "kind", "min", "max"),
  setting_proposals: internal(
    "id",
    "name",
    "before",
    "value",
    "base_version",
    "direction",
    "reason",
    "proposed_by",
    "proposed_at",
    "status",
    "decided_by",
    "decided_at",
    "decide_reason",
    "decided_xid",
    "proposed_xid",
  ),
  emergency_stops: internal("id", "scope", "reason", "stopped_by", "stopped_at", "restarted_at"),
  emergency_restarts: internal("stop_id", "person_id", "reason", "at", "voted_xid"),
  transactions: {
    ...internal(
      "id",
      "kind",
      "source_id",
      "account_id",
      "status",
      "amount_paise",
      "magnitude_paise",
      "method",
      "counterparty",
      "contact_mask",
      "gateway_id",
      "order_id",
      "link_id",
      "bank_reference",
      "related_ids",
      "payee_id",
      "last4",
      "occurred_at",
      "updated_at",
    ),
    email_index: indexed("customer.email"),
    phone_index: indexed("customer.phone"),
    vpa_index: indexed("payer.vpa"),
  },
  transaction_evidence: internal("id", "kind", "source_id", "at", "channel", "sentence", "actor_id", "reference", "detail"),
  vault_keys: { ...internal("id", "purpose", "version", "kek_id", "uses", "created_at", "retired_at"), wrapped },
  vault_tokens: { ...internal("id", "kind", "last4", "created_at"), value_ct: sealed("L2", "destination"), value_index: tokenised("bank_account", "vpa") },
  webhook_events: {
    ...internal(
      "id",
      "source",
      "dedupe_key",
      "body_hash",
      "body_bytes",
      "lane",
      "signed_with",
      "headers",
      "event_type",
      "subject_kind",
      "subject_id",
      "status",
      "note",
      "received_at",
      "handled_at",
    ),
    body_ct: sealed("L2", "webhook"),
  },
} as const satisfies Record<string, Record<string, Cell>>;

type DataMap = typeof dataMap;
type SealedColumn<T extends keyof DataMap> = { [C in keyof DataMap[T]]: DataMap[T][C] extends { key: DataKey } ? C : never }[keyof DataMap[T]];

/** Where a ciphertext lives. It opens only there: table, column and row are part of what is authenticated. */
export type Place = { [T in keyof DataMap]: [SealedColumn<T>] extends [never] ? never : { table: T; column: SealedColumn<T>; rowId: string } }[keyof DataMap];

/** The data key that protects a place; throws for a column the map does not call sealed. */
export function dataKeyOf(place: { table: string; column: string }): DataKey {
  const tables: Record<string, Record<string, Cell>> = dataMap;
  const cell = tables[place.table]?.[place.column];
  if (cell === undefined || !("key" in cell)) throw new Error(`lib/vault/data-map.ts does not seal ${place.table}.${place.column}`);
  return cell.key;
}

/** Every column whose content needs the given key, as [table, column]. */
export function columnsNeeding(purpose: KeyPurpose): [string, string][] {
  if (purpose === "mac:audit") return [["audit_log", "leaf_mac"]];
  const found: [string, string][] = [];
  for (const [table, columns] of Object.entries(dataMap) as [string, Record<string, Cell>][]) {
    for (const [column, cell] of Object.entries(columns)) {
      const needs = (cell.form === "sealed" && purpose === `data:${cell.key}`) || (cell.form === "keyed" && cell.purposes.includes(purpose));
      if (needs) found.push([table, column]);
    }
  }
  return found;
}

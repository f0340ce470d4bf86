import type { Paise } from "@/lib/money";
import type { Sensitive } from "@/lib/sensitive";

/** Versions the client pins; newer answers are parsed as well. */
export const pgApiVersion = "2025-01-01";
export const payoutApiVersion = "2024-01-01";

export type UnknownReason = "timeout" | "reset" | "redirect" | "5xx" | "unparseable" | "too_large" | "html" | "mismatch" | "unexpected_status";

/** What is known after one call. Only `answer`, `refused`, `not_found`, `rate_limited` and `not_sent` are certain. */
export type GatewayResult<T> =
  | { kind: "answer"; value: T; httpStatus: number; requestId: string }
  /** The gateway says that it did nothing and why; `message` carries no value of ours. */
  | { kind: "refused"; httpStatus: number; code: string; type: string; message: string }
  | { kind: "not_found"; code: string }
  /** The natural key is taken: fetch by it and compare before believing anything. */
  | { kind: "already_exists"; code: string }
  | { kind: "rate_limited"; retryAfterSeconds: number }
  /** No byte of the request reached the gateway: the same id may be sent again. */
  | { kind: "not_sent"; reason: "dns" | "refused" | "unreachable" | "tls" }
  /** It may or may not have happened: ask by id, never send again blindly. */
  | { kind: "unknown"; reason: UnknownReason; httpStatus?: number };

export type CallOptions = { requestId?: string; idempotencyKey?: string };

export const orderStatuses = ["ACTIVE", "PAID", "EXPIRED", "TERMINATED", "TERMINATION_REQUESTED"] as const;
export const paymentStatuses = ["SUCCESS", "NOT_ATTEMPTED", "FAILED", "USER_DROPPED", "VOID", "CANCELLED", "PENDING", "FLAGGED"] as const;
export const linkStatuses = ["ACTIVE", "PAID", "PARTIALLY_PAID", "EXPIRED", "CANCELLED"] as const;
export const beneficiaryStatuses = ["VERIFIED", "INVALID", "INITIATED", "CANCELLED", "FAILED", "DELETED"] as const;
export const transferStatuses = [
  "RECEIVED",
  "VALIDATION_PENDING",
  "QUEUED",
  "APPROVAL_PENDING",
  "PENDING",
  "SUCCESS",
  "FAILED",
  "REVERSED",
  "REJECTED",
  "MANUALLY_REJECTED",
] as const;

/** A status of the list, or UNRECOGNISED: the gateway's lists are open, and an unknown word is never success. */
export type OpenStatus<List extends readonly string[]> = List[number] | "UNRECOGNISED";

export function openStatus<const List extends readonly string[]>(list: List, text: string): OpenStatus<List> {
  return list.find((item): item is List[number] => item === text) ?? "UNRECOGNISED";
}

export type GatewayCustomer = { id: string; phone: string; email?: string; name?: string };

export type CreateOrderInput = {
  orderId: string;
  amountPaise: Paise;
  customer: GatewayCustomer;
  expiresAt?: Date;
  note?: string;
  tags?: Record<string, string>;
  returnUrl?: string;
  notifyUrl?: string;
};

export type GatewayOrder = {
  orderId: string;
  cfOrderId: string;
  status: OpenStatus<typeof orderStatuses>;
  statusRaw: string;
  amountPaise: Paise;
  currency: string;
  paymentSessionId: string | null;
  createdAt: Date | null;
  expiresAt: Date | null;
  tags: Record<string, string>;
};

export type GatewayPayment = {
  cfPaymentId: string;
  orderId: string;
  status: OpenStatus<typeof paymentStatuses>;
  statusRaw: string;
  amountPaise: Paise;
  currency: string;
  orderAmountPaise: Paise | null;
  isCaptured: boolean;
  message: string | null;
  /** The bank's own number (UTR for UPI); null until there is one. */
  bankReference: string | null;
  group: string | null;
  /** The payment method's key: upi, card, netbanking … */
  method: string | null;
  payerVpa: Sensitive<string> | null;
  paidAt: Date | null;
  completedAt: Date | null;
  errorCode: string | null;
  errorDescription: string | null;
};

export type CreateLinkInput = {
  linkId: string;
  amountPaise: Paise;
  purpose: string;
  customer: { phone: string; email?: string; name?: string };
  expiresAt?: Date;
  notify?: { sms: boolean; email: boolean };
  autoReminders?: boolean;
  partial?: { minimumPaise: Paise };
  notes?: Record<string, string>;
  returnUrl?: string;
  notifyUrl?: string;
};

export type GatewayLink = {
  linkId: string;
  cfLinkId: string;
  status: OpenStatus<typeof linkStatuses>;
  statusRaw: string;
  amountPaise: Paise;
  amountPaidPaise: Paise;
  currency: string;
  purpose: string | null;
  /** Null when the gateway's address is not one we may show (scheme, host, user info, port). */
  url: string | null;
  createdAt: Date | null;
  expiresAt: Date | null;
};

export type BankDestination = { accountNumber: Sensitive<string>; ifsc: string };

export type CreateBeneficiaryInput = {
  beneficiaryId: string;
  name: string;
  bank?: BankDestination;
  vpa?: Sensitive<string>;
  contact?: { email?: string; phone?: string };
};

export type GatewayBeneficiary = {
  beneficiaryId: string;
  name: string | null;
  status: OpenStatus<typeof beneficiaryStatuses>;
  statusRaw: string;
  accountNumber: Sensitive<string> | null;
  ifsc: string | null;
  vpa: Sensitive<string> | null;
  addedAt: Date | null;
};

export const transferModes = ["banktransfer", "imps", "neft", "rtgs", "upi"] as const;
export type TransferMode = (typeof transferModes)[number];

export type CreateTransferInput = {
  transferId: string;
  amountPaise: Paise;
  mode: TransferMode;
  beneficiary: { id: string } | { name: string; bank?: BankDestination; vpa?: Sensitive<string> };
  remarks?: string;
  fundsourceId?: string;
};

export type GatewayTransfer = {
  transferId: string;
  cfTransferId: string;
  status: OpenStatus<typeof transferStatuses>;
  statusRaw: string;
  /** e.g. SENT_TO_BENEFICIARY, COMPLETED, INVALID_ACCOUNT_FAIL; an open list. */
  statusCode: string | null;
  statusDescription: string | null;
  amountPaise: Paise;
  currency: string;
  chargePaise: Paise | null;
  taxPaise: Paise | null;
  mode: string | null;
  utr: string | null;
  beneficiaryId: string | null;
  accountNumber: Sensitive<string> | null;
  ifsc: string | null;
  vpa: Sensitive<string> | null;
  fundsourceId: string | null;
  addedAt: Date | null;
  updatedAt: Date | null;
};

export type GatewayBalance = { balancePaise: Paise; availablePaise: Paise };

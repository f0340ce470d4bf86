/** Everything the emulator remembers. Amounts are decimal strings of paise, times epoch milliseconds. */
export type OrderRecord = {
  orderId: string;
  cfOrderId: string;
  sessionId: string;
  amountPaise: string;
  status: "ACTIVE" | "PAID" | "EXPIRED" | "TERMINATED" | "TERMINATION_REQUESTED";
  createdMs: number;
  expiresMs: number;
  note: string | null;
  tags: Record<string, string> | null;
  customer: Record<string, string | null>;
  meta: Record<string, string | null>;
  linkId: string | null;
};

export type PaymentError = { error_code: string; error_description: string; error_reason: string; error_source: string };

export type PaymentRecord = {
  cfPaymentId: string;
  orderId: string;
  amountPaise: string;
  status: "PENDING" | "SUCCESS" | "FAILED" | "USER_DROPPED" | "CANCELLED";
  message: string;
  bankReference: string | null;
  vpa: string;
  startedMs: number;
  completedMs: number | null;
  error: PaymentError | null;
};

export type LinkRecord = {
  linkId: string;
  cfLinkId: string;
  code: string;
  amountPaise: string;
  paidPaise: string;
  partial: boolean;
  minimumPaise: string | null;
  status: "ACTIVE" | "PAID" | "PARTIALLY_PAID" | "EXPIRED" | "CANCELLED";
  purpose: string;
  createdMs: number;
  expiresMs: number;
  customer: Record<string, string | null>;
  meta: Record<string, string | boolean | null>;
  notes: Record<string, string>;
  notify: { send_sms: boolean; send_email: boolean };
  autoReminders: boolean;
};

export type Instrument = { bank_account_number?: string; bank_ifsc?: string; vpa?: string };

export type BeneficiaryRecord = {
  beneficiaryId: string;
  name: string;
  instrument: Instrument;
  contact: Record<string, string>;
  status: "VERIFIED" | "DELETED";
  addedMs: number;
};

export type TransferStatus = "RECEIVED" | "APPROVAL_PENDING" | "PENDING" | "SUCCESS" | "FAILED" | "REVERSED" | "REJECTED";

export type TransferRecord = {
  transferId: string;
  cfTransferId: string;
  amountPaise: string;
  chargePaise: string;
  taxPaise: string;
  status: TransferStatus;
  statusCode: string;
  mode: string;
  utr: string | null;
  beneficiaryId: string | null;
  beneficiaryName: string | null;
  instrument: Instrument;
  fundsourceId: string;
  remarks: string | null;
  /** Where its money is: set aside, gone, come back, or never touched. */
  money: "none" | "held" | "debited" | "returned";
  /** How many requests created or repeated it, and how many times it left the wallet. */
  createRequests: number;
  timesDebited: number;
  addedMs: number;
  updatedMs: number;
  history: { atMs: number; status: TransferStatus; statusCode: string }[];
};

export type DeliveryRecord = {
  id: string;
  product: "pg" | "payout";
  type: string;
  /** The exact text sent on every attempt. */
  body: string;
  idempotencyKey: string;
  status: "pending" | "delivered" | "given_up" | "dropped";
  /** Added to the clock when signing: negative plays a stale webhook. */
  timestampShiftMs: number;
  /** Waits until another webhook of its product has been sent. */
  heldBack: boolean;
  createdMs: number;
  attempts: { atMs: number; httpStatus: number | null }[];
};

export type AgendaRecord = { id: string; dueMs: number } & (
  | { kind: "transfer"; transferId: string; status: TransferStatus; statusCode: string }
  | { kind: "payment"; cfPaymentId: string; outcome: "success" | "failure" | "dropped" }
  | { kind: "delivery"; deliveryId: string }
);

export type IdempotencyRecord = { bodyHash: string; status: number; body: string };

export type MetaRecord = { value: string };

export type Collections = {
  orders: OrderRecord;
  payments: PaymentRecord;
  links: LinkRecord;
  beneficiaries: BeneficiaryRecord;
  transfers: TransferRecord;
  deliveries: DeliveryRecord;
  agenda: AgendaRecord;
  idempotency: IdempotencyRecord;
  meta: MetaRecord;
};

export const collectionNames = [
  "orders",
  "payments",
  "links",
  "beneficiaries",
  "transfers",
  "deliveries",
  "agenda",
  "idempotency",
  "meta",
] as const satisfies (keyof Collections)[];

import type { Instrument, TransferStatus } from "./records.ts";

/** One planned move of a transfer, counted in steps after its creation. */
export type Step = { after: number; status: TransferStatus; statusCode: string };

const pending: Step = { after: 1, status: "PENDING", statusCode: "PENDING" };
const sent = (after: number): Step => ({ after, status: "SUCCESS", statusCode: "SENT_TO_BENEFICIARY" });
const completed = (after: number): Step => ({ after, status: "SUCCESS", statusCode: "COMPLETED" });
const failed = (after: number, statusCode: string): Step => ({ after, status: "FAILED", statusCode });
const reversed = (after: number, statusCode: string): Step => ({ after, status: "REVERSED", statusCode });

const success = [pending, sent(2), completed(3)];
const other = [pending, failed(2, "INVALID_ACCOUNT_FAIL")];

// Published sandbox destinations: docs "payouts/payouts/integrations/data-to-test". Any other destination fails.
const accounts: Record<string, Step[]> = {
  "026291800001191/YESB0000262": success,
  "00011020001772/HDFC0000001": success,
  "1233943142/ICIC0000009": success,
  "000890289871772/SCBL0036078": success,
  "000100289877623/SBIN0008752": success,
  "2640101002729/CNRR0002640": [pending, failed(2, "INVALID_IFSC_FAIL")],
  "026291800001190/YESB0000262": other,
  "007711000031/HDFC0000077": [pending],
  "00224412311300/YESB0000001": [pending, sent(6), completed(7)],
  "7766666351000/YESB0000001": [pending, failed(6, "BENE_BANK_DECLINED")],
  "02014457596969/CITI0000001": [pending, sent(2), reversed(4, "RETURNED_FROM_BENEFICIARY")],
  "7766671735000/SBIN0000004": [pending, sent(2), completed(3), reversed(6, "INVALID_ACCOUNT_FAIL")],
  "34978321547298/KKBK0000001": success,
};

const slowAccount = "34978321547298/KKBK0000001";

const vpas: Record<string, Step[]> = {
  "success@upi": success,
  "failure@upi": [pending, failed(2, "BENE_BANK_DECLINED")],
};

function accountKey(instrument: Instrument): string {
  return `${instrument.bank_account_number ?? ""}/${instrument.bank_ifsc ?? ""}`;
}

/** What will happen to a transfer to this destination. */
export function stepsFor(instrument: Instrument, mode: string): Step[] {
  const byVpa = mode === "upi" || instrument.bank_account_number === undefined;
  return (byVpa ? vpas[instrument.vpa?.toLowerCase() ?? ""] : accounts[accountKey(instrument)]) ?? other;
}

/** The published account whose caller waits 25 s for an answer about a transfer that was recorded at once. */
export function answersSlowly(instrument: Instrument): boolean {
  return accountKey(instrument) === slowAccount;
}

export const descriptions: Record<string, string> = {
  RECEIVED: "The transfer has been received by Cashfree successfully for further processing.",
  APPROVAL_PENDING: "The transfer requires approval.",
  PENDING: "The transfer is currently in a Pending state, as Cashfree is awaiting a final confirmation from the partner bank for a terminal status.",
  SENT_TO_BENEFICIARY: "The transfer has been initiated via the partner bank successfully and your account is debited.",
  COMPLETED: "The transfer has been credited to the end beneficiary.",
  INVALID_ACCOUNT_FAIL: "The Account Number of the beneficiary is invalid.",
  INVALID_IFSC_FAIL: "The IFSC of the beneficiary is invalid.",
  BENE_BANK_DECLINED: "The beneficiary bank has declined the transfer.",
  RETURNED_FROM_BENEFICIARY: "The beneficiary bank has returned the transfer.",
  INSUFFICIENT_BALANCE: "The transfer has been rejected because the fund source does not have enough balance.",
  INVALID_MODE_FOR_PYID: "The transfer has been rejected because the payment instrument does not support this mode of transfer.",
};

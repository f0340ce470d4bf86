import {
  Ban,
  BookOpen,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Cog,
  FilePen,
  Gavel,
  Globe,
  Hand,
  Inbox,
  Landmark,
  Loader,
  Send,
  Signature,
  TimerOff,
  Undo2,
  UserRound,
  XCircle,
  type LucideIcon,
} from "lucide-react";
import type { StatusLook, StatusLooks } from "@/components/ui/status-badge.tsx";
import type { EvidenceChannel, PayoutStanding, TransactionKind, TransactionRow, TransactionStatus } from "@/lib/transactions/contract";

/** What every kind of movement and a payout by itself call alike. */
const shared = {
  held: { label: "Held", tone: "held", icon: Hand },
  unknown: { label: "Unknown", tone: "held", icon: CircleHelp },
  succeeded: { label: "Succeeded", tone: "settled", icon: CircleCheck },
  failed: { label: "Failed", tone: "failed", icon: CircleX },
  reversed: { label: "Came back", tone: "failed", icon: Undo2 },
} as const satisfies Partial<StatusLooks<PayoutStanding>>;

/** A payout's states, wherever it is shown; the one place of their words. */
export const payoutLooks: StatusLooks<PayoutStanding> = {
  ...shared,
  draft: { label: "Draft", tone: "neutral", icon: FilePen },
  pending_approval: { label: "Waiting for approval", tone: "waiting", icon: Signature },
  approved: { label: "Approved", tone: "moving", icon: Signature },
  submitting: { label: "Being sent", tone: "moving", icon: Send },
  in_flight: { label: "At the bank", tone: "moving", icon: Landmark },
  rejected: { label: "Rejected", tone: "failed", icon: XCircle },
  cancelled: { label: "Withdrawn", tone: "neutral", icon: Ban },
  expired: { label: "Expired", tone: "neutral", icon: TimerOff },
};

/** The same for a row of a list, which must stay readable beside a panel. */
export const payoutListLooks: StatusLooks<PayoutStanding> = { ...payoutLooks, pending_approval: { ...payoutLooks.pending_approval, label: "Waiting" } };

/** The states that all kinds of movement share: what the list is narrowed by. */
export const transactionLooks: StatusLooks<TransactionStatus> = {
  ...shared,
  pending: { label: "Pending", tone: "moving", icon: CircleDashed },
  waiting: { label: "Waiting", tone: "waiting", icon: CircleAlert },
  moving: { label: "Moving", tone: "moving", icon: Loader },
  cancelled: { label: "Cancelled", tone: "neutral", icon: Ban },
};

const oneOf = (states: readonly PayoutStanding[]): string => {
  const words = states.map((state) => payoutLooks[state].label.toLowerCase());
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
};

export const movingWords = oneOf(["approved", "submitting", "in_flight"]);

/** What a shared state gathers whose rows are called by finer words. */
export const coarseWords: Partial<Record<TransactionStatus, string>> = {
  moving: `payouts ${movingWords}`,
  cancelled: `payouts ${oneOf(["rejected", "cancelled", "expired"])}, and payments the customer left`,
};

/** How a movement stands, in the finest word there is for it; `place` says whether a row or a page shows it. */
export function movementLook({ status, standing }: Pick<TransactionRow, "status" | "standing">, place: "row" | "page"): StatusLook {
  if (standing === null) return transactionLooks[status];
  return (place === "row" ? payoutListLooks : payoutLooks)[standing];
}

export const kindLabels: Record<TransactionKind, string> = { payment: "Payment", payout: "Payout", refund: "Refund", adjustment: "Adjustment" };

export const channelLooks: Record<EvidenceChannel, { label: string; icon: LucideIcon }> = {
  gateway: { label: "Gateway", icon: Globe },
  webhook: { label: "Webhook", icon: Inbox },
  decision: { label: "Decision", icon: Gavel },
  ledger: { label: "Ledger", icon: BookOpen },
  person: { label: "Person", icon: UserRound },
  system: { label: "System", icon: Cog },
};

const methodLabels: Record<string, string> = {
  upi: "UPI",
  imps: "IMPS",
  neft: "NEFT",
  rtgs: "RTGS",
  net_banking: "Net banking",
  netbanking: "Net banking",
  credit_card: "Credit card",
  debit_card: "Debit card",
  wallet: "Wallet",
  card: "Card",
};

/** A method as people say it; an unknown one as the gateway writes it. */
export function methodText(method: string | null): string {
  return method === null ? "—" : (methodLabels[method] ?? method.replaceAll("_", " "));
}

import {
  Ban,
  BookOpen,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Cog,
  Gavel,
  Globe,
  Hand,
  Inbox,
  Loader,
  Undo2,
  UserRound,
  type LucideIcon,
} from "lucide-react";
import type { StatusLooks } from "@/components/ui/status-badge.tsx";
import type { EvidenceChannel, TransactionKind, TransactionStatus } from "@/lib/transactions/contract";

/** One look per state of a movement, wherever movements are listed. */
export const transactionLooks: StatusLooks<TransactionStatus> = {
  pending: { label: "Pending", tone: "moving", icon: CircleDashed },
  waiting: { label: "Waiting", tone: "waiting", icon: CircleAlert },
  held: { label: "Held", tone: "held", icon: Hand },
  moving: { label: "Moving", tone: "moving", icon: Loader },
  unknown: { label: "Unknown", tone: "held", icon: CircleHelp },
  succeeded: { label: "Succeeded", tone: "settled", icon: CircleCheck },
  failed: { label: "Failed", tone: "failed", icon: CircleX },
  reversed: { label: "Reversed", tone: "failed", icon: Undo2 },
  cancelled: { label: "Cancelled", tone: "neutral", icon: Ban },
};

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

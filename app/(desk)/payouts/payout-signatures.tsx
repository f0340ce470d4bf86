"use client";
import { Signature } from "lucide-react";
import { SignatureLine } from "@/components/statement";
import { Button } from "@/components/ui/button.tsx";
import type { PayoutPanel, PayoutStatus, SignatureLine as Line } from "@/lib/payouts/contract";
import { actObject } from "./payout-looks.ts";

const factorWords: Record<NonNullable<Line["factor"]>, string> = { totp: "code", passkey: "passkey" };

type Props = { panel: PayoutPanel; onApprove: () => void };

/** The foot of the sheet: who asked, who signed with what, and the line that is yours. */
export function PayoutSignatures({ panel, onApprove }: Props) {
  const mine = panel.acts.approve.allowed ? panel.signatures.findIndex((line) => line.state === "waiting") : -1;
  return panel.signatures.map((line, index) =>
    index === mine ? (
      <SignatureLine key={line.role} role={roleOf(line, panel)} state="yours">
        <p className="text-ink-2 sm:pb-2">Yours to sign, with a fresh code or a passkey.</p>
        <Button variant="primary" size="large" className="max-sm:hidden" icon={<Signature size={15} aria-hidden />} aria-keyshortcuts="a" onClick={onApprove}>
          Approve {actObject(panel.payout)}
        </Button>
      </SignatureLine>
    ) : (
      <Drawn key={`${line.role} ${line.state} ${line.at ?? ""}`} line={line} panel={panel} />
    ),
  );
}

function Drawn({ line, panel }: { line: Line; panel: PayoutPanel }) {
  const role = roleOf(line, panel);
  if (line.state === "signed" && line.at !== null)
    return (
      <SignatureLine
        role={role}
        state="signed"
        name={`${line.name ?? ""}${line.isMe ? " (you)" : line.note === null ? "" : `, who ${line.note}`}`}
        at={line.at}
        by={line.factor === null ? undefined : factorWords[line.factor]}
      />
    );
  if (line.state === "withdrawn" && line.at !== null)
    return <SignatureLine role="Taken off" state="taken_off" name={`${line.name ?? ""}${line.isMe ? " (you)" : ""}`} at={line.at} why={line.note ?? "no longer counts"} />;
  if (line.state === "void") return <SignatureLine role={role} state="void" why={voided[panel.payout.status] ?? "No longer needed."} />;
  return <SignatureLine role={role} state="open" who={line.note ?? "needs a finance admin"} />;
}

const voided: Partial<Record<PayoutStatus, string>> = {
  rejected: "Not signed: it was rejected.",
  cancelled: "Not signed: it was withdrawn.",
  expired: "Not signed in time.",
};

function roleOf(line: Line, panel: PayoutPanel): string {
  if (line.role === "maker") return "Maker";
  if (panel.payout.approvals.needed === 1) return "Approver";
  return line.role === "first" ? "First approver" : "Second approver";
}

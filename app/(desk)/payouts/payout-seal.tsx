"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Seal } from "@/components/statement";
import { useCan } from "@/components/shell/viewer.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { auditListQuery } from "@/lib/audit/client";
import type { PayoutPanel } from "@/lib/payouts/contract";

/** The digest that signatures are bound to; for readers of the trail, with the place where the last one stands in it. */
export function PayoutSeal({ panel }: { panel: PayoutPanel }) {
  const mayRead = useCan("audit.view").allowed;
  const signed = panel.payout.approvals.given > 0;
  const trail = useInfiniteQuery({ ...auditListQuery({ objectKind: "payout", objectId: panel.payout.id, verb: "payout.approve", outcome: "done" }), enabled: mayRead && signed });
  const position = trail.data?.pages[0]?.rows[0]?.position ?? null;
  if (position !== null) return <Seal position={Number(position)} digest={panel.statement.digest} />;
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 text-12 text-ink-3">
      <span>SHA-256 of this statement</span>
      <Ref value={panel.statement.digest} label="statement digest" short />
    </p>
  );
}

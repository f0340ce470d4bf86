"use client";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { ApiProblem } from "@/lib/http/client";
import { startApprovalMutation } from "@/lib/payouts/client";
import type { PayoutOutcome, PayoutPanel, StatementFact } from "@/lib/payouts/contract";
import { ApprovalForm } from "./approval-form.tsx";
import { actObject } from "./payout-looks.ts";
import { Problem } from "@/components/shell/problem.tsx";
import { useDecided } from "./use-decided.ts";
import { WhatChanged } from "./what-changed.tsx";

/** Opens the confirmation for exactly the statement on screen; only a fresh code inside it signs. */
export function useApproval(panel: PayoutPanel, onDone: (sentence: string) => void): { begin: () => void; dialog: ReactNode } {
  const [opened, setOpened] = useState<{ facts: readonly StatementFact[]; at: number } | null>(null);
  const [stale, setStale] = useState<Error | null>(null);
  const start = useMutation(startApprovalMutation);
  const reload = useDecided();
  const refused = (error: Error) => {
    if (error instanceof ApiProblem && error.status === 409 && error.code !== "code_used") void reload();
    if (error instanceof ApiProblem && ["statement_changed", "challenge_invalid", "payout_moved"].includes(error.code)) setStale(error);
  };
  const begin = () => {
    setStale(null);
    // The three minutes count from before the asking, so this clock never runs behind the server's.
    setOpened({ facts: panel.statement.facts, at: performance.now() });
    start.mutate({ id: panel.payout.id, digest: panel.statement.digest }, { onError: refused });
  };
  const close = () => setOpened(null);
  const signed = (outcome: PayoutOutcome) => {
    close();
    onDone(outcome.approvals.given < outcome.approvals.needed ? "You signed. One more person must sign." : "You signed; it was the last signature.");
    void reload();
  };
  const wrong = stale ?? start.error;
  const sentence = `Approve ${actObject(panel.payout)}`;
  const dialog =
    opened === null ? null : (
      <Dialog
        open
        onOpenChange={(open) => (open ? undefined : close())}
        width="wide"
        title="Sign this payout"
        description="Your signature holds for exactly these facts; any change to them voids it."
      >
        {wrong !== null ? (
          <div className="grid gap-4">
            <Problem error={wrong} />
            <WhatChanged before={opened.facts} after={panel.statement.facts} />
            <div>
              <Button onClick={begin} reasons={panel.acts.approve.reasons}>
                Read it again and start anew
              </Button>
            </div>
          </div>
        ) : start.data === undefined ? (
          <SkeletonLines lines={6} label="Asking for a confirmation" />
        ) : (
          <ApprovalForm
            key={start.data.challengeId}
            payoutId={panel.payout.id}
            challenge={start.data}
            since={opened.at}
            sentence={sentence}
            payee={panel.payout.payee.name}
            account={panel.payout.account.name}
            onSigned={signed}
            onRefused={refused}
            onAgain={begin}
          />
        )}
      </Dialog>
    );
  return { begin, dialog };
}

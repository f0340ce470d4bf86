"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useCan } from "@/components/shell/viewer.tsx";
import type { ShownReason } from "@/components/ui/button.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { auditKeys, verifyTrailMutation } from "@/lib/audit/client";
import { Problem } from "@/components/shell/problem.tsx";
import { VerificationReport } from "./verification-report.tsx";

/** Walks the whole trail on the server and shows what it found beside the list. */
export function useVerification(open: boolean, onClose: () => void): { run: () => void; busy: boolean; reasons: ShownReason[]; panel: ReactNode } {
  const client = useQueryClient();
  const access = useCan("audit.verify");
  const verify = useMutation({ ...verifyTrailMutation, onSuccess: () => client.invalidateQueries({ queryKey: auditKeys.all }) });
  const panel = open ? (
    <Panel eyebrow="Verification" title="The trail against its signed heads" onClose={onClose}>
      <Problem error={verify.error} />
      {verify.data === undefined ? (
        verify.isPending ? (
          <div className="grid gap-3 text-13 text-ink-2">
            <p>Reading every row and recomputing its hash …</p>
            <SkeletonLines lines={8} label="Verifying the trail" />
          </div>
        ) : null
      ) : (
        <VerificationReport report={verify.data} />
      )}
    </Panel>
  ) : null;
  return { run: () => verify.mutate(), busy: verify.isPending, reasons: access.allowed ? [] : access.reasons, panel };
}

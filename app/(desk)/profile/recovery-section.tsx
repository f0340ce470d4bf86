"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { RecoverySheet } from "@/components/credentials/recovery-sheet.tsx";
import { Section } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Time } from "@/components/ui/time.tsx";
import { credentialsQuery, makeRecoveryCodes } from "@/lib/auth/client";
import { ApiProblem } from "@/lib/http/client";

const few = 3;

/** How many recovery codes are left, and ten fresh ones. */
export function RecoverySection({ email, left, madeAt }: { email: string; left: number; madeAt: string | null }) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: makeRecoveryCodes,
    onSuccess: async (made) => {
      setCodes(made.codes);
      await queries.invalidateQueries({ queryKey: credentialsQuery.queryKey });
    },
  });
  return (
    <Section
      title="Recovery codes"
      note={<span className={left < few ? "text-waiting" : undefined}>{left} left</span>}
      actions={
        codes === null ? (
          <Button busy={make.isPending} onClick={() => make.mutate()}>
            {left === 0 ? "Make recovery codes" : "Make ten new ones"}
          </Button>
        ) : null
      }
    >
      {codes === null ? (
        <p className="text-13 text-ink-2">
          {left === 0 || madeAt === null ? (
            "Without them, a lost phone locks you out until two administrators let you in again."
          ) : (
            <>
              Made <Time at={madeAt} phrase />. New ones void these.
            </>
          )}
        </p>
      ) : (
        <RecoverySheet codes={codes} email={email}>
          {(stored) => (
            <Button
              reasons={stored ? [] : [{ code: "not_stored", sentence: "Put the codes away first.", wayOut: "Copy, download or print them, then tick the box." }]}
              onClick={() => setCodes(null)}
            >
              Done
            </Button>
          )}
        </RecoverySheet>
      )}
      {make.error === null ? null : (
        <p role="alert" className="pt-2 text-13 text-failed">
          {make.error instanceof ApiProblem ? make.error.message : "This page failed on our side. Load it again."}
        </p>
      )}
    </Section>
  );
}

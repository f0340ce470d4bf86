"use client";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { leaveUnasked } from "@/components/ui/back-guard.ts";
import { mountShellHooks } from "@/lib/http/shell-hooks";
import { signInPath } from "@/lib/http/return-path";
import { forgetForms, keepForms } from "./kept-form.ts";
import { leaveDesk } from "./leave.ts";
import { useIdle } from "./use-idle.ts";

// Most visits need neither, so neither is in a page's first script.
const StepUpDialog = lazy(async () => ({ default: (await import("./step-up-dialog.tsx")).StepUpDialog }));
const IdleDialog = lazy(async () => ({ default: (await import("./idle-dialog.tsx")).IdleDialog }));

type Question = { act: string; answer: (shown: boolean) => void };

// A full load, so that nothing of this person stays in memory; what they typed waits for them in this tab.
function sessionEnded(): void {
  keepForms();
  leaveUnasked();
  window.location.assign(signInPath(`${window.location.pathname}${window.location.search}`, "ended"));
}

/** What the shell does about the session: asks for a fresh factor, asks who is still there, and leaves when it is over. */
export function SessionWatch({ userId }: { userId: string }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const { endsAt, stay } = useIdle();
  const leave = useCallback(() => void leaveDesk(), []);
  useEffect(() => forgetForms(userId), [userId]);
  useEffect(
    () =>
      mountShellHooks({
        factor: (act) =>
          new Promise((resolve) => {
            setQuestion({
              act,
              answer: (shown) => {
                setQuestion(null);
                resolve(shown);
              },
            });
          }),
        ended: sessionEnded,
      }),
    [],
  );
  return (
    <Suspense fallback={null}>
      {question === null ? null : <StepUpDialog act={question.act} onDone={question.answer} />}
      {endsAt === null ? null : <IdleDialog endsAt={endsAt} onStay={stay} onLeave={leave} />}
    </Suspense>
  );
}

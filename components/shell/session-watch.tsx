"use client";
import { lazy, Suspense, useEffect, useState } from "react";
import { mountShellHooks } from "@/lib/http/shell-hooks";

// Most visits need neither, so neither is in a page's first script.
const StepUpDialog = lazy(async () => ({ default: (await import("./step-up-dialog.tsx")).StepUpDialog }));

type Question = { act: string; answer: (shown: boolean) => void };

/** What the shell does for requests that cannot go on by themselves: asks for a fresh factor, or leaves when the session is over. */
export function SessionWatch() {
  const [question, setQuestion] = useState<Question | null>(null);
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
        ended: () => undefined,
      }),
    [],
  );
  return <Suspense fallback={null}>{question === null ? null : <StepUpDialog act={question.act} onDone={question.answer} />}</Suspense>;
}

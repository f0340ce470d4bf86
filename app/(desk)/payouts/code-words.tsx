"use client";
import { useEffect, type ReactNode, type RefObject } from "react";
import { ApiProblem } from "@/lib/http/client";
import { useSecondsLeft } from "./use-seconds-left.ts";

const codeErrors = new Set(["wrong_code", "code_used", "invalid_code"]);

type Given = { error: Error | null; incomplete: boolean; nextCodeAt: number | null };

/** What stands at the code's field: what is wrong with the code, if that is what is wrong, and what to know before typing the next. */
export function codeWords({ error, incomplete, nextCodeAt }: Given): { error: string | undefined; hint: ReactNode } {
  const problem = error instanceof ApiProblem && codeErrors.has(error.code) ? error : null;
  const used = problem?.code === "code_used";
  // How long until the next code is good stands in the hint: an error that counts would be read out every second.
  const hint = used && nextCodeAt !== null ? <NextCode at={nextCodeAt} /> : "Six digits from your authenticator app.";
  if (incomplete) return { error: "A code is six digits.", hint };
  return { error: used ? "This code was already used." : problem?.message, hint };
}

function NextCode({ at }: { at: number }) {
  const left = useSecondsLeft(at);
  return left === 0 ? "The one shown now is good." : `The next one is good in ${left} ${left === 1 ? "second" : "seconds"}.`;
}

/** The focus shows a field and nothing below it; what is wrong with it is seen as well. */
export function useWhollyInView(field: RefObject<HTMLElement | null>, error: string | undefined): void {
  useEffect(() => {
    if (error !== undefined) field.current?.parentElement?.scrollIntoView({ block: "nearest" });
  }, [field, error]);
}

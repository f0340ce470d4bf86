"use client";
import { ReasonList } from "@/components/ui/button.tsx";
import { intoView } from "@/components/ui/into-view.ts";
import { useReader } from "@/components/ui/sentence.ts";
import { ApiProblem } from "@/lib/http/client";

/** `fieldsSayIt`: the form says itself what is wrong with each field. */
type Props = { error: Error | null; fieldsSayIt?: boolean };

/** Why the server said no: every reason when it gave them, else its sentence, and under which request to find it. */
export function Problem({ error, fieldsSayIt = false }: Props) {
  const read = useReader();
  if (error === null) return null;
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <div ref={intoView} role="alert" className="grid gap-1 text-13">
      {problem !== null && problem.reasons.length > 0 ? <ReasonList reasons={read.reasons(problem.reasons)} /> : <p className="text-failed">{read.text(error.message)}</p>}
      {problem?.code === "invalid_input" && !fieldsSayIt
        ? Object.entries(problem.detail).map(([field, message]) => (
            <p key={field} className="text-ink-2">
              {field}: {message}
            </p>
          ))
        : null}
      {problem === null || problem.requestId === "" ? null : (
        <p className="text-12 text-ink-3">
          Request <span className="ref">{problem.requestId}</span>
        </p>
      )}
    </div>
  );
}

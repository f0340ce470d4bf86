"use client";
import { ReasonList } from "@/components/ui/button.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { ApiProblem } from "@/lib/http/client";

/** Why the server said no: every reason when it gave them, else its sentence. */
export function Refusal({ error }: { error: Error }) {
  const read = useReader();
  const problem = error instanceof ApiProblem ? error : null;
  const details = problem === null ? [] : Object.entries(problem.detail);
  return (
    <div role="alert" className="grid gap-1 text-13">
      {problem !== null && problem.reasons.length > 0 ? <ReasonList reasons={read.reasons(problem.reasons)} /> : <p className="text-failed">{read.text(error.message)}</p>}
      {problem?.code === "invalid_input"
        ? details.map(([field, message]) => (
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

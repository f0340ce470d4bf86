"use client";
import { ReasonList } from "@/components/ui/button.tsx";
import { intoView } from "@/components/ui/into-view.ts";
import { useReader } from "@/components/ui/sentence.ts";
import { ApiProblem } from "@/lib/http/client";

/** Why an act on people was refused: every reason when the server gave them, else its sentence. */
export function Problem({ error }: { error: Error | null }) {
  const read = useReader();
  if (error === null) return null;
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <div ref={intoView} role="alert" className="grid gap-1 text-13">
      {problem !== null && problem.reasons.length > 0 ? <ReasonList reasons={read.reasons(problem.reasons)} /> : <p className="text-failed">{read.text(error.message)}</p>}
      {problem?.code === "invalid_input"
        ? Object.entries(problem.detail).map(([field, message]) => (
            <p key={field} className="text-ink-2">
              {field}: {message}
            </p>
          ))
        : null}
    </div>
  );
}

"use client";
import { ApiProblem } from "@/lib/http/client";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";
import { SkeletonLines } from "./skeleton.tsx";

type Props = { what: string; error: Error | null; onRetry: () => void; lines?: number };

/** A panel whose thing is not there: on its way, unreadable for now, or no such thing at all. */
export function Unread({ what, error, onRetry, lines = 10 }: Props) {
  if (error === null) return <SkeletonLines lines={lines} label={`Loading the ${what}`} />;
  if (isUnknown(error))
    return (
      <EmptyState kind="none-match" title={`There is no such ${what}`}>
        Nothing has the id that stands in the address. Close this and choose one from the list.
      </EmptyState>
    );
  return (
    <EmptyState kind="failed" title={`This ${what} could not be read`} act={<Button onClick={onRetry}>Try again</Button>}>
      {error.message}
    </EmptyState>
  );
}

/** The panel's title while there is nothing to name. */
export function unreadTitle(what: string, error: Error | null): string {
  if (error === null) return "Loading …";
  return isUnknown(error) ? `No such ${what}` : "Not read";
}

// An id that is none at all is refused before anybody looks for it.
function isUnknown(error: Error): boolean {
  return error instanceof ApiProblem && [400, 404, 422].includes(error.status);
}

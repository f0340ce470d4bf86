"use client";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";

export default function DeskError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <div className="page">
      <EmptyState page kind="failed" title="This page could not be drawn" act={<Button onClick={retry}>Try again</Button>}>
        Nothing was changed by looking at it.{" "}
        {error.digest === undefined ? null : (
          <>
            Reference <span className="ref">{error.digest}</span>.
          </>
        )}
      </EmptyState>
    </div>
  );
}

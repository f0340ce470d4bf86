"use client";
import { WholePage } from "@/components/shell/whole-page.tsx";

// Plain elements: every visit loads this page, and hardly any shows it.
export default function PageError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <WholePage
      title="This page could not be drawn"
      act={
        <button type="button" className="btn" data-variant="primary" onClick={retry}>
          Try again
        </button>
      }
    >
      <p>Nothing was changed by looking at it. If it stays like this, give this reference to whoever runs the desk.</p>
      {error.digest === undefined ? null : <p className="ref">{error.digest}</p>}
    </WholePage>
  );
}

"use client";
import { WholePage } from "@/components/shell/whole-page.tsx";

// Plain elements: every visit loads this page, and hardly any shows it.
export default function PageError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  // A limit that was met says itself when it goes on (LimitError).
  const wait = /^wait: (.+)$/.exec(error.digest ?? "")?.[1];
  return (
    <WholePage
      title={wait === undefined ? "This page could not be drawn" : "A moment, please"}
      act={
        <button type="button" className="btn" data-variant="primary" onClick={retry}>
          Try again
        </button>
      }
    >
      <p>{wait ?? "Nothing was changed by looking at it. If it stays like this, give this reference to whoever runs the desk."}</p>
      {error.digest === undefined || wait !== undefined ? null : <p className="ref">{error.digest}</p>}
    </WholePage>
  );
}

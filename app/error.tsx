"use client";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { waitIn } from "@/lib/http/wait";

// Plain elements: every visit loads this page, and hardly any shows it.
export default function PageError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  const wait = waitIn(error.digest);
  return (
    <WholePage
      title={wait === null ? "This page could not be drawn" : "A moment, please"}
      act={
        <button type="button" className="btn" data-variant="primary" onClick={retry}>
          Try again
        </button>
      }
    >
      <p>{wait ?? "Nothing was changed by looking at it. If it stays like this, give this reference to whoever runs the desk."}</p>
      {error.digest === undefined || wait !== null ? null : <p className="ref">{error.digest}</p>}
    </WholePage>
  );
}

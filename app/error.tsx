"use client";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { wordsIn } from "@/lib/http/page-words";

// Plain elements: every visit loads this page, and hardly any shows it.
export default function PageError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  const words = wordsIn(error.digest);
  return (
    <WholePage
      title={words?.title ?? "This page could not be drawn"}
      act={
        <button type="button" className="btn" data-variant="primary" onClick={retry}>
          Try again
        </button>
      }
    >
      <p>{words?.sentence ?? "Nothing was changed by looking at it. If it stays like this, give this reference to whoever runs the desk."}</p>
      {error.digest === undefined || words !== null ? null : <p className="ref">{error.digest}</p>}
    </WholePage>
  );
}

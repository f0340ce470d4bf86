"use client";
import { wordsIn } from "@/lib/http/page-words";

// Plain elements: every visit loads this page, and hardly any shows it.
export default function DeskError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  const words = wordsIn(error.digest);
  return (
    <div className="page">
      <section className="grid max-w-md justify-items-start gap-1 py-8">
        <h1 className="text-14 font-semibold">{words?.title ?? "This page could not be drawn"}</h1>
        <p className="text-13 text-ink-2">
          {words?.sentence ?? "Nothing was changed by looking at it."}{" "}
          {error.digest === undefined || words !== null ? null : (
            <>
              Reference <span className="ref">{error.digest}</span>.
            </>
          )}
        </p>
        <button type="button" className="btn mt-3" data-variant="quiet" onClick={retry}>
          Try again
        </button>
      </section>
    </div>
  );
}

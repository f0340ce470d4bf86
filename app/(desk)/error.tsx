"use client";
import { waitIn } from "@/lib/http/wait";

// Plain elements: every visit loads this page, and hardly any shows it.
export default function DeskError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  const wait = waitIn(error.digest);
  return (
    <div className="page">
      <section className="grid max-w-md justify-items-start gap-1 py-8">
        <h1 className="text-14 font-semibold">{wait === null ? "This page could not be drawn" : "A moment, please"}</h1>
        <p className="text-13 text-ink-2">
          {wait ?? "Nothing was changed by looking at it."}{" "}
          {error.digest === undefined || wait !== null ? null : (
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

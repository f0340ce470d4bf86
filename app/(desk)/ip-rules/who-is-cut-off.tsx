"use client";
import { useQuery } from "@tanstack/react-query";
import { previewQuery } from "@/lib/edge/client";
import { countryName, type CutOff, type Preview } from "@/lib/edge/contract";

type Change = Parameters<typeof previewQuery>[0];

/** What a change would do, asked of the server while the form is filled in; null while there is nothing to ask yet. */
export function usePreview(change: Change) {
  return useQuery(previewQuery(change));
}

/** The dry run in words: who is signed in or called lately from where the change shuts or opens the door. */
export function WhoIsCutOff({ preview, loading, scopeSeen }: { preview: Preview | undefined; loading: boolean; scopeSeen: boolean }) {
  return (
    <section aria-label="What this would do" aria-live="polite" className="grid gap-2 border-t border-line pt-3 text-13">
      <h3 className="font-medium">What this would do</h3>
      {preview === undefined ? (
        <p className="text-ink-3">{loading ? "Looking …" : "Say which network or country, to see who would be cut off."}</p>
      ) : (
        <Found preview={preview} scopeSeen={scopeSeen} />
      )}
    </section>
  );
}

function Found({ preview, scopeSeen }: { preview: Preview; scopeSeen: boolean }) {
  if (!scopeSeen) return <p className="text-ink-2">Senders of webhooks cannot be foreseen: nothing tells their addresses beforehand.</p>;
  return (
    <>
      <p className={preview.cutOff.length > 0 ? "font-medium text-failed" : "text-ink-2"}>
        {preview.cutOff.length === 0 ? `Nobody of the ${preview.seen} seen here would be cut off.` : `${preview.cutOff.length} of ${preview.seen} would be cut off:`}
      </p>
      <Callers list={preview.cutOff} />
      {preview.letIn.length === 0 ? null : (
        <>
          <p className="text-ink-2">{preview.letIn.length} would be let in:</p>
          <Callers list={preview.letIn} />
        </>
      )}
    </>
  );
}

const shownMax = 8;

function Callers({ list }: { list: readonly CutOff[] }) {
  if (list.length === 0) return null;
  return (
    <ul className="grid gap-1">
      {list.slice(0, shownMax).map((caller) => (
        <li key={`${caller.id} ${caller.address ?? ""}`} className="flex flex-wrap justify-between gap-x-3">
          <span>
            {caller.name}
            {caller.you ? <strong> (you)</strong> : null}
          </span>
          <span className="text-ink-2">
            <span className="ref">{caller.address ?? "unknown address"}</span>
            {caller.country === null ? null : ` · ${countryName(caller.country) ?? ""}`}
          </span>
        </li>
      ))}
      {list.length > shownMax ? <li className="text-ink-3">and {list.length - shownMax} more</li> : null}
    </ul>
  );
}

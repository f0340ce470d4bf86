import { countText } from "@/components/ui/count.ts";

export type SealProps = {
  /** The audit trail's position of the record. */
  position: number;
  /** SHA-256 of what was signed, hex or base64url; only its head is drawn, all of it is in the title. */
  digest?: string | undefined;
  /** When it was recorded, already in words. */
  at?: string | undefined;
};

const rosette = Array.from({ length: 24 }, (_, index) => index * 15);

/** The mark that closes a statement once it stands in the audit trail. */
export function Seal({ position, digest, at }: SealProps) {
  return (
    <div className="sheet-block flex items-center gap-3 text-12 text-ink-3">
      <svg viewBox="0 0 48 48" width="40" height="40" aria-hidden className="flex-none text-accent" fill="none" stroke="currentColor">
        <circle cx="24" cy="24" r="22.5" strokeWidth="1" />
        {rosette.map((angle) => (
          <ellipse key={angle} cx="24" cy="24" rx="20" ry="12.5" strokeWidth="0.3" transform={`rotate(${angle} 24 24)`} />
        ))}
        <circle cx="24" cy="24" r="11" className="fill-sheet" strokeWidth="1" />
        <path d="M18.5 24.5l3 3 5-7.5M23.5 26.2l1.3 1.3 5-7.5" strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      <p className="min-w-0">
        <span className="block text-ink-2">
          Recorded at audit position <span className="ref">{countText(position)}</span>
          {at === undefined ? null : <>, {at}</>}
        </span>
        {digest === undefined ? null : (
          <span className="ref block truncate" title={digest}>
            digest {digest.slice(0, 16)}…
          </span>
        )}
      </p>
    </div>
  );
}

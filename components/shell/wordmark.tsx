/** Two ticks on one line: the second signature. */
export function Mark({ size = 18 }: { size?: number }) {
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} aria-hidden fill="none" stroke="currentColor" strokeLinecap="round" strokeLinejoin="round" className="flex-none">
      <path d="M2.5 9.5l3.2 3.4L11 4.5" strokeWidth="1.6" className="text-ink" />
      <path d="M9 11.4l1.5 1.5L16.5 4.5" strokeWidth="2" className="text-accent" stroke="currentColor" />
      <path d="M2 17h16" strokeWidth="1.2" className="text-ink" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2 text-14 font-semibold tracking-tight">
      <Mark />
      Countersign
    </span>
  );
}

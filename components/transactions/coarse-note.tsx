/** Under the tabs: what the chosen one gathers, where its rows are called by finer words. */
export function CoarseNote({ children }: { children: string }) {
  return children === "" ? null : <p className="flex-none pt-2 pb-1 text-12 text-ink-3">{children}</p>;
}

// Why a page's door let nobody in, told where the page would have been: the framework passes an error's digest on, and no message.

const titles = { wait: "A moment, please", out: "The desk is not open to you from here" } as const;

export type PageWords = { title: string; sentence: string };

/** The digest that carries the sentence of a refusal: `wait` for one that time mends, `out` for one that people must. */
export function wordsDigest(kind: keyof typeof titles, sentence: string): string {
  return `${kind}: ${sentence}`;
}

/** What a digest says; null for any other reference. */
export function wordsIn(digest: string | undefined): PageWords | null {
  const [, kind, sentence] = /^(wait|out): (.*)$/s.exec(digest ?? "") ?? [];
  return kind === undefined || sentence === undefined ? null : { title: titles[kind as keyof typeof titles], sentence };
}

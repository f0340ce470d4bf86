// A limit that was met, told on a page that cannot be drawn: the framework passes an error's digest on, and no message.

const mark = "wait: ";

/** The digest that carries the sentence of a limit. */
export function waitDigest(sentence: string): string {
  return `${mark}${sentence}`;
}

/** The sentence a digest carries; null for any other reference. */
export function waitIn(digest: string | undefined): string | null {
  return digest?.startsWith(mark) === true ? digest.slice(mark.length) : null;
}

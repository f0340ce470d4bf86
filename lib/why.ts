import * as z from "zod/mini";

/** How long somebody's own words for what they do are; they stay in the trail. */
export type WhyLength = { min: number; max: number };
export const whyLength: WhyLength = { min: 10, max: 500 };

const tooShort = ({ min }: WhyLength): string => `Say why in at least ${min} characters.`;
const unreadable = "Say why in characters that can be read.";

/** What stands in a text and shows nothing: control and format characters, half characters, blanks that are no space, fillers. */
const unseen = /[\p{C}\u{115F}\u{1160}\u{2800}\u{3164}\u{FFA0}]|(?! )\p{Z}/gu;
/** What makes a text read otherwise than it is written. */
const turned = /[\u{202A}-\u{202E}\u{2066}-\u{2069}]/u;

/** How many characters of a text are to be seen; any number of spaces in a row is one. */
function seen(text: string): number {
  return Array.from(text.replace(unseen, "").replace(/ +/g, " ").trim()).length;
}

/** The sentence against words that say too little or cannot be read; undefined for good ones. */
export function whyRefused(text: string, length = whyLength): string | undefined {
  if (!text.isWellFormed() || turned.test(text)) return unreadable;
  return seen(text) < length.min ? tooShort(length) : undefined;
}

export function whyWire(length = whyLength) {
  return z.string().check(z.trim(), z.maxLength(length.max, `Say why in at most ${length.max} characters.`), (payload) => {
    const message = whyRefused(payload.value, length);
    if (message !== undefined) payload.issues.push({ code: "custom", message, input: payload.value });
  });
}

import * as z from "zod/mini";

/** How long somebody's own words for what they do are; they stay in the trail. */
export type WhyLength = { min: number; max: number };
export const whyLength: WhyLength = { min: 10, max: 500 };

const tooShort = ({ min }: WhyLength): string => `Say why in at least ${min} characters.`;

export function whyWire(length = whyLength) {
  return z.string().check(z.trim(), z.minLength(length.min, tooShort(length)), z.maxLength(length.max, `Say why in at most ${length.max} characters.`));
}

/** The sentence against words that say too little; undefined for enough. */
export function whyTooShort(text: string, length = whyLength): string | undefined {
  return text.trim().length < length.min ? tooShort(length) : undefined;
}

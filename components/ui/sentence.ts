"use client";
import { useNow } from "./now.tsx";
import type { ShownReason } from "./button.tsx";
import { timeText } from "./time-format.ts";

const instant = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})| \d{2}:\d{2}(?= IST))(?: IST)?/g;

/** A sentence of the server's with its instants as people read them ("28 Nov, 14:02 IST"). */
export function sentenceText(sentence: string, now: string | null): string {
  return sentence.replace(instant, (iso) => timeText(iso.replace(/ IST$/, ""), now));
}

export type Reader = { text: (sentence: string) => string; reasons: (reasons: readonly ShownReason[]) => ShownReason[] };

/** Makes the server's sentences and reasons readable at the desk's current time. */
export function useReader(): Reader {
  const now = useNow();
  const text = (sentence: string) => sentenceText(sentence, now);
  return {
    text,
    reasons: (reasons) =>
      reasons.map((reason) => ({ code: reason.code, sentence: text(reason.sentence), ...(reason.wayOut === undefined ? {} : { wayOut: text(reason.wayOut) }) })),
  };
}

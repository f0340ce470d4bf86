"use client";
import { useNow } from "./now.tsx";
import type { ShownReason } from "./button.tsx";
import { timePhrase, timeText } from "./time-format.ts";

const instant = /(\bat )?(\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})| \d{2}:\d{2}(?= IST))(?: IST)?)/g;

/** A sentence of the server's with its instants as people read them: "until 28 Nov, 14:02 IST", "on 28 Nov …", "at 14:02 IST" today. */
export function sentenceText(sentence: string, now: string | null): string {
  return sentence.replace(instant, (_, at: string | undefined, iso: string) => (at === undefined ? timeText : timePhrase)(iso.replace(/ IST$/, ""), now));
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

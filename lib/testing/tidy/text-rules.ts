import { rooms } from "./floors.ts";
import type { Source, Violation } from "./source.ts";

/** Files that may pass 300 lines, each with its argument. Keep it short. */
export const longFilesArgued: Record<string, string> = {};

type TextRule = { rule: string; check: (source: Source) => string | null };

const rawColour =
  /#[0-9a-f]{3,8}\b(?=["'`;\s)\]])|\b(?:rgba?|hsla?|oklch|oklab)\(|\b(?:bg|text|border|fill|stroke|ring|outline)-(?:red|green|blue|amber|yellow|orange|violet|purple|gray|grey|slate|zinc|stone|neutral|emerald|teal|sky|indigo|pink|rose)-\d+\b|\b(?:bg|text|border|fill|stroke)-(?:black|white)\b/i;

export const textRules: TextRule[] = [
  {
    rule: "files-stay-small",
    check: (source) => (source.lines > 300 && longFilesArgued[source.path] === undefined ? `${source.lines} lines; 300 is the limit` : null),
  },
  { rule: "pages-only-draw", check: (source) => (/^app\/.*\/page\.tsx$/.test(source.path) && source.lines > 60 ? `${source.lines} lines; a page has 60 at most` : null) },
  {
    rule: "pages-declare-access",
    check: (source) =>
      // Not in a layout: a page is drawn beside its layout, and without it for whoever says they have it.
      /^app\/\((?:desk|auth)\)\/(?:.*\/)?page\.tsx$/.test(source.path) && !/await require(?:Self\(\)|EntryPage\(\)|Page\("[a-z._]+"\))/.test(source.text)
        ? 'a page starts with await requirePage("…"), or with requireEntryPage() where nobody is signed in yet'
        : null,
  },
  {
    rule: "handlers-only-dispatch",
    check: (source) => (/^app\/.*\/route\.ts$/.test(source.path) && source.lines > 60 ? `${source.lines} lines; a handler file has 60 at most` : null),
  },
  {
    rule: "rooms-say-what-they-are-for",
    check: (source) => {
      const match = /^lib\/([^/]+)\/index\.ts$/.exec(source.path);
      if (match?.[1] === undefined || !rooms.has(match[1])) return null;
      if (!source.text.startsWith("// ")) return "the first line of a room's door says what the room is for";
      return source.text.includes('import "server-only"') ? null : 'a room\'s server door starts with import "server-only"';
    },
  },
  {
    rule: "one-shape-per-room",
    check: (source) => {
      const match = /^lib\/([^/]+)\/index\.ts$/.exec(source.path);
      if (match?.[1] === undefined || !rooms.has(match[1])) return null;
      return /^import "server-only";$/m.test(source.text) && !/^"use client"/m.test(source.text) ? null : "a server door never mixes in browser code";
    },
  },
  {
    rule: "colours-are-tokens",
    check: (source) =>
      /^(app|components)\/.*\.tsx?$/.test(source.path) && !/\.test\./.test(source.path) && rawColour.test(source.text)
        ? `raw colour ${rawColour.exec(source.text)?.[0]}; use a semantic token`
        : null,
  },
  { rule: "finished-work-only", check: (source) => (/\b(?:TO(?:)DO|FIX(?:)ME|X(?:)XX)\b/.test(source.text) ? "unfinished work is marked in code" : null) },
];

export function checkText(source: Source): Violation[] {
  return textRules.flatMap(({ rule, check }) => {
    const sentence = check(source);
    return sentence === null ? [] : [{ rule, path: source.path, sentence }];
  });
}

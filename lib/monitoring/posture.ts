// What each guard does when what it leans on is gone: declared, proved by bringing the failure about, shown on the page.
import { doorGuards, peopleGuards } from "./posture-doors.ts";
import { moneyGuards } from "./posture-money.ts";
import type { Guard } from "./posture-words.ts";

export { failureLabels, failures, type Cell, type Failure, type Guard, type Posture, type Proof } from "./posture-words.ts";

export const guards = { ...peopleGuards, ...doorGuards, ...moneyGuards } as const satisfies Record<string, Guard>;
export type GuardId = keyof typeof guards;
export const guardIds = Object.keys(guards) as GuardId[];

/** Checks that look like guards by their name and are none: they lean on nothing that could be down by itself. */
export const notGuards: Readonly<Record<string, string>> = {
  requireMayAnswer: "a rule of people: who answers for a client may not decide its payouts",
  requireAnotherOwner: "a rule of people: the last owner stays",
  requirePageTurn: "an order of waiting, in the process's own memory",
  requireOpenAccount: "a rule of accounts, read in the act's own transaction",
  requireRanges: "parses what was typed",
  requireInstant: "parses what was typed",
  requireLink: "the emulator's",
  requireOrder: "the emulator's",
  requireCredentials: "the emulator's",
  requireVersion: "the emulator's",
  requireCallerMark: "the emulator's",
  requireVerifiedDatabases: "of a start, before anything is served",
};

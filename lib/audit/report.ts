import type { KeyObject } from "node:crypto";
import { parseInstant, toIst } from "@/lib/time";
import type { VerifyReport } from "./contract.ts";
import { keyIdOf } from "./head.ts";
import type { VerifyOptions, Walked } from "./verify.ts";

/** Which public keys heads are checked with, and where they came from. */
export type Trust = { keys: readonly KeyObject[]; source: string; given: boolean };

type Problem = VerifyReport["problems"][number];

const shownMax = 50;

/** What a walk finds. Counts everything, keeps the first fifty. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly notes: string[] = [];
  total = 0;
  readonly #seen = new Set<string>();

  add(problem: Omit<Problem, "position" | "auditId"> & Partial<Problem>): void {
    this.total += 1;
    if (this.problems.length < shownMax) this.problems.push({ position: null, auditId: null, ...problem });
  }

  /** As `add`, but only the first of its kind: what follows a break is broken too. */
  addOnce(key: string, problem: Omit<Problem, "position" | "auditId"> & Partial<Problem>): void {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.add(problem);
  }

  note(sentence: string): void {
    if (this.notes.length < shownMax) this.notes.push(sentence);
  }
}

type Facts = Walked & { findings: Findings; options: VerifyOptions; withMacs: boolean; checkedAt: Date };

/** The verdict in sentences, with what this check could not prove. */
export function toReport(facts: Facts): VerifyReport {
  const { findings, head } = facts;
  const headSize = head === null ? 0n : BigInt(head.head.size);
  const covered = headSize < facts.sealed ? headSize : facts.sealed;
  const outcome = findings.total > 0 ? "tampered" : head === null ? "unchecked" : "good";
  return {
    outcome,
    checkedAt: toIst(facts.checkedAt),
    head: head === null ? null : { size: head.head.size, signedAt: signedAtOf(head.head.signedAt), keyId: head.head.keyId, root: head.head.root, source: head.source },
    covered: String(covered),
    sealedAfter: String(facts.sealed - covered),
    unsealed: String(facts.unsealed),
    macsChecked: facts.withMacs,
    problems: findings.problems,
    problemsTotal: findings.total,
    sentences: [...sentencesOf(facts, covered), ...findings.notes],
    notProven: notProven(facts),
  };
}

function signedAtOf(text: string): string {
  const at = parseInstant(text);
  return at === null ? text : toIst(at);
}

function sentencesOf(facts: Facts, covered: bigint): string[] {
  const { head, sealed, unsealed, withMacs } = facts;
  const used =
    head === null
      ? `No signed head was found in ${facts.options.headsFile}, so there is nothing outside the database to check against.`
      : `Checked against the head of ${head.head.size} rows, signed ${signedAtOf(head.head.signedAt)} by key ${head.head.keyId}, from ${head.source}.`;
  const macs = withMacs ? "each also has the MAC that only this program can make" : "their MACs were not checked, because the vault's keys could not be opened here";
  return [
    used,
    `${covered} rows are covered by that head; ${macs}.`,
    `${sealed - covered} rows were sealed after it${sealed > covered ? " and are covered only by heads in the database" : ""}.`,
    `${unsealed} rows are not sealed yet${unsealed === 0n ? "" : withMacs ? " and were checked by their MAC alone" : " and were checked only against themselves"}.`,
  ];
}

function notProven(facts: Facts): string[] {
  const { head, options, withMacs } = facts;
  const limits: string[] = [];
  if (options.head !== undefined) limits.push(`The heads file was not read: what was cut or changed after row ${options.head.size} is not proven by the head given.`);
  if (head !== null)
    limits.push(`Rows added after the head was signed (${signedAtOf(head.head.signedAt)}) and cut again with the database's own heads leave nothing this check can see.`);
  if (!withMacs) limits.push("Rows that are not sealed yet could be forged: without the key-encryption key their MACs cannot be checked.");
  if (facts.unsealed > 0n) limits.push("The running number of a row that is not sealed yet is bound only by its seal.");
  const ids = options.trust.keys.map(keyIdOf).join(", ");
  limits.push(
    options.trust.given
      ? `The public key ${ids} is the one given (${options.trust.source}).`
      : `The public key ${ids} was read from this machine (${options.trust.source}); compare its name with the one you keep, for whoever controls the machine could have replaced it.`,
  );
  limits.push("That an act was recorded truthfully, or that nothing happened outside the program, is not something a trail can prove.");
  return limits;
}

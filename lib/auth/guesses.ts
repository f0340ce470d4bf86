// How soon a password would be guessed. The word lists are large, so they are loaded when the first password is chosen.
import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

let estimator: Promise<ZxcvbnFactory> | undefined;

async function load(): Promise<ZxcvbnFactory> {
  const [core, common] = await Promise.all([import("@zxcvbn-ts/core"), import("@zxcvbn-ts/language-common")]);
  // Repetition is searched in quadratic time; what comes behind 64 characters only makes a password longer.
  return new core.ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs, maxLength: 64 });
}

/** The power of ten of the guesses an informed attacker needs, and a score of 0 to 4; `words` are guessed first. */
export async function guessesNeeded(password: string, words: readonly string[]): Promise<{ log10: number; score: number }> {
  estimator ??= load();
  const found = (await estimator).check(Array.from(password).slice(0, 64).join(""), [...words]);
  return { log10: found.guessesLog10, score: found.score };
}

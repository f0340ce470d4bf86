// What the signed-in shell does for requests that cannot go on by themselves; pages outside the shell have none of it.

type Hooks = {
  /** Asks the person for a fresh factor; true once it was accepted. */
  factor: (act: string) => Promise<boolean>;
  /** The session is over: nothing on this page can be saved any more. */
  ended: () => void;
};

let hooks: Hooks | null = null;
let asking: { act: string; answer: Promise<boolean> } | null = null;

/** Mounts the shell's hooks; answers how to take them away again. */
export function mountShellHooks(given: Hooks): () => void {
  hooks = given;
  return () => {
    if (hooks === given) hooks = null;
  };
}

/** Several requests that need the same factor wait for one question; questions for different acts follow each other. */
export async function askForFactor(act: string): Promise<boolean> {
  while (asking !== null && asking.act !== act) await asking.answer;
  if (asking !== null) return asking.answer;
  if (hooks === null) return false;
  const answer = hooks.factor(act).finally(() => {
    if (asking?.answer === answer) asking = null;
  });
  asking = { act, answer };
  return answer;
}

export function watchesSession(): boolean {
  return hooks !== null;
}

export function sessionEnded(): void {
  hooks?.ended();
}

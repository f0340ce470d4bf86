import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readText } from "./files.ts";

export const projectRoot = join(import.meta.dirname, "..", "..");

/** Exactly these variables, without whatever this process inherited. */
export function environment(values: Record<string, string | undefined>): NodeJS.ProcessEnv {
  return Object.assign(Object.create(null) as NodeJS.ProcessEnv, values);
}

/** This process's variables, with `values` on top; `undefined` removes one. */
export function inheritedEnvironment(values: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const merged = { ...process.env, ...values };
  return environment(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)));
}

export type ChildPlan = {
  name: string;
  /** Arguments of Node, from the project's root. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Where its output goes; null shows it on this terminal. */
  logFile: string | null;
  /** Asked when it has ended: why starting it again is of no use, or null. */
  hopeless?: () => Promise<string | null>;
};

export type Voices = { say: (line: string) => void; giveUp: (sentence: string) => void };

/** Arguments that run one of our TypeScript entry points. */
export function tsEntry(file: string): string[] {
  return ["--conditions=react-server", "--import", "tsx", file];
}

const leash = ["--import", "./lib/cli/leash.mjs"];

/** A child that is started again, with growing pauses, until it is told to stop. */
export class SupervisedChild {
  readonly name: string;
  readonly #plan: ChildPlan;
  readonly #voices: Voices;
  #process: ChildProcess | undefined;
  #stopping = false;
  #failures = 0;
  #wait: AbortController | undefined;

  constructor(plan: ChildPlan, voices: Voices) {
    this.name = plan.name;
    this.#plan = plan;
    this.#voices = voices;
  }

  /** How often in a row the child ended soon after its start. */
  get failures(): number {
    return this.#failures;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** The end of the child's log, for a message about why it does not run. */
  lastWords(): string {
    return this.#plan.logFile === null ? "" : (readText(this.#plan.logFile) ?? "").slice(-3000).trim();
  }

  start(): void {
    const child = this.#spawn();
    this.#process = child;
    const startedAt = performance.now();
    const ended = (how: string): void => {
      if (this.#process !== child) return;
      this.#process = undefined;
      if (this.#stopping) return;
      this.#failures = performance.now() - startedAt > 30_000 ? 1 : this.#failures + 1;
      void this.#restart(how);
    };
    child.once("exit", (code, signal) => ended(signal ?? `code ${code}`));
    child.once("error", (error) => ended(error.message));
  }

  async #restart(how: string): Promise<void> {
    const why = await this.#plan.hopeless?.();
    if (this.#stopping) return;
    if (typeof why === "string") {
      this.#voices.giveUp(why);
      return;
    }
    const delayMs = Math.min(10_000, 250 * 2 ** (this.#failures - 1));
    const hint = this.#plan.logFile === null ? "" : ` See ${this.#plan.logFile}.`;
    this.#voices.say(`${this.name} ended (${how}); starting it again in ${delayMs / 1000} s.${hint}`);
    this.#wait = new AbortController();
    try {
      await pause(delayMs, undefined, { signal: this.#wait.signal });
    } catch {
      return;
    }
    if (!this.#stopping) this.start();
  }

  #spawn(): ChildProcess {
    const { args, env, logFile } = this.#plan;
    const output = logFile === null ? "inherit" : openLog(logFile);
    try {
      // The IPC channel is the leash: the kernel closes it even when we are killed, and the child then ends too.
      // Detached, because Ctrl-C should reach the supervisor alone, which stops its children in order.
      return spawn(process.execPath, [...leash, ...args], { cwd: projectRoot, env, detached: true, stdio: ["ignore", output, output, "ipc"] });
    } finally {
      if (typeof output === "number") closeSync(output);
    }
  }

  /** Asks the child to end and insists after 8 s. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wait?.abort();
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<boolean>((resolve) => child.once("exit", () => resolve(true)));
    child.kill("SIGTERM");
    if (!(await Promise.race([exited, pause(8000, false, { ref: false })]))) {
      child.kill("SIGKILL");
      await exited;
    }
  }
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return openSync(file, "a", 0o600);
}

// What a page's door says of the answer its page becomes. The framework lets a page choose 401, 403 and 404 and nothing
// else, so the door says any other refusal here, and the preload that stands in front of the framework writes it down.
// One request's word never reaches another's: each runs with a listener of its own, and without the preload nobody listens.
import { AsyncLocalStorage } from "node:async_hooks";
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";

/** Null: the page goes on, and chooses among what the framework lets it choose. */
export type PageRefusal = { status: number; headers: Record<string, string> } | null;

/** What the door may know of the answer it stands in front of: `ended` resolves once all of it is written, or nobody waits for it any more. */
type Answering = { say: (said: PageRefusal) => void; ended: Promise<void> };

// On the process, not the module: the framework bundles a copy of this file for pages, and the preload has its own.
const home = globalThis as { [key: symbol]: AsyncLocalStorage<Answering> | undefined };
const here = Symbol.for("countersign.page-answer");

/** Tells whoever answers this request what its page's door decided. */
export function sayPageAnswer(said: PageRefusal): void {
  home[here]?.getStore()?.say(said);
}

/** When this request's answer has ended; null where nobody listens. */
export function pageEnded(): Promise<void> | null {
  return home[here]?.getStore()?.ended ?? null;
}

// A tree's data for the browser's router is written before any page is asked; it waits this long for the door's word.
const heldMaxBytes = 64 * 1024;

type Call = unknown[];
type Writable = Record<"writeHead" | "write" | "end" | "flushHeaders", (...args: Call) => unknown>;

/** For the preload: runs `go` so that what the page's door says stands in the head of the answer, unless that has left already. */
export function answeringAsSaid(request: IncomingMessage, response: ServerResponse, go: () => boolean): boolean {
  const raw = response as unknown as Writable;
  const { writeHead, write, end, flushHeaders } = raw;
  let said: PageRefusal | undefined;
  let head: Call | null = null;
  // Nothing is held where the answer begins only when its page has been drawn.
  let held: Call[] | null = request.headers["rsc"] === undefined ? null : [];
  let heldBytes = 0;
  const ended = Promise.withResolvers<void>();
  response.once("close", ended.resolve);

  const writeSaidHead = (...args: Call): unknown => {
    if (held !== null) {
      head = args;
      return response;
    }
    if (said === undefined || said === null || response.headersSent) return Reflect.apply(writeHead, response, args);
    for (const [name, value] of Object.entries(said.headers)) response.setHeader(name, value);
    response.statusMessage = STATUS_CODES[said.status] ?? "";
    return Reflect.apply(writeHead, response, [said.status, ...args.slice(1).filter((arg) => typeof arg !== "string")]);
  };
  const release = (): void => {
    if (held === null) return;
    const waiting = held;
    held = null;
    if (head !== null) writeSaidHead(...head);
    for (const call of waiting) Reflect.apply(write, response, call);
  };

  raw.writeHead = writeSaidHead;
  raw.flushHeaders = () => (held === null ? Reflect.apply(flushHeaders, response, []) : undefined);
  raw.write = (...args) => {
    if (held === null) return Reflect.apply(write, response, args);
    held.push(args);
    heldBytes += (args[0] as Uint8Array | string).length;
    if (heldBytes > heldMaxBytes) release();
    return true;
  };
  raw.end = (...args) => {
    release();
    ended.resolve();
    return Reflect.apply(end, response, args);
  };
  const say = (word: PageRefusal): void => {
    // A page has one door, which is asked once: nothing that comes later has a say.
    if (said === undefined) said = word;
    release();
  };
  return (home[here] ??= new AsyncLocalStorage()).run({ say, ended: ended.promise }, go);
}

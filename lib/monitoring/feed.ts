// One reader per process for everyone who watches: it asks the database once a second, whoever and however many they are.
import { secondMs } from "@/lib/time";
import { log } from "./log.ts";
import { moveTo, readOn, streamHead, type NamesOf, type Standing, type StreamedEvent, type StreamMark } from "./security-queries.ts";

export type Ending = "signed_out" | "too_slow" | "unavailable";

export type Watcher = {
  readonly sessionId: string;
  /** Takes what happened, and from where to go on after it where that is known; false when its reader does not keep up. */
  readonly take: (events: readonly StreamedEvent[], mark: StreamMark | null) => boolean;
  /** Says that so much was missed that the list must be read anew. */
  readonly reset: (mark: StreamMark) => void;
  readonly end: (why: Ending) => void;
};

/** How often streams are fed, how often those who watch are looked at again, and how long the answer to that may take. */
export const feedPace = { pollMs: secondMs, checkMs: 2 * secondMs, answerMs: 2 * secondMs } as const;

export type FeedOptions = {
  namesOf: NamesOf;
  /** Which of these sessions may still watch. Asked every other second; no answer in time ends every stream. */
  mayWatch: (sessionIds: string[]) => Promise<Set<string>>;
  pollMs?: number;
  checkMs?: number;
  answerMs?: number;
};

/** Whoever was away for longer reads the list again instead. */
const catchUpMax = 1_000;

/** `held` is what the common reader said while this seat still read what it had missed. */
type Seat = { watcher: Watcher; at: Standing; behind: boolean; held: StreamedEvent[] };

/** Everyone watching security events from this process. */
export class EventFeed {
  readonly #options: FeedOptions;
  readonly #seats = new Set<Seat>();
  #common: Standing | null = null;
  #polling: NodeJS.Timeout | undefined;
  #checking: NodeJS.Timeout | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get watching(): number {
    return this.#seats.size;
  }

  countOf(sessionId: string): number {
    return [...this.#seats].filter((seat) => seat.watcher.sessionId === sessionId).length;
  }

  /** Begins to tell a watcher what happens after `from` (or from now on); answers how to stop. */
  async join(watcher: Watcher, from: StreamMark | null): Promise<() => void> {
    const seat: Seat = { watcher, at: { mark: from ?? 0n, told: new Map() }, behind: true, held: [] };
    // Seated before it reads, so that nothing falls between what it reads and what the common reader says.
    this.#seats.add(seat);
    this.#start();
    try {
      await this.#catchUp(seat, from);
    } catch (error) {
      this.#leave(seat);
      throw error;
    }
    return () => this.#leave(seat);
  }

  async #catchUp(seat: Seat, from: StreamMark | null): Promise<void> {
    const head = await streamHead();
    let read = 0;
    // A mark from the future is one of another database: before it was restored from a copy, say.
    if (from === null) seat.at.mark = head;
    else if (from <= head)
      await readOn(seat.at, this.#options.namesOf, (events, mark) => {
        read += events.length;
        return read < catchUpMax && this.#tell(seat, events, mark);
      });
    if (from !== null && (from > head || read >= catchUpMax || seat.held.length >= catchUpMax)) {
      seat.at = { mark: head, told: new Map() };
      seat.watcher.reset(head);
    }
    seat.behind = false;
    this.#give(seat, seat.held.splice(0));
  }

  #start(): void {
    const { pollMs, checkMs } = { ...feedPace, ...this.#options };
    this.#polling ??= setInterval(() => void this.#poll(), pollMs).unref();
    this.#checking ??= setInterval(() => void this.#check(), checkMs).unref();
  }

  #leave(seat: Seat): void {
    this.#seats.delete(seat);
    if (this.#seats.size > 0) return;
    clearInterval(this.#polling);
    clearInterval(this.#checking);
    this.#polling = undefined;
    this.#checking = undefined;
    this.#common = null;
  }

  #busy = false;

  async #poll(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#read();
    } catch (error) {
      log.warn({ error }, "the stream of security events could not be read");
    } finally {
      this.#busy = false;
    }
  }

  /** Reads once for everybody. */
  async #read(): Promise<void> {
    const marks = [...this.#seats].filter((seat) => !seat.behind).map((seat) => seat.at.mark);
    const [first] = marks;
    // After a pause the common reader begins where the furthest behind of those in step stands.
    if (this.#common === null && first !== undefined) this.#common = { mark: marks.reduce((least, mark) => (mark < least ? mark : least), first), told: new Map() };
    const common = this.#common;
    if (common === null) return;
    await readOn(common, this.#options.namesOf, (events, mark) => {
      for (const seat of this.#seats) {
        if (!seat.behind) this.#give(seat, events, mark);
        else if (seat.held.length < catchUpMax) seat.held.push(...events);
      }
      return this.#seats.size > 0;
    });
  }

  /** What this seat has not been told yet; with the common reader's mark it knows that no more than that can come. */
  #give(seat: Seat, events: readonly StreamedEvent[], mark: StreamMark | null = null): void {
    const fresh = events.filter(({ row }) => !seat.at.told.has(row.id));
    for (const { row, xid } of fresh) seat.at.told.set(row.id, xid);
    this.#tell(seat, fresh, mark);
    if (mark !== null && mark > seat.at.mark) moveTo(seat.at, mark);
  }

  #tell(seat: Seat, events: readonly StreamedEvent[], mark: StreamMark | null): boolean {
    if (events.length === 0) return true;
    if (seat.watcher.take(events, mark)) return true;
    this.#leave(seat);
    seat.watcher.end("too_slow");
    return false;
  }

  /** Ends the streams of sessions that may not watch any more; when that cannot be known in time, all of them. */
  async #check(): Promise<void> {
    const seats = [...this.#seats];
    const { mayWatch, answerMs } = { ...feedPace, ...this.#options };
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), answerMs);
    });
    const allowed = await Promise.race([mayWatch([...new Set(seats.map((seat) => seat.watcher.sessionId))]).catch(() => null), silence]);
    clearTimeout(timer);
    for (const seat of seats) {
      if (allowed?.has(seat.watcher.sessionId) === true || !this.#seats.has(seat)) continue;
      this.#leave(seat);
      seat.watcher.end(allowed === null ? "unavailable" : "signed_out");
    }
  }
}

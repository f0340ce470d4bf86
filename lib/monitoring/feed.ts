// One reader per process for everyone who watches: it asks the database once a second, whoever and however many they are.
import { secondMs } from "@/lib/time";
import { log } from "./log.ts";
import { eventsAfter, streamHead, type NamesOf, type StreamedEvent, type StreamPlace } from "./security-queries.ts";

export type Ending = "signed_out" | "too_slow" | "unavailable";

export type Watcher = {
  readonly sessionId: string;
  /** Takes what happened; false when its reader does not keep up. */
  readonly take: (events: readonly StreamedEvent[]) => boolean;
  /** Says that so much was missed that the list must be read anew. */
  readonly reset: (place: StreamPlace) => void;
  readonly end: (why: Ending) => void;
};

export type FeedOptions = {
  namesOf: NamesOf;
  /** Which of these sessions may still watch. Asked every other second; no answer in time ends every stream. */
  mayWatch: (sessionIds: string[]) => Promise<Set<string>>;
  pollMs?: number;
  checkMs?: number;
  answerMs?: number;
};

const batch = 200;
/** Whoever was away for longer reads the list again instead. */
const catchUpMax = 1_000;

/** `held` is what the common reader said while this seat still read what it had missed. */
type Seat = { watcher: Watcher; after: StreamPlace; behind: boolean; held: StreamedEvent[] };

const isAfter = (one: StreamPlace, other: StreamPlace) => one.xid > other.xid || (one.xid === other.xid && one.id > other.id);

/** Everyone watching security events from this process. */
export class EventFeed {
  readonly #options: FeedOptions;
  readonly #seats = new Set<Seat>();
  #head: StreamPlace | null = null;
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
  async join(watcher: Watcher, from: StreamPlace | null): Promise<() => void> {
    const seat: Seat = { watcher, after: from ?? { xid: 0n, id: 0n }, behind: true, held: [] };
    // Seated before it reads, so that nothing falls between what it reads and what the common reader says.
    this.#seats.add(seat);
    this.#start();
    try {
      if (from === null) seat.after = await streamHead();
      await this.#catchUp(seat);
    } catch (error) {
      this.#leave(seat);
      throw error;
    }
    return () => this.#leave(seat);
  }

  async #catchUp(seat: Seat): Promise<void> {
    let told = 0;
    for (; told < catchUpMax;) {
      const events = await eventsAfter(seat.after, batch, this.#options.namesOf);
      this.#give(seat, events);
      told += events.length;
      if (events.length < batch) break;
    }
    if (told >= catchUpMax || seat.held.length >= catchUpMax) {
      seat.after = await streamHead();
      seat.watcher.reset(seat.after);
    }
    seat.behind = false;
    this.#give(seat, seat.held.splice(0));
  }

  #start(): void {
    const { pollMs = secondMs, checkMs = 2 * secondMs } = this.#options;
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
    this.#head = null;
  }

  #busy = false;

  async #poll(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let more = true; more;) more = await this.#read();
    } catch (error) {
      log.warn({ error }, "the stream of security events could not be read");
    } finally {
      this.#busy = false;
    }
  }

  /** Reads one batch for everybody; answers whether there may be more. */
  async #read(): Promise<boolean> {
    const inStep = [...this.#seats].filter((seat) => !seat.behind);
    // After a pause the common place is where the furthest behind of those in step stands.
    const from = this.#head ?? inStep.reduce<StreamPlace | null>((least, seat) => (least === null || isAfter(least, seat.after) ? seat.after : least), null);
    if (from === null) return false;
    const events = await eventsAfter(from, batch, this.#options.namesOf);
    if (this.#seats.size === 0) return false;
    this.#head = events.at(-1)?.place ?? from;
    for (const seat of this.#seats) {
      if (!seat.behind) this.#give(seat, events);
      else if (seat.held.length < catchUpMax) seat.held.push(...events);
    }
    return events.length === batch;
  }

  #give(seat: Seat, events: readonly StreamedEvent[]): void {
    const fresh = events.filter((event) => isAfter(event.place, seat.after));
    const last = fresh.at(-1);
    if (last === undefined) return;
    seat.after = last.place;
    if (seat.watcher.take(fresh)) return;
    this.#leave(seat);
    seat.watcher.end("too_slow");
  }

  /** Ends the streams of sessions that may not watch any more; when that cannot be known in time, all of them. */
  async #check(): Promise<void> {
    const seats = [...this.#seats];
    const { mayWatch, answerMs = 2 * secondMs } = this.#options;
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

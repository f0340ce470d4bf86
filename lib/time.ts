// Of the process, not of this module: a build bundles the module once per page, and only some of them read the configuration.
const offsetKey = Symbol.for("countersign.clock-offset-ms");
const home = globalThis as { [key: symbol]: number | undefined };

/** The only clock. Tests and the simulator may move it; a production start refuses an offset (lib/config). */
export function clockNow(): Date {
  return new Date(Date.now() + (home[offsetKey] ?? 0));
}

/** Moves the process's clock by `ms` from the real one; tests only. */
export function setClockOffsetMs(ms: number): void {
  home[offsetKey] = ms;
}

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export function plusMs(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}

/** Parses an ISO 8601 instant; null when it is none. A time without a zone is read as IST, the gateway's habit. */
export function parseInstant(text: string): Date | null {
  const match = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(text.trim());
  if (!match) return null;
  const iso = text.trim().replace(" ", "T");
  const zoned = match[1] ? iso : iso.length === 10 ? `${iso}T00:00:00+05:30` : `${iso}+05:30`;
  const at = new Date(zoned);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** As `parseInstant`, for what the database says; throws when it is no instant. */
export function requireInstant(text: string): Date {
  const at = parseInstant(text);
  if (at === null) throw new Error("The database answered a time that is none.");
  return at;
}

const istOffsetMs = 330 * minuteMs;

/** The Indian calendar day ("2026-11-21") that an instant falls on. */
export function istDay(at: Date): string {
  return new Date(at.getTime() + istOffsetMs).toISOString().slice(0, 10);
}

/** The instant at which an Indian calendar day begins. */
export function startOfIstDay(day: string): Date {
  return new Date(`${day}T00:00:00+05:30`);
}

/** "2026-11-21T14:02:09+05:30": the wire form of every time. */
export function toIst(at: Date): string {
  return `${new Date(at.getTime() + istOffsetMs).toISOString().slice(0, 19)}+05:30`;
}

/** How long to wait, as it is told to a person: "45 s", "12 min". Never less than the seconds given. */
export function waitWords(seconds: number): string {
  return seconds <= 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

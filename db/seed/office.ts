// When the people of the demo are at work: Monday to Saturday, from ten to seven by Indian time.
import { clockNow, dayMs, hourMs, istDay, minuteMs, plusMs, startOfIstDay } from "@/lib/time";

/** Acts begin within these, so that those who sign in before and sign after are still in the office. */
const opensMs = 10 * hourMs + 5 * minuteMs;
const closesMs = 18 * hourMs + 30 * minuteMs;

/** How long before `start` that much working time was left of all up to it. */
export function workBefore(start: Date, ms: number, sundaysToo = false): number {
  let left = ms;
  for (let day = startOfIstDay(istDay(start)); ; day = plusMs(day, -dayMs)) {
    const end = Math.min(start.getTime(), day.getTime() + closesMs);
    const there = isSunday(day) && !sundaysToo ? 0 : Math.max(0, end - day.getTime() - opensMs);
    if (left < there) return start.getTime() - end + left;
    left -= there;
  }
}

function isSunday(day: Date): boolean {
  // By Indian time a day begins on the evening before by the world's.
  return plusMs(day, 12 * hourMs).getUTCDay() === 0;
}

const now = clockNow();

/** So many working days and hours ago: the more, the earlier, and always in office hours. */
export function atWork(days: number, hours: number): number {
  return workBefore(now, days * (closesMs - opensMs) + hours * hourMs);
}

/** As `atWork`, for what must not be a day old yet: where a Sunday lies between, somebody came in on it. */
export function lately(hours: number): number {
  return workBefore(now, hours * hourMs, true);
}

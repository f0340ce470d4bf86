// Pure words for instants: the same on server and browser, whatever the machine's zone or language.
import { dayMs, hourMs, istDay, minuteMs, parseInstant, toIst } from "@/lib/time";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const longMonths = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** "20 Nov" in the year of `now`, else "20 Nov 2025"; `day` is an Indian calendar day. */
export function dayText(day: string, now: string | null): string {
  const [year = "", month = "01", date = "01"] = day.split("-");
  const today = now === null ? null : parseInstant(now);
  const sameYear = today !== null && istDay(today).startsWith(year);
  return `${Number(date)} ${months[Number(month) - 1] ?? month}${sameYear ? "" : ` ${year}`}`;
}

/** "3 November 2026, IST", or with its clock "3 November 2026, 14:02 IST", beside a date box: the browser's own order of day and month may mislead. Empty until it is a whole date. */
export function boxText(typed: string): string {
  const [, year = "", month = "", date = "", clock] = /^([12]\d{3})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/.exec(typed) ?? [];
  const name = longMonths[Number(month) - 1];
  return name === undefined ? "" : `${Number(date)} ${name} ${year}, ${clock === undefined ? "" : `${clock} `}IST`;
}

/** The days a list is narrowed to, both included, in words; empty when it is not. */
export function daysText(from: string | undefined, to: string | undefined): string {
  const [first, last] = [boxText(from ?? ""), boxText(to ?? "")];
  if (first === "" && last === "") return "";
  if (last === "") return `From ${first}`;
  if (first === "") return `Up to the end of ${last}`;
  return from === to ? `On ${first}` : `From ${first.replace(/, IST$/, "")} to the end of ${last}`;
}

/** "14:02 IST" on the day of `now`, else with the date before it; `null` for `now` always shows the date. */
export function timeText(iso: string, now: string | null): string {
  const at = parseInstant(iso);
  if (at === null) return iso;
  const clock = `${toIst(at).slice(11, 16)} IST`;
  const today = now === null ? null : parseInstant(now);
  if (today !== null && istDay(today) === istDay(at)) return clock;
  return `${dayText(istDay(at), now)}, ${clock}`;
}

/** As `timeText` inside a sentence: "at 14:02 IST" today, "on 20 Nov, 14:02 IST" otherwise. */
export function timePhrase(iso: string, now: string | null): string {
  const text = timeText(iso, now);
  return `${text.includes(",") ? "on" : "at"} ${text}`;
}

/** "2026-11-20 08:32:09 UTC", for the hover and for people elsewhere. */
export function utcText(iso: string): string {
  const at = parseInstant(iso);
  return at === null ? iso : `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** A length of time in its largest whole unit: "45 s", "12 min", "3 h", "2 d". */
export function spanText(ms: number): string {
  const length = Math.abs(ms);
  if (length < minuteMs) return `${Math.floor(length / 1000)} s`;
  if (length < hourMs) return `${Math.floor(length / minuteMs)} min`;
  if (length < 2 * dayMs) return `${Math.floor(length / hourMs)} h`;
  return `${Math.floor(length / dayMs)} d`;
}

/** "12 min ago", "in 3 h", "just now". */
export function relativeText(iso: string, now: string): string {
  const at = parseInstant(iso);
  const from = parseInstant(now);
  if (at === null || from === null) return "";
  const ms = at.getTime() - from.getTime();
  if (Math.abs(ms) < minuteMs) return "just now";
  return ms > 0 ? `in ${spanText(ms)}` : `${spanText(ms)} ago`;
}

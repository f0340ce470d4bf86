// What is unusual of a person, decided from their own past; pure.
import { dayMs, hourMs } from "@/lib/time";

/** Acts that move money, power or data: what a stranger at somebody's desk would come for. */
export const weightyVerbs: readonly string[] = [
  "payout.create",
  "payout.approve",
  "payout.release",
  "beneficiary.create",
  "beneficiary.replace",
  "users.propose",
  "users.countersign",
  "settings.propose",
  "settings.change",
  "client.create",
  "client.rotate",
  "client.enable",
  "ip_rule.add",
  "ip_rule.end",
  "emergency.restart_signed",
  "emergency.restart",
];

/** Verbs of acts that show what is masked, and of those that take data out, as SQL's `like` finds them. */
export const revealPattern = "%.reveal%";
export const exportPattern = "%.export%";

/** How far back a person's habits are read, and on how many days they must have been here before their own hours count. */
export const habitMs = 60 * dayMs;
export const habitDaysMin = 10;

/** In how many days a person acted at an hour of the day (IST), and in how many at all. */
export type Habit = { hours: ReadonlyMap<number, number>; days: number };

/** Whose hours an act falls out of; null when it is at a usual time. Beside a usual hour is usual too. */
export function outOfHours(hour: number, habit: Habit, desk: { from: number; until: number }): "their usual" | "the desk's" | null {
  if (habit.days < habitDaysMin) return hour < desk.from || hour >= desk.until ? "the desk's" : null;
  const seen = [hour + 23, hour, hour + 1].reduce((sum, near) => sum + (habit.hours.get(near % 24) ?? 0), 0);
  return seen < 2 ? "their usual" : null;
}

/** A browser counts as new for a day after somebody was first seen in it. */
export const deviceNewMs = dayMs;

export type SeenIn = { device: string; at: Date };

/** Since how many hours a person is seen in this browser, when that is new and they were elsewhere before; else null. */
export function hoursInNewDevice(device: string, at: Date, sessions: readonly SeenIn[]): number | null {
  const first = sessions.filter((one) => one.device === device).reduce((earliest, one) => (one.at < earliest ? one.at : earliest), at);
  const elsewhere = sessions.some((one) => one.device !== device && one.at < first);
  const ageMs = at.getTime() - first.getTime();
  return elsewhere && ageMs < deviceNewMs ? Math.floor(ageMs / hourMs) : null;
}

/** When within any hour there were more than `max` of these moments (oldest first), and the most of that hour; only those from `from` on. */
export function hoursOver(moments: readonly Date[], at: { from: Date; max: number }): { reached: Date; count: number }[] {
  const counted = moments.map((moment, index) => {
    const since = moment.getTime() - hourMs;
    return { reached: moment, count: index + 1 - moments.findIndex((one) => one.getTime() > since) };
  });
  const over = counted.filter(({ reached, count }) => reached >= at.from && count > at.max);
  return over.map(({ reached }) => {
    const within = over.filter((one) => one.reached >= reached && one.reached.getTime() < reached.getTime() + hourMs);
    return { reached, count: Math.max(...within.map(({ count }) => count)) };
  });
}

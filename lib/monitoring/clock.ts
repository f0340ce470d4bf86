import { sql } from "drizzle-orm";
import { read } from "@/lib/context";
import { clockNow } from "@/lib/time";
import { log } from "./log.ts";

/** A clock beside the database's: `near` is within the five minutes it allows, `believed` whether this house accepts its dates. */
export type ClockSeen = { aheadSeconds: number; near: boolean; believed: boolean };

/** What the database says of a moment that some clock calls now. */
export async function seeClock(moment: Date): Promise<ClockSeen> {
  const [seen] = await read((db) => db.execute<ClockSeen>(sql`select ahead_seconds as "aheadSeconds", near, believed from clock_seen(${moment.toISOString()}::timestamptz)`));
  if (seen === undefined) throw new Error("The database said nothing of the time.");
  return seen;
}

/** How far a clock is off, and what becomes of it. */
export function clockSentence({ aheadSeconds, near, believed }: ClockSeen, whose = "It"): string {
  const off = `${whose} is ${Math.abs(aheadSeconds)} s ${aheadSeconds < 0 ? "behind" : "ahead of"} the database's`;
  if (near) return `${off}.`;
  if (believed) return `${off}, more than the five minutes that a house with real credentials allows.`;
  return `${off}, more than the five minutes allowed: nobody can sign, add a beneficiary or decide about a lost transfer until the two agree.`;
}

/** For the log of a start: says so when this process's clock is not near the database's. */
export async function noteClock(): Promise<void> {
  try {
    const seen = await seeClock(clockNow());
    if (seen.near) return;
    log[seen.believed ? "warn" : "error"]({ alert: "clock_off", aheadSeconds: seen.aheadSeconds }, clockSentence(seen, "the clock of this machine"));
  } catch (error) {
    log.warn({ error }, "the clock of this machine could not be compared with the database's");
  }
}

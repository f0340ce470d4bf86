import { ConfigError } from "@/lib/config";
import { clockSentence, type ClockSeen } from "@/lib/monitoring";
import { clockNow } from "@/lib/time";
import { connected } from "./mark.ts";

/** What to warn of where this machine's clock is far from its database's; throws where the marked house would believe nothing it dates. */
export async function clockWarning(ownerUrl: string): Promise<string | null> {
  const [seen] = await connected(ownerUrl, (sql) => sql<ClockSeen[]>`select ahead_seconds as "aheadSeconds", near, believed from clock_seen(${clockNow()})`);
  if (seen === undefined || seen.near) return null;
  if (!seen.believed) throw new ConfigError([clockSentence(seen, "the clock of this machine")]);
  return clockSentence(seen, "The clock of this machine");
}

import type { PayoutQueueFigures } from "@/lib/payouts/contract";

type Said = { title: string; owner: string; why: string };

/** What the desk asks about by itself, and what after a day two people may decide, the reader one of them. */
export function unknownWords({ count, forMe }: Pick<PayoutQueueFigures["unknown"], "count" | "forMe">): Said {
  if (forMe === 0) return { title: "Unknown at the gateway", owner: "The desk asks by itself", why: "The gateway did not say whether it took them; nothing is sent twice." };
  const rest = count - forMe;
  return {
    title: "Unknown for a day, for you to decide",
    owner: "You",
    why: `${forMe === 1 ? "One waits" : `${forMe} wait`} until two people agree to send ${forMe === 1 ? "it" : "them"} again or to give ${forMe === 1 ? "it" : "them"} up.${rest === 0 ? "" : ` The desk asks about ${rest === 1 ? "one more" : `${rest} more`} by itself.`}`,
  };
}

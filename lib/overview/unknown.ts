import type { PayoutQueueFigures } from "@/lib/payouts/contract";

type Said = { title: string; owner: string; why: string };

/** What the desk asks about by itself, and what after a day two people decide, the reader one of them or not; `decider` is who may. */
export function unknownWords({ count, forPeople, forMe }: Pick<PayoutQueueFigures["unknown"], "count" | "forPeople" | "forMe">, { decider }: { decider: string }): Said {
  if (forPeople === 0) return { title: "Unknown at the gateway", owner: "The desk asks by itself", why: "The gateway did not say whether it took them; nothing is sent twice." };
  const [others, asked] = [forPeople - forMe, count - forPeople];
  // The title stands over all that are listed, also those that are younger or others' to decide.
  const decided = (these: number, by: string) => (these === count ? `Unknown for a day, for ${by} to decide` : `Unknown, ${these} of ${count} for ${by} to decide`);
  const rest = asked === 0 ? "" : ` The desk asks about ${asked === 1 ? "one more" : `${asked} more`} by itself.`;
  if (forMe === 0) return { title: decided(forPeople, "two people"), owner: decider, why: `${waiting(forPeople)}${rest}` };
  const elsewhere = others === 0 ? "" : others === 1 ? " One more waits for somebody else's word." : ` ${others} more wait for somebody else's word.`;
  return { title: decided(forMe, "you"), owner: "You", why: `${waiting(forMe)}${elsewhere}${rest}` };
}

/** What is done about the sum of what is unknown; null figures are those of a reader who sees no payouts. */
export function unknownNote(figures: Pick<PayoutQueueFigures["unknown"], "count" | "forPeople"> | null): string {
  if (figures === null) return "the gateway has not said";
  if (figures.forPeople === 0) return "being asked about";
  return figures.forPeople === figures.count ? "two people decide" : "being asked about, or for two people to decide";
}

function waiting(count: number): string {
  const them = count === 1 ? "it" : "them";
  return `${count === 1 ? "One waits" : `${count} wait`} until two finance admins agree to send ${them} again under the same id, or to give ${them} up.`;
}

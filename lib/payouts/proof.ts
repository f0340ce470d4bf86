// Whoever has the database alone can write rows that look right, but not the rows of the trail that go with them: their MAC
// needs a key kept elsewhere. So what is sent must have been asked for, let go and aimed by this program.
import type { ProvenAct } from "@/lib/audit";
import { parseInstant, toIst } from "@/lib/time";
import { statementOf, type LoadedPayout } from "./load.ts";

export type Obstacle = { code: string; sentence: string };

/** The acts on a payout that must be in the trail before it is sent. */
export const payoutVerbs = ["payout.create", "payout.release", "payout.cool_off_end", "payout.approve"] as const;

const unproven = (code: string, what: string): Obstacle => ({
  code,
  sentence: `${what} is not in the audit trail as this program writes it, so it is not sent. A person must look at once.`,
});

/** What of a payout's history only the database says; null when the trail proves it all. */
export function unprovenOf({ payout, ...loaded }: LoadedPayout, acts: readonly ProvenAct[], at: { origin: readonly ProvenAct[]; now: Date }): Obstacle | null {
  const { digestHex } = statementOf({ payout, ...loaded });
  const asked = acts.find(({ verb, actorId, after }) => verb === "payout.create" && actorId === payout.makerId && after["digest"] === digestHex);
  if (asked === undefined) return unproven("request_unproven", "Its request");
  const letGo = acts.some(({ verb, after }) => (verb === "payout.release" || verb === "payout.cool_off_end") && after["status"] === "pending_approval");
  if (asked.after["status"] === "held" && !letGo) return unproven("release_unproven", "That its hold ended");
  const aimed = at.origin.find(({ actorId, after }) => actorId === loaded.beneficiary.createdBy && after["accountId"] === payout.accountId);
  const coolOffUntil = typeof aimed?.after["coolOffUntil"] === "string" ? parseInstant(aimed.after["coolOffUntil"]) : null;
  if (coolOffUntil === null) return unproven("beneficiary_unproven", "Its beneficiary");
  if (coolOffUntil > at.now) return { code: "cool_off", sentence: `Its beneficiary is new; nothing is sent to it before ${toIst(coolOffUntil)}.` };
  return null;
}

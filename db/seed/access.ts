import { dayMs, hourMs } from "@/lib/time";
import { decideChange, getReview, proposeRole, reviewItem, startReview } from "@/lib/users";
import type { Cast } from "./people.ts";
import { acts, together, type SeededPerson } from "./stage.ts";

/** What admins have on their desks: a proposal that waits for a second of them, one that was refused, a review half done. */
export async function seedAccess(people: Cast): Promise<void> {
  const { owner, secondOwner, security, support } = people;
  const refused = async () => {
    const reason = "Covers for the payouts team during the festival week.";
    const { changeId } = await acts(security, 9 * dayMs, (ctx) => proposeRole(ctx, support.userId, { role: "finance_maker", reason }));
    const answer = { kind: "role_grant", decision: "refuse", reason: "Two makers are enough that week." } as const;
    await acts(owner, 9 * dayMs - 3 * hourMs, async (ctx) => (changeId === null ? undefined : decideChange(ctx, changeId, answer)));
  };
  const review = async () => {
    const { reviewId } = await acts(owner, 3 * dayMs, (ctx) => startReview(ctx, { dueDays: 14 }));
    await acts(secondOwner, 2 * dayMs, async (ctx) => {
      const { items } = await getReview(ctx, reviewId);
      const theirs = items.filter((item) => item.reasons.length === 0).slice(0, 3);
      for (const item of theirs) await reviewItem(ctx, item.id, { outcome: "attested" });
    });
  };
  const proposed = () => acts(security, 5 * hourMs, (ctx) => proposeRole(ctx, support.userId, { role: "risk_analyst", reason: "Takes over alerts on Mondays from next month." }));
  // Whose work is to look was here as well.
  const looked = (person: SeededPerson, agoMs: number) => () => acts(person, agoMs, async () => undefined);
  await together(refused, review, proposed, looked(people.auditor, 25 * hourMs), looked(people.compliance, 2 * dayMs - hourMs), looked(people.risk, 4 * hourMs));
}

import { decideChange, getReview, proposeRole, reviewItem, startReview } from "@/lib/users";
import { atWork } from "./office.ts";
import type { Cast } from "./people.ts";
import { acts, together, type SeededPerson } from "./stage.ts";

/** What admins have on their desks: a proposal that waits for a second of them, one that was refused, a review half done. */
export async function seedAccess(people: Cast): Promise<void> {
  const { owner, secondOwner, security, support } = people;
  const refused = async () => {
    const reason = "Covers for the payouts team during the festival week.";
    const { changeId } = await acts(security, atWork(8, 1), (ctx) => proposeRole(ctx, support.userId, { role: "finance_maker", reason }));
    const answer = { kind: "role_grant", decision: "refuse", reason: "Two makers are enough that week." } as const;
    await acts(owner, atWork(8, -2), async (ctx) => (changeId === null ? undefined : decideChange(ctx, changeId, answer)));
  };
  const review = async () => {
    const { reviewId } = await acts(owner, atWork(3, 1.3), (ctx) => startReview(ctx, { dueDays: 14 }));
    await acts(secondOwner, atWork(2, 4.7), async (ctx) => {
      const { items } = await getReview(ctx, reviewId);
      const theirs = items.filter((item) => item.reasons.length === 0).slice(0, 3);
      for (const item of theirs) await reviewItem(ctx, item.id, { outcome: "attested" });
    });
  };
  const proposed = () => acts(security, atWork(0, 5), (ctx) => proposeRole(ctx, support.userId, { role: "risk_analyst", reason: "Takes over alerts on Mondays from next month." }));
  // Whose work is to look was here as well.
  const looked = (person: SeededPerson, agoMs: number) => () => acts(person, agoMs, async () => undefined);
  await together(refused, review, proposed, looked(people.auditor, atWork(1, 0.4)), looked(people.compliance, atWork(2, 0.8)), looked(people.risk, atWork(0, 4)));
}

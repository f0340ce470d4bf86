import { dayMs, hourMs } from "@/lib/time";
import { decideChange, getReview, proposeRole, reviewItem, startReview } from "@/lib/users";
import type { Cast } from "./people.ts";
import { ago, as, together } from "./stage.ts";

/** What admins have on their desks: a proposal that waits for a second of them, one that was refused, a review half done. */
export async function seedAccess(people: Cast): Promise<void> {
  const { owner, secondOwner, security, support } = people;
  const refused = () =>
    ago(9 * dayMs, async () => {
      const reason = "Covers for the payouts team during the festival week.";
      const { changeId } = await proposeRole(as(security), support.userId, { role: "finance_maker", reason });
      if (changeId !== null) await decideChange(as(owner), changeId, { kind: "role_grant", decision: "refuse", reason: "Two makers are enough that week." });
    });
  const review = async () => {
    const { reviewId } = await ago(3 * dayMs, () => startReview(as(owner), { dueDays: 14 }));
    await ago(2 * dayMs, async () => {
      const { items } = await getReview(as(secondOwner), reviewId);
      const theirs = items.filter((item) => item.reasons.length === 0).slice(0, 3);
      for (const item of theirs) await reviewItem(as(secondOwner), item.id, { outcome: "attested" });
    });
  };
  const proposed = () => ago(5 * hourMs, () => proposeRole(as(security), support.userId, { role: "risk_analyst", reason: "Takes over alerts on Mondays from next month." }));
  await together(refused, review, proposed);
}

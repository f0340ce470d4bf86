import { requirePage } from "@/lib/http/page";
import { getReview, listReviews } from "@/lib/users";
import { ReviewsView } from "./reviews-view.tsx";

export const metadata = { title: "Reviews" };

export default async function ReviewsPage() {
  const ctx = await requirePage("reviews.view");
  const reviews = await listReviews(ctx);
  const newest = reviews.items[0];
  return <ReviewsView reviews={reviews} newest={newest === undefined ? null : await getReview(ctx, newest.id)} />;
}

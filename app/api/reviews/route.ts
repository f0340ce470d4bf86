import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listReviews, startReview } from "@/lib/users";
import { reviewsShape, startedShape, startReviewInput } from "@/lib/users/contract";

export const GET = defineRoute({ access: "reviews.view", object: "access_review", output: reviewsShape, run: (ctx) => listReviews(ctx) });

export const POST = defineRoute({
  access: "reviews.start",
  stepUp: "role",
  object: "access_review",
  body: startReviewInput,
  output: startedShape,
  run: (ctx, { body }) => startReview(ctx, body),
});

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });

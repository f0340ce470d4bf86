import { defineRoute } from "@/lib/http/route";
import { getReview } from "@/lib/users";
import { idParams, reviewShape } from "@/lib/users/contract";

export const GET = defineRoute({ access: "reviews.view", object: "access_review", params: idParams, output: reviewShape, run: (ctx, { params }) => getReview(ctx, params.id) });

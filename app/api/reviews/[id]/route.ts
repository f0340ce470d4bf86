import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getReview } from "@/lib/users";
import { idParams, reviewShape } from "@/lib/users/contract";

export const GET = defineRoute({ access: "reviews.view", object: "access_review", params: idParams, output: reviewShape, run: (ctx, { params }) => getReview(ctx, params.id) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });

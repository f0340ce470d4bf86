import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { voteRestart } from "@/lib/settings";
import { emergencyShape, restartInput } from "@/lib/settings/contract";

export const POST = defineRoute({
  access: "payouts.restart",
  object: "emergency_stop",
  body: restartInput,
  output: emergencyShape,
  run: (ctx, { body }) => voteRestart(ctx, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });

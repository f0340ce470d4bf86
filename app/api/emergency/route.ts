import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getEmergency, stopPayouts } from "@/lib/settings";
import { emergencyShape, stopInput } from "@/lib/settings/contract";

export const GET = defineRoute({ access: "session", object: "emergency_stop", output: emergencyShape, run: (ctx) => getEmergency(ctx) });

export const POST = defineRoute({ access: "payouts.stop", object: "emergency_stop", body: stopInput, output: emergencyShape, run: (ctx, { body }) => stopPayouts(ctx, body) });

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });

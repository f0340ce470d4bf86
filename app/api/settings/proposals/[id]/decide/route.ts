import * as z from "zod/mini";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { decideSetting } from "@/lib/settings";
import { decideInput, settingDetailShape } from "@/lib/settings/contract";

export const POST = defineRoute({
  access: "settings.decide",
  stepUp: "settings",
  object: "setting_proposal",
  params: z.strictObject({ id: z.string().check(z.maxLength(40)) }),
  body: decideInput,
  output: settingDetailShape,
  run: (ctx, { params, body }) => decideSetting(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });

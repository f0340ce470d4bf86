import * as z from "zod/mini";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { withdrawSetting } from "@/lib/settings";
import { settingDetailShape } from "@/lib/settings/contract";

export const POST = defineRoute({
  access: "settings.propose",
  object: "setting_proposal",
  params: z.strictObject({ id: z.string().check(z.maxLength(40)) }),
  body: z.strictObject({}),
  output: settingDetailShape,
  run: (ctx, { params }) => withdrawSetting(ctx, params.id),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });

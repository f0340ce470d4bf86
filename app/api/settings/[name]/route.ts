import * as z from "zod/mini";
import { AppError } from "@/lib/errors";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { isSettingName } from "@/lib/policies/policy";
import { getSettingDetail } from "@/lib/settings";
import { settingDetailShape } from "@/lib/settings/contract";

export const GET = defineRoute({
  access: "settings.view",
  object: "setting",
  params: z.strictObject({ name: z.string().check(z.maxLength(60)) }),
  output: settingDetailShape,
  run: (ctx, { params }) => {
    if (!isSettingName(params.name)) throw new AppError("not_found", "unknown_setting", "There is no such setting.");
    return getSettingDetail(ctx, params.name);
  },
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });

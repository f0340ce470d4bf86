import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listSettings, proposeSetting } from "@/lib/settings";
import { proposeInput, settingDetailShape, settingListShape } from "@/lib/settings/contract";

export const GET = defineRoute({ access: "settings.view", object: "setting", output: settingListShape, run: (ctx) => listSettings(ctx) });

export const POST = defineRoute({
  access: "settings.propose",
  stepUp: "settings",
  object: "setting",
  body: proposeInput,
  output: settingDetailShape,
  run: (ctx, { body }) => proposeSetting(ctx, body),
});

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });

// The numbers and switches people may turn, typed and bounded; they stand below every room so that every guard may read them.
import "server-only";

export { forgetSettings, getSetting, getSettings, recentSetting, recentSettings } from "./queries.ts";

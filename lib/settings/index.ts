// Typed settings and the emergency stop.
import "server-only";

export { getSetting, getSettings } from "@/lib/policies";
export { askStopped, findOpenStop, getEmergency, isStopped } from "./queries.ts";
export { stopPayouts, voteRestart } from "./commands.ts";
export { settingsSweeps } from "./events.ts";
export { decideSetting, proposeSetting, withdrawSetting } from "./proposals.ts";
export { findDrift, getSettingDetail, listSettings } from "./settings-queries.ts";

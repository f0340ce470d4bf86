// Typed settings and the emergency stop.
import "server-only";

export { findOpenStop, getEmergency, getSetting, getSettings, isStopped } from "./queries.ts";
export { stopPayouts, voteRestart } from "./commands.ts";

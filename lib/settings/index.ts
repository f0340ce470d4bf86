// Typed settings and the emergency stop.
import "server-only";

export { getSetting, getSettings } from "@/lib/policies";
export { findOpenStop, getEmergency, isStopped } from "./queries.ts";
export { stopPayouts, voteRestart } from "./commands.ts";

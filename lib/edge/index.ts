// The edge: how often a caller may ask, and from where. Every door asks here before it does anything else.
import "server-only";

export { addRule, endRule, liftBan, pauseIpRules, placeBan } from "./commands.ts";
export { edgeSweeps } from "./events.ts";
export { guarded, LimitError, requireAddress, requireAddressFor, requireEdge, requireEntry, requireQuota, requireWebhookEntry } from "./guard.ts";
export { getIpRules, networkNames, previewChange } from "./queries.ts";
export { receiveReports } from "./reports.ts";
export { watchEdge } from "./snapshot.ts";

// What the running system says of itself: logs, heartbeats, readiness.
import "server-only";

export { log, setLogLevel } from "./log.ts";
export { clockSentence, noteClock, type ClockSeen } from "./clock.ts";
export { beat } from "./commands.ts";
export { countryOf, knowsCountries } from "./country.ts";
export { noteRefusal, raiseEvent, raiseQuietly, recordEvent, sayOwed, type SecurityEventInput } from "./events.ts";
export { EventFeed, type FeedOptions, type Watcher } from "./feed.ts";
export { readiness } from "./queries.ts";
export { getSecurityEvent, listSecurityEvents, parseMark, securityActors, type NamesOf } from "./security-queries.ts";
export { getPosture } from "./posture-queries.ts";
export { lastTold, wasTold } from "./told.ts";

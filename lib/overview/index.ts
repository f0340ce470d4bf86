// The day at a glance: each role's queues in the order to work them, and five figures.
import "server-only";

export { getOverview } from "./queries.ts";

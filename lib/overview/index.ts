// The day at a glance: each role's queues in the order to work them, five figures, and what the things of every room are called.
import "server-only";

export { objectNames } from "./names.ts";
export { getOverview } from "./queries.ts";

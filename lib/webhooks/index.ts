// The inbox: keeps every authentic delivery before answering, then asks the gateway's API what is true.
import "server-only";

export { webhookJobs, webhookSweeps } from "./events.ts";
export { countForAPerson } from "./figures.ts";
export { listWebhooks } from "./queries.ts";
export { receive } from "./receive.ts";
export { receiveNoted } from "./refusals.ts";

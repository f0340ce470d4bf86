// Money in: payment links, the orders under them, and payments as the gateway's API tells them.
import "server-only";

export { cancelLink, createLink } from "./commands.ts";
export { paymentJobs, paymentSweeps } from "./events.ts";
export { refreshLink } from "./links.ts";
export { linkLabels, paymentAmounts } from "./labels.ts";
export { getLink, listLinks } from "./queries.ts";
export { applyPaymentTruth, type PaymentTruth } from "./truth.ts";

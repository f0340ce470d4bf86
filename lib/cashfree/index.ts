// The gateway's language: every request to Cashfree, its webhooks' signatures and their shapes.
import "server-only";

export * from "./contract.ts";
export { cashfree, type Cashfree } from "./gateway.ts";
export type { CallReport, CashfreeSettings } from "./http.ts";
export { safeLinkUrl } from "./links.ts";
export { signWebhook, verifyWebhook, type Verification } from "./signature.ts";
export { parseWebhook, type WebhookEvent, type WebhookSubject } from "./webhook-payloads.ts";

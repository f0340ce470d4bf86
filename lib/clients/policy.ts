// Pure decisions about API clients: what a scope allows, when a client's calls are refused, who counts as maker.
import type { Permission } from "@/lib/access";
import type { Decision, Reason } from "@/lib/errors";
import { dayMs, minuteMs, plusMs, secondMs, toIst } from "@/lib/time";
import type { ApiScope, ClientState } from "./contract.ts";

export const clientRules = {
  /** How far a signature's time may be from ours, either way. */
  skewMs: 60 * secondMs,
  /** Unused for so long, a client is disabled. */
  idleMs: 30 * dayMs,
  /** Calls, with their nonces, and answers under an Idempotency-Key are kept so long. */
  keptMs: 30 * dayMs,
  /** A request under a key whose process died may be taken over after this; longer than any database transaction lives. */
  abandonedMs: minuteMs,
  /** Keys good at the same time: the current one and the one it replaces. */
  keysMax: 2,
} as const;

/** What each scope means in this house's permissions; none of them decides about money. */
const scopePermissions: Record<ApiScope, Permission> = {
  "payouts:create": "payouts.create",
  "payouts:read": "payouts.view",
  "links:create": "links.create",
  "links:read": "links.view",
  "accounts:read": "accounts.view",
  "balances:read": "accounts.view",
  "transactions:read": "transactions.view",
};

export function permissionsOfScopes(scopes: readonly ApiScope[]): Permission[] {
  return [...new Set(scopes.map((scope) => scopePermissions[scope]))];
}

export type ClientFacts = { status: "active" | "disabled"; expiresAt: Date };

export function stateOf(client: ClientFacts, now: Date): ClientState {
  if (client.status === "disabled") return "disabled";
  return client.expiresAt <= now ? "expired" : "active";
}

/** Whether a client with a good signature is heard at all. */
export function mayCall(client: ClientFacts & { ownerActive: boolean }, at: { now: Date; addressAllowed: boolean }): Decision {
  const state = stateOf(client, at.now);
  const reasons: Reason[] = [];
  if (state === "disabled") reasons.push({ code: "client_disabled", sentence: "This API client is disabled.", wayOut: "Ask a security admin of the desk." });
  if (state === "expired")
    reasons.push({ code: "client_expired", sentence: `This API client expired at ${toIst(client.expiresAt)}.`, wayOut: "Ask a security admin of the desk for a new one." });
  if (state === "active" && !client.ownerActive)
    reasons.push({ code: "client_disabled", sentence: "Nobody answers for this API client any more.", wayOut: "Ask a security admin of the desk for a new one." });
  if (!at.addressAllowed)
    reasons.push({ code: "address_not_allowed", sentence: "This API client may not call from this address.", wayOut: "Call from one of its agreed addresses." });
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

/** From when an unused client is disabled: its last call, or since it is in use at all. */
export function idleFrom(client: { statusSince: Date; lastUsedAt: Date | null }): Date {
  const from = client.lastUsedAt !== null && client.lastUsedAt > client.statusSince ? client.lastUsedAt : client.statusSince;
  return plusMs(from, clientRules.idleMs);
}

/** How a client is called wherever an actor's name is shown. */
export function clientName(name: string): string {
  return `API client ${name}`;
}

import * as z from "zod/mini";
import { whyWire } from "@/lib/why";

/** Everything a program can be allowed. Deciding about a payout is not among it, and never will be. */
export const apiScopes = ["payouts:create", "payouts:read", "links:create", "links:read", "accounts:read", "balances:read", "transactions:read"] as const;
export type ApiScope = (typeof apiScopes)[number];

export const apiScopeLabels: Record<ApiScope, string> = {
  "payouts:create": "Ask for payouts",
  "payouts:read": "Read payouts",
  "links:create": "Create payment links",
  "links:read": "Read payment links",
  "accounts:read": "Read accounts",
  "balances:read": "Read balances",
  "transactions:read": "Read transactions",
};

export const signingAlgorithms = ["ed25519", "hmac-sha256"] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export const clientDaysMax = 365;
export const overlapHoursMax = 7 * 24;

const plainLine = z.regex(/^[^\p{Cc}<>]*$/u, "plain text on one line");
const line = (min: number, max: number) => z.string().check(z.trim(), z.minLength(min), z.maxLength(max), plainLine);

export const clientIdWire = z.string().check(z.regex(/^cl_[0-9a-hjkmnp-tv-z]{26}$/, "this is not an API client's id"));
export const clientParams = z.strictObject({ id: clientIdWire });

/** An Ed25519 public key as PEM ("-----BEGIN PUBLIC KEY-----"); whether it is one is looked at by the command. */
const publicKeyWire = z.string().check(z.trim(), z.minLength(40), z.maxLength(400));
const addressWire = z.string().check(z.trim(), z.maxLength(49), z.regex(/^[0-9A-Fa-f:.]+(\/\d{1,3})?$/, "an address or a range such as 203.0.113.0/24"));

export const createClientInput = z.strictObject({
  name: line(3, 60),
  ownerId: z.string().check(z.regex(/^usr_[0-9a-hjkmnp-tv-z]{26}$/, "choose a person")),
  scopes: z.array(z.enum(apiScopes)).check(z.minLength(1, "choose at least one")),
  algorithm: z.enum(signingAlgorithms),
  publicKey: z.optional(publicKeyWire),
  addresses: z.array(addressWire).check(z.maxLength(20)),
  days: z.int().check(z.gte(1), z.lte(clientDaysMax, `${clientDaysMax} days at most`)),
});
export type CreateClientInput = z.output<typeof createClientInput>;

export const rotateClientInput = z.strictObject({
  publicKey: z.optional(publicKeyWire),
  /** How long the old key stays good beside the new one; 0 ends it at once. */
  overlapHours: z.int().check(z.gte(0), z.lte(overlapHoursMax, "7 days at most")),
});
export type RotateClientInput = z.output<typeof rotateClientInput>;

export const clientReasonLength = { min: 5, max: 300 };
export const clientReasonInput = z.strictObject({ reason: whyWire(clientReasonLength).check(plainLine) });

export const clientStates = ["active", "disabled", "expired"] as const;
export type ClientState = (typeof clientStates)[number];

const person = z.object({ id: z.string(), name: z.string() });

export const clientRow = z.object({
  id: z.string(),
  name: z.string(),
  owner: person,
  scopes: z.array(z.enum(apiScopes)),
  algorithm: z.enum(signingAlgorithms),
  addresses: z.array(z.string()),
  environment: z.enum(["demo", "sandbox", "production"]),
  state: z.enum(clientStates),
  stateReason: z.nullable(z.string()),
  expiresAt: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.nullable(z.string()),
});
export type ClientRow = z.output<typeof clientRow>;

export const clientList = z.object({ items: z.array(clientRow) });
export type ClientList = z.output<typeof clientList>;

const clientKey = z.object({
  id: z.string(),
  /** The first half of the SHA-256 of a public key; null for a secret. */
  fingerprint: z.nullable(z.string()),
  createdAt: z.string(),
  createdBy: z.string(),
  goodUntil: z.nullable(z.string()),
});

export const makerReasons = ["created", "owns", "rotated", "enabled"] as const;
export type MakerReason = (typeof makerReasons)[number];

export const clientPanel = z.object({
  ...clientRow.shape,
  keys: z.array(clientKey),
  /** Nobody here may approve what the client asked for. */
  makers: z.array(z.object({ person, why: z.enum(makerReasons), since: z.string() })),
  calls: z.array(z.object({ at: z.string(), method: z.string(), path: z.string(), ip: z.nullable(z.string()), keyId: z.string(), requestId: z.string() })),
});
export type ClientPanel = z.output<typeof clientPanel>;

/** `secret` is set once, for hmac-sha256, in the answer to creating or rotating; nobody can read it again. */
export const clientMade = z.object({ client: clientRow, keyId: z.string(), secret: z.nullable(z.string()) });
export type ClientMade = z.output<typeof clientMade>;

/** People who can own a client. */
export const ownerList = z.object({ items: z.array(person) });

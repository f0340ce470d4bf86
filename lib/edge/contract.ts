import ipaddr from "ipaddr.js";
import * as z from "zod/mini";
import { whyWire } from "@/lib/why";
import { countryCodes } from "./countries.ts";

export { countryCodes, countryName, placeWords } from "./countries.ts";

/** What a rule guards. `approve`, `roles` and `settings` are acts within the console; `client` is the service API. */
export const ipScopes = ["console", "approve", "roles", "settings", "client", "webhooks"] as const;
export type IpScope = (typeof ipScopes)[number];

export const effects = ["allow", "deny"] as const;
export type Effect = (typeof effects)[number];

/** A network in its one spelling ("10.0.0.0/8", "2001:db8::/32"); a bare address is a network of one. Null for anything else. */
export function parseNetwork(text: string): string | null {
  const [base = "", bits, ...more] = text.trim().split("/");
  if (more.length > 0 || base.includes("%")) return null;
  if (!base.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(base)) return null;
  if (!ipaddr.isValid(base)) return null;
  const given = ipaddr.parse(base);
  const address = ipaddr.process(base);
  const mapped = given.kind() !== address.kind();
  const widest = address.kind() === "ipv4" ? 32 : 128;
  if (bits === undefined) return `${address.toString()}/${widest}`;
  if (!/^(0|[1-9]\d{0,2})$/.test(bits) || mapped) return null;
  const length = Number(bits);
  if (length > widest) return null;
  const cidr = `${address.toString()}/${length}`;
  const network = address.kind() === "ipv4" ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  // Host bits set: the writer meant something else than the network this would become.
  return network.toString() === address.toString() ? `${network.toString()}/${length}` : null;
}

const network = z.pipe(
  z.string().check(
    z.trim(),
    z.minLength(2),
    z.maxLength(60),
    z.refine((text) => parseNetwork(text) !== null, "Write a network such as 203.0.113.0/24 or 2001:db8::/32, or one address."),
  ),
  z.transform((text) => parseNetwork(text) ?? text),
);
const reason = whyWire();
const clientId = z.string().check(z.regex(/^[a-z]{1,5}_[0-9a-z]{26}$/));

const change = {
  scope: z.enum(ipScopes),
  effect: z.enum(effects),
  network: z.optional(z.nullable(network)),
  country: z.optional(z.nullable(z.enum(countryCodes))),
  clientId: z.optional(z.nullable(clientId)),
};

type Placed = { network?: string | null | undefined; country?: string | null | undefined };

/** The one of the two that a rule names. */
export function placeOf({ network: given, country }: Placed): { network: string | null; country: string | null } {
  return { network: given ?? null, country: country ?? null };
}

const onePlace = z.refine<Placed>((given) => (typeof given.network === "string") !== (typeof given.country === "string"), {
  path: ["network"],
  message: "Name either a network or a country.",
});
const noSender = z.refine<Placed & { scope: IpScope }>((given) => given.scope !== "webhooks" || typeof given.country !== "string", {
  path: ["country"],
  message: "Senders of webhooks are told by network only: no registry's guess may lose a payment.",
});

const ruleId = z.string().check(z.regex(/^ipr_[0-9a-z]{26}$/));

/** What adding a rule, or ending one, would do; asked before it is done. */
export const previewInput = z.union([z.strictObject({ add: z.strictObject(change).check(onePlace, noSender) }), z.strictObject({ end: ruleId })]);
export type PreviewInput = z.output<typeof previewInput>;

export const addRuleInput = z.strictObject({ ...change, reason, days: z.optional(z.nullable(z.int().check(z.gte(1), z.lte(365)))) }).check(onePlace, noSender);
export type AddRuleInput = z.output<typeof addRuleInput>;

export const endRuleInput = z.strictObject({ reason });

/** How long a ban placed by hand may last: a quarter of an hour, an hour, a day, a week. */
export const banMinutes = [15, 60, 1440, 10_080] as const;

export const placeBanInput = z.strictObject({ network, reason, minutes: z.literal(banMinutes) });
export type PlaceBanInput = z.output<typeof placeBanInput>;

export const ruleParams = z.strictObject({ id: ruleId });
export const banParams = z.strictObject({ id: z.string().check(z.regex(/^ban_[0-9a-z]{26}$/)) });

const person = z.object({ id: z.string(), name: z.string() });

const ruleShape = z.object({
  id: z.string(),
  scope: z.enum(ipScopes),
  clientId: z.nullable(z.string()),
  effect: z.enum(effects),
  network: z.nullable(z.string()),
  country: z.nullable(z.string()),
  reason: z.string(),
  createdBy: person,
  createdAt: z.string(),
  expiresAt: z.nullable(z.string()),
});
export type RuleDto = z.infer<typeof ruleShape>;

const banShape = z.object({
  id: z.string(),
  network: z.string(),
  reason: z.string(),
  source: z.enum(["person", "automatic"]),
  placedBy: person,
  placedAt: z.string(),
  expiresAt: z.string(),
});
export type BanDto = z.infer<typeof banShape>;

/** The whole page: open rules, open bans, the break-glass pause if there is one, and from where the viewer comes. */
export const ipRulesShape = z.object({
  rules: z.array(ruleShape),
  bans: z.array(banShape),
  pausedUntil: z.nullable(z.string()),
  here: z.object({ address: z.nullable(z.string()), country: z.nullable(z.string()) }),
  mayChange: z.boolean(),
  mayBan: z.boolean(),
  mayLift: z.boolean(),
});
export type IpRules = z.infer<typeof ipRulesShape>;

const cutOff = z.object({
  kind: z.enum(["person", "client"]),
  id: z.string(),
  name: z.string(),
  address: z.nullable(z.string()),
  country: z.nullable(z.string()),
  lastSeenAt: z.nullable(z.string()),
  you: z.boolean(),
});
export type CutOff = z.infer<typeof cutOff>;

export const previewShape = z.object({
  cutOff: z.array(cutOff),
  letIn: z.array(cutOff),
  /** Sentences that say why this may not be saved; empty when it may. */
  refusals: z.array(z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) })),
  seen: z.int(),
});
export type Preview = z.infer<typeof previewShape>;

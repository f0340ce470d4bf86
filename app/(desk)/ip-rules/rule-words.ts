import { Ban, CircleCheck } from "lucide-react";
import type { StatusLooks } from "@/components/ui/status-badge.tsx";
import { countryCodes, countryName, ipScopes, type Effect, type IpScope, type RuleDto } from "@/lib/edge/contract";

export const scopeWords: Record<IpScope, { label: string; about: string }> = {
  console: { label: "Console", about: "Every page and act of this desk." },
  approve: { label: "Approving", about: "Signing, releasing and restarting payouts." },
  roles: { label: "People and roles", about: "Inviting, disabling, granting and reviewing." },
  settings: { label: "Settings and rules", about: "Settings, API clients and these rules." },
  client: { label: "API clients", about: "Calls of programs to the service API." },
  webhooks: { label: "Webhooks", about: "Deliveries of the gateway, before their signature is looked at." },
};

export const effectLooks: StatusLooks<Effect> = {
  allow: { label: "Allow", tone: "settled", icon: CircleCheck },
  deny: { label: "Deny", tone: "failed", icon: Ban },
};

/** Every country by its name, in the order of the alphabet; asked for by the form alone, after it is opened. */
export function countryOptions(): { value: string; label: string }[] {
  return countryCodes.map((value) => ({ value, label: countryName(value) ?? value })).toSorted((one, other) => one.label.localeCompare(other.label, "en-IN"));
}

export const scopeOptions = ipScopes.map((value) => ({ value, label: scopeWords[value].label }));

/** What the rules of one scope come to, in one sentence. */
export function standing(rules: readonly RuleDto[], scope: IpScope): { closed: boolean; sentence: string } {
  const places = (effect: Effect): string | null => {
    const named = rules.filter((rule) => rule.scope === scope && rule.effect === effect);
    const networks = named.filter((rule) => rule.network !== null).length;
    const some = [counted(networks, "network", "networks"), counted(named.length - networks, "country", "countries")].filter((text) => text !== null);
    return some.length === 0 ? null : some.join(" and ");
  };
  const [allowed, denied] = [places("allow"), places("deny")];
  const but = denied === null ? "" : `, but never from ${denied}`;
  if (allowed !== null) return { closed: true, sentence: `Closed: only from ${allowed}${but}.` };
  return { closed: false, sentence: denied === null ? "Open to every network." : `Open to everybody but ${denied}.` };
}

function counted(number: number, one: string, many: string): string | null {
  return number === 0 ? null : `${number} ${number === 1 ? one : many}`;
}

import { Ban, CircleCheck } from "lucide-react";
import type { StatusLooks } from "@/components/ui/status-badge.tsx";
import { ipScopes, type Effect, type IpScope, type RuleDto } from "@/lib/edge/contract";

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

export const scopeOptions = ipScopes.map((value) => ({ value, label: scopeWords[value].label }));

const regions = new Intl.DisplayNames(["en-IN"], { type: "region" });

/** "India" for "IN"; what no registry knows stays unsaid. */
export function countryName(code: string | null): string | null {
  return code === null ? null : (regions.of(code) ?? code);
}

/** What the rules of one scope come to, in one sentence. */
export function standing(rules: readonly RuleDto[], scope: IpScope): { closed: boolean; sentence: string } {
  const here = rules.filter((rule) => rule.scope === scope);
  const count = (effect: Effect): number => here.filter((rule) => rule.effect === effect).length;
  const networks = (number: number): string => `${number} ${number === 1 ? "network" : "networks"}`;
  const [allowed, denied] = [count("allow"), count("deny")];
  const but = denied === 0 ? "" : `, but never from ${networks(denied)}`;
  if (allowed > 0) return { closed: true, sentence: `Closed: only from ${networks(allowed)}${but}.` };
  return { closed: false, sentence: denied === 0 ? "Open to every network." : `Open to every network but ${denied}.` };
}

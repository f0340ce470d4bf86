// How often somebody may ask, per person, API client or (before sign-in) address.
import type { IntDefinition } from "./words.ts";

type Given = { label: string; about: string; per: "minute" | "hour"; min: number; max: number; fallback: number };

function requests({ label, about, per, min, max, fallback }: Given): IntDefinition {
  const outside = `Between ${min} and ${max.toLocaleString("en-IN")} requests ${per === "hour" ? "an" : "a"} ${per}: fewer stop a busy desk, more stop nobody.`;
  return { kind: "int", area: "limits", label, about, outside, unit: `requests ${per === "hour" ? "an" : "a"} ${per}`, min, max, fallback, tighter: "lower" };
}

export const limits = {
  readsPerMinute: requests({ label: "Reads", about: "How often a person may look something up.", per: "minute", min: 120, max: 6000, fallback: 600 }),
  searchesPerMinute: requests({
    label: "Searches",
    about: "How often a person may search; a page of results and its counts are two.",
    per: "minute",
    min: 20,
    max: 1200,
    fallback: 120,
  }),
  writesPerMinute: requests({ label: "Changes", about: "How often a person may change something that is not money.", per: "minute", min: 10, max: 600, fallback: 60 }),
  moneyActsPerMinute: requests({ label: "Acts on money", about: "How often a person may request, sign or release payouts.", per: "minute", min: 10, max: 600, fallback: 60 }),
  exportsPerHour: requests({ label: "Exports", about: "How often a person may export.", per: "hour", min: 1, max: 100, fallback: 10 }),
  revealsPerHour: requests({ label: "Reveals", about: "How often a person may see in the clear what is masked.", per: "hour", min: 1, max: 200, fallback: 20 }),
  signInsPerMinute: requests({
    label: "Sign-in steps",
    about: "How often an address may try a step of signing in, right or wrong.",
    per: "minute",
    min: 20,
    max: 1200,
    fallback: 120,
  }),
  clientCallsPerMinute: requests({ label: "API calls", about: "How often an API client may call.", per: "minute", min: 30, max: 6000, fallback: 300 }),
} as const satisfies Record<string, IntDefinition>;

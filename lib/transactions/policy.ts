import type { Permission } from "@/lib/access";
import type { TransactionFilter } from "./contract.ts";

/** Where a typed identifier may be found. */
export type SearchField = "id" | "source" | "gateway" | "bank" | "order" | "link" | "related" | "account" | "email" | "phone" | "vpa" | "last4";

export type Search = { kind: "fields"; fields: { field: SearchField; value: string }[]; understoodAs: string[] } | { kind: "needs_more"; understoodAs: string[]; sentence: string };

/** Groups of capitals and digits parted by spaces or dashes, each with a digit or a bank's letters. */
const grouped = /^(?=.*\d)[A-Za-z0-9]+(?:[\s-]+[A-Za-z0-9]+)+$/;

const ourId = /^([a-z]{2,5})_[0-9a-hjkmnp-tv-z]{26}$/;
const idWords: Record<string, { fields: SearchField[]; label: string }> = {
  tx: { fields: ["id"], label: "transaction id" },
  pay: { fields: ["source"], label: "payment id" },
  po: { fields: ["source"], label: "payout id" },
  lnk: { fields: ["link"], label: "link id" },
  acct: { fields: ["account"], label: "account id" },
};

/** Decides, from its form alone, what a typed identifier may be. One box, no syntax to learn. */
export function understand(filter: TransactionFilter): Search | null {
  const typed = filter.q?.trim();
  if (typed === undefined || typed === "") return null;
  const fields: { field: SearchField; value: string }[] = [];
  const labels: string[] = [];
  const add = (field: SearchField, value: string, label: string): void => {
    fields.push({ field, value });
    if (!labels.includes(label)) labels.push(label);
  };
  const digits = typed.replace(/[\s-]/g, "");
  const prefix = ourId.exec(typed.toLowerCase())?.[1];
  if (prefix !== undefined) {
    const known = idWords[prefix] ?? { fields: ["source", "order", "related"], label: "our id" };
    for (const field of known.fields) add(field, typed.toLowerCase(), known.label);
    add("related", typed.toLowerCase(), known.label);
  } else if (/^[^\s@]+@[^\s@]+$/.test(typed)) {
    if (/@[^@]+\.[^@.]{2,}$/.test(typed)) add("email", typed, "e-mail address");
    add("vpa", typed, "UPI address");
  } else if (/^\d{4}$/.test(digits)) {
    if (!narrowed(filter)) return { kind: "needs_more", understoodAs: ["last 4 digits"], sentence: "Four digits match too many accounts. Add a date range or another filter." };
    add("last4", digits, "last 4 digits");
  } else {
    if (/^(\+?91|0)?[6-9]\d{9}$/.test(digits)) add("phone", digits, "phone number");
    // People paste references as statements print them: "5281 4407 1193", "AXIS-2349-2869-8581".
    const joined = grouped.test(typed) && digits !== typed ? digits : null;
    for (const value of joined === null ? [typed] : [typed, joined]) addReferences(value, add);
  }
  return { kind: "fields", fields, understoodAs: labels };
}

function addReferences(typed: string, add: (field: SearchField, value: string, label: string) => void): void {
  const upper = typed.toUpperCase();
  for (const value of upper === typed ? [typed] : [typed, upper]) {
    add("bank", value, "bank reference");
    add("gateway", value, "Cashfree id");
    add("order", value, "order id");
    add("link", value, "link id");
    add("related", value, "Cashfree id");
  }
}

/** Why nothing came up, in the words of what was searched. */
export function nothingFound(search: Search): string {
  const as = search.understoodAs;
  const said = as.length === 1 ? as[0] : `${as.slice(0, -1).join(", ")} or ${as.at(-1)}`;
  if (as.includes("last 4 digits")) return "No account ending in these digits under the filters in force. A wider range of days may find it.";
  if (as.includes("phone number")) return `No movement has this as its ${said}. Check the digits; a phone number needs all ten.`;
  if (as.includes("e-mail address") || as.includes("UPI address")) return `No movement has this as its ${said}. It is compared whole: a part of an address finds nothing.`;
  // Without a digit it is likely a name.
  if (search.kind === "fields" && search.fields.every(({ value }) => !/\d/.test(value)))
    return `No movement has this as its ${said}, and names are not searched. For an account use Filter › Account; a customer is found by phone number or e-mail address.`;
  return `No movement has this as its ${said}. References are compared whole; check that no character is missing.`;
}

function narrowed(filter: TransactionFilter): boolean {
  return (
    (filter.from !== undefined && filter.to !== undefined) ||
    [filter.status, filter.kind, filter.min, filter.max, filter.account].some((part) => part !== undefined && part.length > 0)
  );
}

/** What a reader may see of a movement; the same box finds it either way. */
export type Sight = { bankReference: boolean; contact: boolean; last4: boolean; actors: boolean; secrets: boolean };

/** Those who reconcile, decide or audit read the bank's number; those who work with customers see how to reach them, masked. */
export function sightOf(held: readonly Permission[]): Sight {
  const has = (permission: Permission): boolean => held.includes(permission);
  return {
    bankReference: has("ledger.view") || has("risk.view"),
    contact: has("links.view"),
    last4: has("payouts.view"),
    actors: has("payouts.view") || has("audit.view"),
    secrets: has("webhooks.view"),
  };
}

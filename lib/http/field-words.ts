// What the facts beside an act or an event are called, and how their values read. The names in the record stay as they are.

import { capital } from "./act-words.ts";

// Only what does not read well when it is merely spelt out.
const names = new Map<string, string>(
  Object.entries({
    act: "For",
    approvals: "Signatures given",
    approvalsGiven: "Signatures given",
    approvalsNeeded: "Signatures needed",
    approvalId: "Signature",
    approverId: "Signer",
    because: "Because of",
    cfTransferId: "The gateway's transfer id",
    code: "The gateway's code",
    enrolledBefore: "Had an app before",
    fx: "Rate",
    gatewayCode: "The gateway's code",
    gatewayStatus: "The gateway's state",
    holds: "Held because of",
    ifsc: "IFSC",
    ip: "Address",
    items: "Roles to look at",
    last4: "Last four digits",
    left: "Codes left",
    needs: "Needs the right",
    purpose: "Given to",
    roles: "All their roles",
    synced: "Kept by its provider too",
    userId: "Person",
    vpa: "VPA",
  }),
);

/** "Signatures given" for `approvalsGiven`, "Amount" for `amountPaise`; a name without words of its own is spelt out. */
export function fieldWords(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const spaced = name
    .replace(/(?<=.)Paise$/, "")
    .replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replaceAll(/[_.]+/g, " ")
    .trim();
  return spaced === "" ? name : capital(spaced);
}

/** What a recorded value is, told by its name and its shape. */
export type FieldKind = "money" | "instant" | "yesno" | "id" | "code" | "text";

export function fieldKind(name: string, value: string): FieldKind {
  if (name.endsWith("Paise") && /^-?\d{1,18}$/.test(value)) return "money";
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)) return "instant";
  if (value === "true" || value === "false") return "yesno";
  if (/^[a-z]+_[0-9a-z]{26}$/.test(value) || /^[0-9a-f]{32,}$/.test(value)) return "id";
  return /^[a-z][a-z0-9_]*(, ?[a-z][a-z0-9_]*)*$/.test(value) ? "code" : "text";
}

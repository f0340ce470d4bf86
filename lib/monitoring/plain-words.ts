// What a field of a security event says in a sentence: codes as words a person says, ids and numbers as they are.
import { pathIds, paths, roleLabels, type Role } from "@/lib/access";
import { actWords, signerGone } from "@/lib/http/act-words";
import { doorWords } from "@/lib/http/door-words";

const words: Record<string, Record<string, string>> = {
  act: {
    reveal: "revealing personal data",
    export: "taking data out of the desk",
    role: "changing who may do what",
    key: "changing keys",
    ip_rule: "changing who may connect",
    settings: "changing settings",
    factor: "changing how they sign in",
  },
  effect: { allow: "lets addresses in", deny: "shuts addresses out" },
  kind: { role_grant: "a role", factor_reset: "a reset of second factors" },
  occasion: { first: "their first one", changed: "they changed it", reset: "set by a one-time link" },
  outcome: {
    refused: "it was refused",
    withdrawn: "it was withdrawn",
    expired: "nobody decided it in time",
    void: "what it was about had changed meanwhile",
  },
  purpose: {
    // of a one-time link
    invitation: "accept an invitation",
    reset: "set a new password",
    // of a second factor
    sign_in: "sign in",
    password_change: "change their password",
    password_reset: "set a new password",
    new_app: "move to a new authenticator app",
    new_passkey: "add a passkey",
  },
  reason: {
    // of a signature that no longer counts
    ...signerGone,
    // of a decision about one's own payout
    own_payout: "they asked for it",
    own_edit: "they changed it last",
    own_beneficiary: "they added its beneficiary",
    // of a session that ended
    copied: "its cookie may have been copied",
    ended_by_admin: "an administrator ended it",
    ended_by_owner: "they ended it themselves",
    factor_replaced: "their authenticator app was replaced",
    factors_reset: "their second factors were reset",
    other_face: "it came from another kind of browser",
    passkey_removed: "the passkey it was opened with was removed",
    password_changed: "their password was changed",
    password_reset: "their password was set anew",
    person_disabled: "they were disabled",
    person_dormant: "they had not signed in for long",
    promoted: "their second factor opened a full one",
    recovery_code_used: "a recovery code was used",
    signed_out: "they signed out",
    too_many_sessions: "they had more than they may have at once",
    // of frozen payout rights
    recovery_code: "a recovery code was used",
    // of a refused passkey
    another_person: "it is another person's",
    challenge: "it took too long, or was already used",
    counter: "its counter went back",
    not_active: "it was removed, or its person is shut out",
    registration: "the device's answer did not fit",
    signature: "its signature is not valid",
    unknown_passkey: "the desk does not know it",
  },
  rule: {
    address: "from one address",
    code: "of a second factor",
    network: "from one network",
    password: "of a password",
    reset: "of wishes for a new password",
  },
  scope: {
    console: "the desk",
    approve: "approving payouts",
    roles: "changing who may do what",
    settings: "changing settings",
    client: "the API",
    webhooks: "webhooks",
  },
  why: {
    address_denied: "a rule shuts it out",
    address_not_allowed: "no rule lets it in",
    address_unknown: "where it came from is unknown",
    banned: "its network is banned",
    bad_signature: "the signature is not valid",
    body_mismatch: "the body is not the one that was signed",
    other_environment: "the program was made in another environment",
    replayed: "the signature was used before",
    skewed: "its time is too far from ours",
    unsigned: "the signature is missing",
  },
};

/** "lost the role that signs" for the reason `role_lost`; a code without words is spelt out, and an id stays as it is. */
export function plainly(value: string, field: string): string {
  const known = words[field];
  if (known !== undefined && Object.hasOwn(known, value)) return known[value] ?? value;
  if (field === "hours") return value === "0" ? "less than an hour" : value === "1" ? "an hour" : `${value} hours`;
  if (field === "path") return pathWords(value);
  if (field === "device") return value === "Unknown device" ? "an unknown device" : value.replace(/^A /, "a ");
  if (field === "door") return doorWords(value) ?? `${value.startsWith("the page ") ? "open" : "use"} ${value}`;
  if ((field === "act" || field === "verb") && value.includes(".")) return lowerFirst(actWords(value));
  if (field === "role") return value.replace(/[a-z_]+/g, (role) => (Object.hasOwn(roleLabels, role) ? roleLabels[role as Role].toLowerCase() : role));
  return /^[a-z_]+$/.test(value) ? value.replaceAll("_", " ") : value;
}

function pathWords(value: string): string {
  const path = pathIds.find((id) => id === value);
  return path === undefined ? value : lowerFirst(paths[path].label);
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}

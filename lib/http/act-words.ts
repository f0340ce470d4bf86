import { doorWords, pageWords } from "./door-words.ts";

// What each act of the trail is called; the verb itself stays beside it, for filters, exports and the verifier.
const words = new Map<string, string>(
  Object.entries({
    "account.create": "Opened an account",
    "account.payouts_resume": "Resumed an account's payouts",
    "account.payouts_stop": "Stopped an account's payouts",
    "audit.verify": "Verified the trail",
    "auth.accept_invitation": "Accepted an invitation",
    "auth.add_passkey": "Added a passkey",
    "auth.code_spent": "Spent a code",
    "auth.create_person": "Created a person",
    "auth.disable_person": "Disabled a person",
    "auth.dormant_person": "Disabled a dormant person",
    "auth.enable_person": "Enabled a person",
    "auth.end_role": "Ended a role",
    "auth.end_session": "Ended a session",
    "auth.end_sessions": "Ended sessions",
    "auth.enrol": "Added an authenticator app",
    "auth.enrol_start": "Began adding an authenticator app",
    "auth.freeze_payouts": "Froze a person's payout rights",
    "auth.grant_role": "Gave a role",
    "auth.hash_anew": "Stored a password hash anew",
    "auth.invite_person": "Invited a person",
    "auth.issue_link": "Made a one-time link",
    "auth.make_recovery_codes": "Made recovery codes",
    "auth.passkey": "Used a passkey",
    "auth.password": "Gave a password",
    "auth.recovery_code": "Gave a recovery code",
    "auth.remove_passkey": "Removed a passkey",
    "auth.rename_passkey": "Renamed a passkey",
    "auth.replace_factor": "Replaced an authenticator app",
    "auth.request_reset": "Asked for a new password",
    "auth.reset_factors": "Reset second factors",
    "auth.second_factor": "Gave a second factor",
    "auth.set_password": "Set a password",
    "auth.sign_out": "Signed out",
    "auth.step_up": "Confirmed a sensitive act",
    "auth.use_link": "Used a one-time link",
    "auth.use_recovery_code": "Used up a recovery code",
    "ban.lift": "Lifted a ban",
    "ban.place": "Banned a network",
    "beneficiary.create": "Added a beneficiary",
    "beneficiary.gateway_status": "Learned a beneficiary's state",
    "beneficiary.replace": "Replaced a beneficiary",
    "client.create": "Created an API client",
    "client.disable": "Disabled an API client",
    "client.enable": "Enabled an API client",
    "client.rotate": "Gave an API client a new key",
    "emergency.restart": "Restarted payouts",
    "emergency.restart_signed": "Signed the restart of payouts",
    "emergency.stop": "Stopped all payouts",
    "ip_rule.add": "Added an IP rule",
    "ip_rule.end": "Ended an IP rule",
    "ip_rules.pause": "Suspended the IP rules",
    "link.apply": "Learned a link's state",
    "link.cancel": "Cancelled a payment link",
    "link.create": "Created a payment link",
    "link.refused": "Had a payment link refused",
    "payment.apply": "Learned a payment's state",
    "payout.alarm": "Raised an alarm about a payout",
    "payout.approve": "Signed a payout",
    "payout.cancel": "Withdrew a payout",
    "payout.challenge": "Asked to sign a payout",
    "payout.confirmed": "Recorded a payout as credited",
    "payout.cool_off_end": "Ended a payout's cool-off",
    "payout.create": "Requested a payout",
    "payout.dispatch": "Sent a payout",
    "payout.expire": "Expired a payout",
    "payout.failed": "Recorded a failed payout",
    "payout.give_up": "Voted to give a payout up",
    "payout.give_up_agreed": "Agreed to give a payout up",
    "payout.in_flight": "Recorded a payout at the bank",
    "payout.not_sent": "Recorded a payout as not sent",
    "payout.reject": "Rejected a payout",
    "payout.release": "Released a payout",
    "payout.reversed": "Recorded that a payout came back",
    "payout.send_again": "Voted to send a payout again",
    "payout.send_again_agreed": "Agreed to send a payout again",
    "payout.succeeded": "Recorded that a payout was paid",
    "payout.withdraw_signature": "Took a signature off a payout",
    "payout.unknown": "Marked a payout unknown",
    "posture.probe": "Proved a guard",
    "rate.add": "Added a reference rate",
    "settings.change": "Changed a setting",
    "settings.propose": "Proposed a setting",
    "settings.refuse": "Refused a setting",
    "settings.withdraw": "Withdrew a setting",
    "users.countersign": "Countersigned a change",
    "users.expire": "Let a change expire",
    "users.export_report": "Exported the access report",
    "users.invite": "Proposed an invitation",
    "users.invite_owner": "Invited an owner",
    "users.propose": "Proposed a change",
    "users.refuse": "Refused a change",
    "users.reset_link": "Handed out a new-password link",
    "users.review_attest": "Kept a role in a review",
    "users.review_overdue": "Closed an overdue review",
    "users.review_revoke": "Revoked a role in a review",
    "users.review_start": "Started an access review",
    "users.void": "Voided a change",
    "users.withdraw": "Withdrew a change",
    "webhook.apply": "Applied a delivery",
  }),
);

const spaced = (code: string): string => code.replaceAll("_", " ").replaceAll(".", ": ");
export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** "Signed a payout" for `payout.approve`, "Tried to give a person a role" for a refused door or page; an act without words is spelt out. */
export function actWords(verb: string): string {
  const known = words.get(verb);
  if (known !== undefined) return known;
  const page = /^view ([a-z_]+\.[a-z_]+)$/.exec(verb)?.[1];
  if (page !== undefined) return `Tried to open ${pageWords(page)}`;
  const door = doorWords(verb);
  if (door !== null) return `Tried to ${door}`;
  return /^[A-Z]+ \//.test(verb) ? `Tried to use ${verb}` : capital(spaced(verb));
}

/** The same of a row of the trail: what was denied was not done, and does not read as if it had been. */
export function rowWords({ verb, outcome }: { verb: string; outcome: string }): string {
  const said = actWords(verb);
  return outcome === "denied" && !said.startsWith("Tried to ") ? `Denied: ${said.slice(0, 1).toLowerCase()}${said.slice(1)}` : said;
}

/** Why a signature no longer counts, of its signer as "they". */
export const signerGone = { shut_out: "were shut out", role_lost: "lost the role that signs", frozen: "had their payout rights frozen" } as const;

const reasons = new Map<string, string>(
  Object.entries({
    ...Object.fromEntries(Object.entries(signerGone).map(([code, did]) => [code, `The signer ${did.replace(/^were /, "was ")}`])),
    "5xx": "The gateway answered with an error",
    another_person: "It is another person's passkey",
    challenge: "It took too long, or was already used",
    copied: "Its cookie may have been copied",
    counter: "The passkey's counter went back",
    dns: "The gateway's name was not found",
    not_active: "The passkey or its person is shut out",
    not_found: "The gateway does not know it",
    other_face: "It came from another kind of browser",
    registration: "The device's answer did not fit",
    signature: "The passkey's signature is not valid",
    timeout: "The gateway did not answer in time",
  }),
);

/** A reason as people read it: what a person wrote stays as it is, a code becomes words. */
export function reasonWords(reason: string): string {
  const known = reasons.get(reason);
  if (known !== undefined) return known;
  return /^[a-z]+(_[a-z]+)+$/.test(reason) ? capital(reason.replaceAll("_", " ")) : reason;
}

const kinds = new Map<string, string>(
  Object.entries({
    access_report: "access report",
    access_review: "access review",
    auth_link: "one-time link",
    client: "API client",
    fx_rate: "reference rate",
    ip_ban: "IP ban",
    ip_pause: "pause of IP rules",
    ip_rule: "IP rule",
    link: "payment link",
    risk_verdict: "risk verdict",
    user: "person",
  }),
);

/** What the object of a row is called. */
export function kindWords(kind: string): string {
  return kinds.get(kind) ?? kind.replaceAll("_", " ");
}

/** "payout ₹9,000.00 to M•••• ••7623", "setting “Idle limit”": the object with its name, which may already say its kind. */
export function objectWords(kind: string, name: string): string {
  const called = kindWords(kind);
  if (name.startsWith(called)) return name;
  return kind === "setting" || kind === "account" ? `${called} “${name}”` : `${called} ${name}`;
}

const factors = new Map([
  ["totp", "Code of an authenticator app"],
  ["passkey", "Passkey"],
  ["recovery_code", "Recovery code"],
]);

export function factorWords(factor: string): string {
  return factors.get(factor) ?? capital(spaced(factor));
}

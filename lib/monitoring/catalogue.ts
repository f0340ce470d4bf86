// Every security event this house can say: how bad it is, the sentence a person reads, and the facts it may carry.
import { plainly } from "./plain-words.ts";

export const severities = ["info", "notice", "warning", "critical"] as const;
export type Severity = (typeof severities)[number];

type Spec<F extends string> = { severity: Severity; sentence: string; fields: readonly F[] };

/** `{who}` is who acted, `{subject}` whom it was about; any other `{word}` is one of the event's fields, and what stands in `[]` is said where the event has its field. */
function says<const F extends string = never>(severity: Severity, sentence: string, fields: readonly F[] = []): Spec<F> {
  return { severity, sentence, fields };
}

/** What a refused factor was given for: one of these three; an event of too many tries, or from before this was kept, has none. */
const givenFor = "[, given to {purpose},][, given to sign payout {payoutId},][, given for {act},]";
const givenForFields = ["purpose", "payoutId", "act"] as const;

/** Fields hold facts and ids, never names, addresses of people, numbers of accounts or what somebody typed. */
export const securityEvents = {
  "signin.ok": says("info", "{subject} signed in."),
  "signin.failed": says("notice", "A sign-in as {subject} failed at the password.", ["reason", "times"]),
  "signin.blocked": says("warning", "Sign-in was blocked after repeated failures {rule}.", ["rule"]),
  "factor.failed": says("notice", `A second factor of {subject}${givenFor} was refused.`, ["reason", "times", ...givenForFields]),
  "factor.enrolled": says("notice", "{subject} added a second factor.", ["factorId", "kind"]),
  "link.issued": says("notice", "{who} issued a one-time link for {subject} to {purpose}.", ["linkId", "purpose"]),
  "link.used": says("notice", "The one-time link for {subject} to {purpose} was used.", ["linkId", "purpose"]),
  "link.refused": says("notice", "A one-time link to {purpose} was presented that is used, replaced, expired or made up.", ["purpose", "times"]),
  "invitation.accepted": says("notice", "{subject} accepted their invitation."),
  "password.set": says("notice", "{subject} has a new password: {occasion}.", ["occasion"]),
  "password.reset_requested": says("notice", "Someone said they forgot the password of {subject}.", ["times"]),
  "recovery.codes_made": says("notice", "{subject} made {count} recovery codes.", ["count"]),
  "recovery.code_used": says("warning", "{subject} signed in with a recovery code; {left} are left.", ["left"]),
  "factors.reset": says("critical", "All second factors of {subject} were reset; they add one at their next sign-in."),
  "payouts.frozen": says("warning", "{subject} decides no payout until {until}, because {reason}.", ["reason", "until"]),
  "session.opened": says("info", "A session of {subject} began.", ["sessionId", "factor"]),
  "session.far_away": says("warning", "{subject} signed in from {country}, {minutes} minutes after acting from {before}.", ["sessionId", "country", "before", "minutes"]),
  "session.ended": says("info", "A session of {subject} ended: {reason}.", ["sessionId", "reason"]),
  "session.copied": says("critical", "The session of {subject} was used from another kind of browser ({device}), so it ended: its cookie may have been copied.", [
    "sessionId",
    "device",
  ]),
  "session.other_face": says(
    "warning",
    "The browser of {subject} went from {before} to {device} in the middle of a session, as when a desktop page is asked for; it stayed signed in.",
    ["sessionId", "before", "device", "times"],
  ),
  "session.face_elsewhere": says("warning", "The session of {subject} came from {device} and another network, so it ended and they sign in again.", ["sessionId", "device"]),
  "step_up.granted": says("info", "{who} showed a fresh factor for {act}.", ["act", "factor"]),
  "passkey.added": says("notice", "{subject} added a passkey.", ["passkeyId"]),
  "passkey.renamed": says("info", "{subject} renamed a passkey.", ["passkeyId"]),
  "passkey.removed": says("warning", "{subject} removed a passkey.", ["passkeyId"]),
  "passkey.refused": says("warning", `A passkey of {subject}${givenFor} was refused: {reason}.`, ["reason", "passkeyId", ...givenForFields]),
  "passkey.copied": says("critical", "The counter of a passkey of {subject} went back: a copy of it may exist.", ["passkeyId"]),
  "access.denied": says("warning", "{who} tried to {door} and was refused.", ["door", "needs", "times"]),
  "origin.foreign": says("warning", "A request to {door} came from another site and was refused.", ["door", "times"]),
  "limit.hit": says("notice", "{who} tried to {door} more often than allowed.", ["door", "kind", "times"]),
  "limiter.open": says("critical", "Requests ({kind}) are answered without being counted: the limiter's store does not answer.", ["kind", "times"]),
  "edge.bypassed": says("warning", "A request came around the proxy, without its secret, and was refused.", ["times"]),
  "ip.refused": says("warning", "{who} was refused at {scope} for their address: {why}.", ["scope", "why", "times"]),
  "csp.violated": says("notice", "A browser stopped something the content policy forbids ({directive}: {blocked}).", ["directive", "blocked", "times"]),
  "ip_rule.added": says("warning", "{who} added a rule that {effect}, for {scope}: {ruleId}.", ["ruleId", "scope", "effect"]),
  "ip_rule.ended": says("warning", "{who} ended a rule that {effect}, for {scope}: {ruleId}.", ["ruleId", "scope", "effect"]),
  "ip_rules.paused": says("critical", "{who} paused all rules for addresses for {minutes} minutes from a terminal.", ["minutes"]),
  "ban.placed": says("warning", "{who} shut a network out for {minutes} minutes: {banId}.", ["banId", "minutes", "source"]),
  "ban.lifted": says("notice", "{who} let a network in again: {banId}.", ["banId"]),
  "webhook.bad_signature": says("warning", "A webhook for {source} came without a valid signature.", ["source", "times"]),
  "apisig.failed": says("warning", "A request to the API by {client} was not signed well: {why}.", ["why", "client", "times"]),
  "apisig.blocked": says("warning", "{address} is kept from the API for {minutes} minutes after repeated bad signatures.", ["address", "minutes"]),
  "client.refused": says("warning", "{who} tried to {door} and was refused: {reason}.", ["door", "reason", "times"]),
  "client.created": says("warning", "{who} created {clientId}, which {subject} answers for.", ["clientId", "scopes", "algorithm"]),
  "client.rotated": says("warning", "{who} gave {clientId} a new key.", ["clientId", "keyId", "overlapHours"]),
  "client.disabled": says("warning", "{who} disabled {clientId}.", ["clientId"]),
  "client.idle": says("notice", "{clientId} was disabled: nobody used it for {days} days.", ["clientId", "days"]),
  "client.enabled": says("warning", "{who} enabled {clientId} again.", ["clientId"]),
  "emergency.stopped": says("critical", "{who} stopped all payouts.", ["stopId"]),
  "emergency.restart_signed": says("warning", "{who} signed the restart of payouts.", ["stopId", "signatures"]),
  "emergency.restarted": says("critical", "{who} signed last; payouts run again.", ["stopId", "signatures"]),
  "person.invited": says("notice", "{who} invited {subject}."),
  "person.disabled": says("warning", "{who} disabled {subject}."),
  "person.dormant": says("notice", "{subject} had not signed in for long and was shut out."),
  "person.enabled": says("warning", "{who} let {subject} in again."),
  "role.granted": says("warning", "{subject} was given the role {role} by {who}.", ["role"]),
  "role.ended": says("notice", "{who} ended the role {role} of {subject}.", ["role"]),
  "role.refused_toxic": says("warning", "{who} tried to give {subject} the role {role}, with which one person could move money alone.", ["role"]),
  "change.proposed": says("notice", "{who} proposed {kind} for {subject}.", ["changeId", "kind"]),
  "change.approved": says("warning", "{who} countersigned {kind} for {subject}.", ["changeId", "kind"]),
  "change.closed": says("info", "What was proposed for {subject}, {kind}, came to its end: {outcome}.", ["changeId", "kind", "outcome"]),
  "access.one_person_path": says("critical", "{subject} could move money alone: {path}.", ["path"]),
  "review.started": says("notice", "{who} started an access review of {items} grants.", ["reviewId", "items"]),
  "review.overdue": says("critical", "An access review is overdue; {suspended} grants were suspended.", ["reviewId", "suspended"]),
  "review.due": says("warning", "No access review was finished in the last six months."),
  "review.due_soon": says("warning", "{open} roles of an access review are not looked at; what is left is suspended at {due}.", ["reviewId", "open", "due", "days"]),
  "unusual.new_device": says("warning", "{subject} signed a payout in {device}, where they were first seen {hours} before ({payoutId}).", [
    "payoutId",
    "device",
    "hours",
    "sessionId",
  ]),
  "unusual.hours": says("warning", "{subject} acted at {time}, outside {whose} hours: {act}.", ["time", "whose", "act", "day"]),
  "unusual.mass_reveal": says("critical", "{subject} revealed {count} values within an hour.", ["count", "reached"]),
  "unusual.mass_export": says("critical", "{subject} took {count} exports out of the desk within an hour.", ["count", "reached"]),
  "trail.row_refused": says("critical", "Row {auditId} of the audit trail ({verb}) was not written by this program, or was changed before its seal.", ["auditId", "verb", "times"]),
  "ledger.differs": says("critical", "The running totals of {accounts} ledger accounts differ from their entries, {first} among them.", ["accounts", "first"]),
  "payout.untraced": says("critical", "Payout {payoutId} stands in the database, but nobody asked for it at this desk.", ["payoutId", "times"]),
  "payout.signature_withdrawn": says("warning", "A signature of {subject} no longer counts, because they {reason} ({payoutId}).", ["payoutId", "reason"]),
  "payout.own_decision": says("warning", "{who} tried to decide a payout in which they had a part, because {reason} ({payoutId}).", ["payoutId", "reason", "times"]),
  "settings.proposed": says("notice", "{who} proposed to {direction} the setting {name}.", ["proposalId", "name", "direction"]),
  "settings.changed": says("warning", "{who} let a proposal to {direction} the setting {name} take effect.", ["proposalId", "name", "direction"]),
  "settings.drift": says("critical", "The setting {name} is not as the desk decided it.", ["name", "times"]),
  "settings.refused": says("notice", "{who} turned down a proposal to change the setting {name}.", ["proposalId", "name"]),
} as const satisfies Record<string, Spec<string>>;

export type EventId = keyof typeof securityEvents;
export type EventField<E extends EventId> = (typeof securityEvents)[E]["fields"][number];
export type EventFields = Readonly<Record<string, string | number | boolean>>;

export const eventIds = Object.keys(securityEvents) as EventId[];

/** What the catalogue says of an id; null for one that an older or newer program wrote. */
export function specOf(event: string): Spec<string> | null {
  const known: Record<string, Spec<string>> = securityEvents;
  return Object.hasOwn(known, event) ? (known[event] ?? null) : null;
}

/** The plain sentence of one event; a field that is missing reads as "unknown". */
export function eventSentence(event: string, words: { who: string; subject: string; fields: EventFields }): string {
  const spec = specOf(event);
  if (spec === null) return `${words.who}: ${event}.`;
  const sentence = spec.sentence
    .replace(/\[([^\]{]*\{(\w+)\}[^\]]*)\]/g, (_, part: string, word: string) => (word in words.fields ? part : ""))
    .replace(/\{(\w+)\}/g, (_, word: string, at: number) => {
      const filled = word === "who" ? words.who : word === "subject" ? words.subject : plainly(String(words.fields[word] ?? "unknown"), word);
      return at === 0 ? filled : filled.replace(/^(The|Someone) /, (start) => start.toLowerCase());
    });
  const [times, unlisted] = [Number(words.fields["times"] ?? 1), Number(words.fields["unlisted"] ?? 0)];
  const counted = times > 1 ? `${sentence.slice(0, -1)}, ${times} times.` : sentence;
  return unlisted > 0 ? `${counted} ${unlisted} more like it got no row of their own.` : counted;
}

// Pure decisions of sign-in: how long a session lives, when guessing is stopped, which roles may meet in one person.
import { holderOf, rolesAt, soloPaths, type GrantSpan, type Role, permissionsOf, type Permission } from "@/lib/access";
import type { Decision, Reason } from "@/lib/errors";
import { dayMs, hourMs, minuteMs, plusMs, secondMs, toIst } from "@/lib/time";
import { passwordLength, type FreezeReason } from "./contract.ts";

export const sessionRules = {
  /** A verified password without its second factor is worth little and lives shortly. */
  pendingMs: 10 * minuteMs,
  touchEveryMs: minuteMs,
  /** The cookie outlives any session; the row decides. */
  cookieMs: 12 * hourMs,
  deviceKnownMs: 90 * dayMs,
  ticketMs: minuteMs,
  stepUpMs: 5 * minuteMs,
} as const;

export const approverPasskeysNeeded = 2;

export const passkeysMax = 10;

/** Whether one more passkey may go: an approver who must hold two may not fall below by their own hand. */
export function mayRemovePasskey(person: { required: boolean; passkeys: number }): Decision {
  if (!person.required || person.passkeys > approverPasskeysNeeded) return { allowed: true };
  return {
    allowed: false,
    reasons: [{ code: "passkeys_required", sentence: "Approving payouts needs two passkeys, so neither of the last two may go.", wayOut: "Add another passkey first." }],
  };
}

/** What a person's roles give them; where the setting asks for it, approving only to who holds passkeys: one to use, one to lose. */
export function permissionsHeld(roles: readonly Role[], person: { passkeysRequired: boolean; passkeys: number }): Permission[] {
  const given = permissionsOf(roles);
  if (!person.passkeysRequired || person.passkeys >= approverPasskeysNeeded) return given;
  return given.filter((permission) => permission !== "payouts.approve");
}

/** Whether a role that approves may be given to somebody without the passkeys it takes. */
export function mayHoldKeyless(role: Role, person: { passkeysRequired: boolean; passkeys: number }): Decision {
  if (permissionsHeld([role], person).length === permissionsOf([role]).length) return { allowed: true };
  return {
    allowed: false,
    reasons: [
      {
        code: "passkeys_needed",
        sentence: `Whoever approves payouts holds two passkeys at this desk; this person holds ${person.passkeys === 1 ? "one" : "none"}.`,
        wayOut: "They add them in their profile first.",
      },
    ],
  };
}

/** Failures so far in the current window, as stored per key. */
export type LimitState = { windowStart: Date; failures: number; blockedUntil: Date | null };

/** After how many failures in `windowMs` a key is blocked, and for how long. */
export type LimitRule = { windowMs: number; blockMs: (failures: number) => number };

/** Five failures start delays of 1, 2, 4 … 30 s; `lockAfter` of them lock the account. */
export function passwordRule({ lockAfter, lockMs }: { lockAfter: number; lockMs: number }): LimitRule {
  return { windowMs: lockMs, blockMs: (failures) => (failures >= lockAfter ? lockMs : failures >= 5 ? Math.min(30, 2 ** (failures - 5)) * secondMs : 0) };
}

export const limitRules = {
  /** As shipped; the settings say when and for how long an account is locked. */
  password: passwordRule({ lockAfter: 10, lockMs: 30 * minuteMs }),
  address: { windowMs: 15 * minuteMs, blockMs: (failures) => (failures >= 20 ? 15 * minuteMs : 0) },
  /** Whoever changes addresses within one network is met here. */
  network: { windowMs: 15 * minuteMs, blockMs: (failures) => (failures >= 100 ? 15 * minuteMs : 0) },
  /** Every wish for a reset counts, so that nobody fills the trail with them. */
  reset: { windowMs: hourMs, blockMs: (asked) => (asked >= 5 ? hourMs : 0) },
  code: { windowMs: 15 * minuteMs, blockMs: (failures) => (failures >= 5 ? 15 * minuteMs : 0) },
} as const satisfies Record<string, LimitRule>;

export function isBlocked(state: LimitState | null, now: Date): boolean {
  const until = state?.blockedUntil ?? null;
  return until !== null && until > now;
}

/** The state after one more failure at `now`; a window that has passed is forgotten. */
export function afterFailure(state: LimitState | null, rule: LimitRule, now: Date): LimitState {
  const current = state !== null && now < plusMs(state.windowStart, rule.windowMs) ? state : { windowStart: now, failures: 0, blockedUntil: null };
  const failures = current.failures + 1;
  const blockMs = rule.blockMs(failures);
  return { windowStart: current.windowStart, failures, blockedUntil: blockMs === 0 ? null : plusMs(now, blockMs) };
}

/** Whether one person may hold all of `held`: no way to move money alone may open, and each that would is said in words. */
export function mayHoldTogether(held: readonly Role[], person: { name?: string; answersForClient?: boolean } = {}): Decision {
  const open = soloPaths(holderOf({ id: "", name: person.name ?? "This person", roles: held, answersForClient: person.answersForClient ?? false }));
  if (open.length === 0) return { allowed: true };
  return { allowed: false, reasons: open.map(({ sentence }) => ({ code: "toxic_roles", sentence, wayOut: "Give one of the roles to someone else, or end the other first." })) };
}

/** Whether a grant may join those a person has: at no time of it may what they then hold open a way. */
export function mayHoldThrough(spans: readonly GrantSpan[], added: GrantSpan, person: { name?: string; answersForClient?: boolean } = {}): Decision {
  const all = [...spans, added];
  // What is held together changes only where a grant begins.
  const moments = all.map(({ from }) => from).filter((at) => at >= added.from && (added.until === null || at < added.until));
  return moments.map((at) => mayHoldTogether(rolesAt(all, at), person)).find((decision) => !decision.allowed) ?? { allowed: true };
}

/** What a password may not be made of, and what else is asked of it. `guessesLog10` is null where nobody estimated it. */
export type PasswordContext = { words: readonly string[]; lengthMin: number; lettersAndDigits: boolean; guessesLog10: number | null; breached: boolean };

/** From this many guesses on (as a power of ten) a stolen slow hash is out of reach of a patient attacker. */
export const guessesNeededLog10 = 10;

/** One spelling per password: what looks the same on two keyboards is the same (NIST SP 800-63B asks for NFKC or NFKD). */
export function normalisePassword(password: string): string {
  return password.normalize("NFKC");
}

/** Whether a password may be set: long enough, nothing others would try first, nothing about its person. */
export function mayBePassword(password: string, context: PasswordContext): Decision {
  const reasons: Reason[] = [];
  const normal = normalisePassword(password);
  const lengths = [Array.from(password).length, Array.from(normal).length];
  if (!password.isWellFormed() || normal.includes("\0")) reasons.push({ code: "password_text", sentence: "This is not text: it holds half a character or a NUL." });
  if (lengths.some((length) => length < context.lengthMin))
    reasons.push({ code: "password_short", sentence: `A password has at least ${context.lengthMin} characters.`, wayOut: "Several unrelated words are easy to remember." });
  if (lengths.some((length) => length > passwordLength.max)) reasons.push({ code: "password_long", sentence: `A password has at most ${passwordLength.max} characters.` });
  const folded = normal.toLowerCase();
  const word = context.words.find((each) => folded.includes(each));
  if (word !== undefined)
    reasons.push({
      code: "password_context",
      sentence: `It holds “${word}”, which anybody who knows you or this desk would try.`,
      wayOut: "Leave out your name, your address and ours.",
    });
  if (context.lettersAndDigits && !(/\p{L}/u.test(normal) && /\p{Nd}/u.test(normal)))
    reasons.push({ code: "password_mix", sentence: "This desk asks for at least one letter and one digit." });
  if (context.breached)
    reasons.push({
      code: "password_breached",
      sentence: "It has been leaked before, so it stands in the lists that are tried first.",
      wayOut: "Choose one that nobody else has had, or let a password manager make one.",
    });
  else if (context.guessesLog10 !== null && context.guessesLog10 < guessesNeededLog10)
    reasons.push({
      code: "password_guessable",
      sentence: "It is among the passwords that are tried first: common, leaked, repeated or along the keyboard.",
      wayOut: "Add words that have nothing to do with each other, or let a password manager make one.",
    });
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

const houseWords = ["countersign", "cashfree"];

/** Words of a person and of this house that a password may not hold: name and address in parts of four letters and more. */
export function contextWords(person: { name: string; email: string }): string[] {
  const parts = `${person.name} ${person.email}`
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return [...new Set([...houseWords, ...parts.filter((part) => Array.from(part).length >= 4)])];
}

export type PayoutFreeze = { reason: FreezeReason; until: Date };

const freezeSentences: Record<FreezeReason, string> = {
  recovery_code: "You signed in with a recovery code",
  factors_reset: "Your second factors were reset",
};

/** Whether a person may decide payouts, given the freeze on them (`payoutFreezeOf`), if any. */
export function mayDecidePayouts(freeze: PayoutFreeze | null): Decision {
  if (freeze === null) return { allowed: true };
  return {
    allowed: false,
    reasons: [
      {
        code: "payouts_frozen",
        sentence: `${freezeSentences[freeze.reason]}, so you decide no payout until ${toIst(freeze.until)}.`,
        wayOut: "Ask another finance admin to decide meanwhile; nobody can shorten this.",
      },
    ],
  };
}

// Every number and switch that people may turn, with what it means, between which bounds, and which way is tighter.
import { habits } from "./habits.ts";
import { limits } from "./limits.ts";
import { payouts, risk } from "./money.ts";
import { int, toggle, type PolicyDefinition } from "./words.ts";

export { policyAreas, type IntDefinition, type PaiseDefinition, type PolicyArea, type PolicyDefinition, type SwitchDefinition, type Tighter } from "./words.ts";

const sessions = {
  idleMinutes: int({
    area: "sessions",
    label: "Idle limit",
    about: "A session ends after this long without an act of its person.",
    outside: "A session may stay idle between 5 and 60 minutes: a desk left open must close by itself, and one that closes at once is never finished with.",
    unit: "minutes",
    min: 5,
    max: 60,
    fallback: 15,
    tighter: "lower",
  }),
  absoluteHours: int({
    area: "sessions",
    label: "Longest session",
    about: "A session ends this long after sign-in, however busy.",
    outside: "A session may last 1 to 12 hours: nobody's working day is longer, and a copied cookie must die with it.",
    unit: "hours",
    min: 1,
    max: 12,
    fallback: 8,
    tighter: "lower",
  }),
  idleMinutesPrivileged: int({
    area: "sessions",
    label: "Idle limit near money",
    about: "The idle limit for whoever holds a role that reaches money or the rules around it; never longer than everyone's.",
    outside: "A session near money may stay idle between 2 and 60 minutes: shorter, and nobody can read a statement before they sign it.",
    unit: "minutes",
    min: 2,
    max: 60,
    fallback: 15,
    tighter: "lower",
  }),
  absoluteHoursPrivileged: int({
    area: "sessions",
    label: "Longest session near money",
    about: "The longest session of whoever holds a role that reaches money or the rules around it; never longer than everyone's.",
    outside: "A session near money may last 1 to 12 hours: nobody's working day is longer, and a copied cookie must die with it.",
    unit: "hours",
    min: 1,
    max: 12,
    fallback: 8,
    tighter: "lower",
  }),
  sessionsPerPersonMax: int({
    area: "sessions",
    label: "Sessions per person",
    about: "When a person opens one more, the oldest ends.",
    outside: "A person may have 1 to 5 sessions at once: more cannot be told from a stolen one.",
    unit: "sessions",
    min: 1,
    max: 5,
    fallback: 3,
    tighter: "lower",
  }),
  stepUpMinutes: int({
    area: "sessions",
    label: "Step-up window",
    about: "How long a fresh second factor is enough for one kind of sensitive act.",
    outside: "A step-up lasts 1 to 15 minutes: longer, and it says nothing about who sits there now.",
    unit: "minutes",
    min: 1,
    max: 15,
    fallback: 5,
    tighter: "lower",
  }),
} as const;

const factors = {
  passkeysRequiredForApprovers: toggle({
    area: "factors",
    label: "Passkeys for approvers",
    about: "Finance admins hold two passkeys and sign payouts with one; an authenticator app is not enough for them.",
    outside: "It is on or off.",
    fallback: false,
    tighter: "on",
  }),
  payoutFreezeHours: int({
    area: "factors",
    label: "Freeze after recovery",
    about: "After a recovery code or a reset of factors the person cannot approve payouts for this long.",
    outside: "The freeze lasts 24 to 168 hours: shorter, and whoever took an account over would not have been noticed.",
    unit: "hours",
    min: 24,
    max: 168,
    fallback: 24,
    tighter: "higher",
  }),
} as const;

const passwords = {
  passwordLengthMin: int({
    area: "passwords",
    label: "Shortest password",
    about: "A new password has at least this many characters.",
    outside: "The shortest password has 15 to 64 characters: below 15 it can be guessed offline.",
    unit: "characters",
    min: 15,
    max: 64,
    fallback: 15,
    tighter: "higher",
  }),
  passwordLettersAndDigits: toggle({
    area: "passwords",
    label: "Letters and digits",
    about: "A new password must hold both letters and digits, as PCI DSS asks where it applies.",
    outside: "It is on or off.",
    fallback: false,
    tighter: "on",
  }),
  passwordsRemembered: int({
    area: "passwords",
    label: "Passwords remembered",
    about: "A new password is none of the last ones.",
    outside: "Between 4 and 24 passwords are remembered.",
    unit: "passwords",
    min: 4,
    max: 24,
    fallback: 4,
    tighter: "higher",
  }),
  passwordFailuresMax: int({
    area: "passwords",
    label: "Wrong passwords until locked",
    about: "After this many wrong passwords the account is locked for a while.",
    outside: "An account is locked after 5 to 10 wrong passwords.",
    unit: "attempts",
    min: 5,
    max: 10,
    fallback: 10,
    tighter: "lower",
  }),
  lockMinutes: int({
    area: "passwords",
    label: "Length of a lock",
    about: "How long a locked account stays locked.",
    outside: "A lock lasts 30 minutes to one day.",
    unit: "minutes",
    min: 30,
    max: 1440,
    fallback: 30,
    tighter: "higher",
  }),
} as const;

const people = {
  linkHours: int({
    area: "people",
    label: "Life of a one-time link",
    about: "An invitation or reset link works once, within this long.",
    outside: "A one-time link lives 1 to 24 hours.",
    unit: "hours",
    min: 1,
    max: 24,
    fallback: 24,
    tighter: "lower",
  }),
  dormantDays: int({
    area: "people",
    label: "Dormant after",
    about: "Whoever has not signed in for this long is suspended until an administrator wakes them.",
    outside: "An account is dormant after 30 to 90 days.",
    unit: "days",
    min: 30,
    max: 90,
    fallback: 90,
    tighter: "lower",
  }),
} as const;

export const policyDefinitions = { ...sessions, ...factors, ...passwords, ...people, ...habits, ...limits, ...payouts, ...risk } as const satisfies Record<
  string,
  PolicyDefinition
>;

export type SettingName = keyof typeof policyDefinitions;
type ValueOf<D extends PolicyDefinition> = D["kind"] extends "int" ? number : D["kind"] extends "switch" ? boolean : string;
export type SettingValue<N extends SettingName> = ValueOf<(typeof policyDefinitions)[N]>;
export const settingNames = Object.keys(policyDefinitions) as SettingName[];

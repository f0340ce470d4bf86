// Every number and switch that people may turn, with what it means, between which bounds, and which way is tighter.
import { limits } from "./limits.ts";
/** `lower`: a smaller number is the stricter one. `neither`: a choice without a strict side. */
export type Tighter = "lower" | "higher" | "on" | "off" | "neither";

export const policyAreas = ["sessions", "factors", "passwords", "people", "services", "limits", "payouts", "risk"] as const;
export type PolicyArea = (typeof policyAreas)[number];

type Common = {
  area: PolicyArea;
  label: string;
  /** What it does, in one sentence. */
  about: string;
  /** Why nothing outside the bounds is accepted, in one sentence. */
  outside: string;
  tighter: Tighter;
};
export type IntDefinition = Common & { kind: "int"; unit: string; min: number; max: number; fallback: number };
/** Paise as decimal digits: money is never a number. */
export type PaiseDefinition = Common & { kind: "paise"; unit: "paise"; min: string; max: string; fallback: string };
export type SwitchDefinition = Common & { kind: "switch"; unit: "on or off"; fallback: boolean };
export type PolicyDefinition = IntDefinition | PaiseDefinition | SwitchDefinition;

type Rest<D> = Omit<D, "kind">;
const int = (rest: Rest<IntDefinition>): IntDefinition => ({ kind: "int", ...rest });
const paise = (rest: Omit<Rest<PaiseDefinition>, "unit">): PaiseDefinition => ({ kind: "paise", unit: "paise", ...rest });
const toggle = (rest: Omit<Rest<SwitchDefinition>, "unit">): SwitchDefinition => ({ kind: "switch", unit: "on or off", ...rest });

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
    about: "Finance admins sign with a passkey; an authenticator app is not enough for them.",
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

const services = {
  clientExpiryDaysMax: int({
    area: "services",
    label: "Longest life of an API client",
    about: "An API client's key expires at the latest after this long.",
    outside: "An API client's key lives 30 to 365 days.",
    unit: "days",
    min: 30,
    max: 365,
    fallback: 365,
    tighter: "lower",
  }),
  clientIdleDays: int({
    area: "services",
    label: "Idle API client",
    about: "An API client that has not called for this long is switched off.",
    outside: "An idle API client is switched off after 7 to 90 days.",
    unit: "days",
    min: 7,
    max: 90,
    fallback: 30,
    tighter: "lower",
  }),
} as const;

const payouts = {
  approvalExpiryDays: int({
    area: "payouts",
    label: "Approval expiry",
    about: "Days until a payout nobody decided expires.",
    outside: "An undecided payout expires after 1 to 30 days.",
    unit: "days",
    min: 1,
    max: 30,
    fallback: 7,
    tighter: "lower",
  }),
  twoApproverFromPaise: paise({
    area: "payouts",
    label: "Two approvers from",
    about: "From this amount on, two people must approve a payout.",
    outside: "The amount from which two people approve lies between ₹0 and ₹10,00,000.",
    min: "0",
    max: "100000000",
    fallback: "50000000",
    tighter: "lower",
  }),
  payoutMaxPaise: paise({
    area: "payouts",
    label: "Largest payout",
    about: "No single payout may be larger.",
    outside: "The largest payout lies between ₹1 and ₹10,00,00,000.",
    min: "100",
    max: "10000000000",
    fallback: "1000000000",
    tighter: "lower",
  }),
  coolOffHours: int({
    area: "payouts",
    label: "Cool-off of a new beneficiary",
    about: "Hours a new beneficiary waits before money goes out without a look.",
    outside: "The cool-off lasts 0 to 240 hours.",
    unit: "hours",
    min: 0,
    max: 240,
    fallback: 24,
    tighter: "higher",
  }),
  reserveUsdCents: int({
    area: "payouts",
    label: "Reserve",
    about: "What each account keeps, in US cents.",
    outside: "The reserve lies between $0 and $10,00,000.",
    unit: "US cents",
    min: 0,
    max: 100_000_000,
    fallback: 10_000,
    tighter: "higher",
  }),
  duplicateMinutes: int({
    area: "payouts",
    label: "Duplicate window",
    about: "Within this long the same amount to the same beneficiary counts as a duplicate.",
    outside: "The duplicate window lasts 0 to 1440 minutes.",
    unit: "minutes",
    min: 0,
    max: 1440,
    fallback: 10,
    tighter: "higher",
  }),
} as const;

const risk = {
  velocityPayoutsMax: int({
    area: "risk",
    label: "Payouts a day",
    about: "Payouts per account in 24 hours before the next is held for a look.",
    outside: "Between 1 and 10,000 payouts a day pass without a look.",
    unit: "payouts",
    min: 1,
    max: 10_000,
    fallback: 20,
    tighter: "lower",
  }),
  unusualTenths: int({
    area: "risk",
    label: "Unusual amount",
    about: "Times the account's usual payout that counts as far above it, in tenths: 30 is three times.",
    outside: "An amount is unusual from 1.1 to 100 times the usual one.",
    unit: "tenths",
    min: 11,
    max: 1000,
    fallback: 30,
    tighter: "lower",
  }),
} as const;

export const policyDefinitions = { ...sessions, ...factors, ...passwords, ...people, ...services, ...limits, ...payouts, ...risk } as const satisfies Record<
  string,
  PolicyDefinition
>;

export type SettingName = keyof typeof policyDefinitions;
type ValueOf<D extends PolicyDefinition> = D["kind"] extends "int" ? number : D["kind"] extends "switch" ? boolean : string;
export type SettingValue<N extends SettingName> = ValueOf<(typeof policyDefinitions)[N]>;
export const settingNames = Object.keys(policyDefinitions) as SettingName[];

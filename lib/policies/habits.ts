import { int } from "./words.ts";

/** What counts as unusual of a person; nobody is refused for it, the security admins are told. */
export const habits = {
  deskHourFrom: int({
    area: "people",
    label: "Desk opens",
    about: "Weighty acts before this hour of the day (IST) are told to the security admins, until a person's own habits are known.",
    outside: "The desk opens between 5 and 11 o'clock: earlier, and night work is told to nobody; later, and the morning is.",
    unit: "h IST",
    min: 5,
    max: 11,
    fallback: 8,
    tighter: "higher",
  }),
  deskHourUntil: int({
    area: "people",
    label: "Desk closes",
    about: "Weighty acts from this hour of the day (IST) on are told to the security admins, until a person's own habits are known.",
    outside: "The desk closes between 16 and 23 o'clock: earlier, and the afternoon is told; later, and night work is told to nobody.",
    unit: "h IST",
    min: 16,
    max: 23,
    fallback: 21,
    tighter: "lower",
  }),
  massRevealAbove: int({
    area: "people",
    label: "Mass reveal above",
    about: "More revealed values than this within an hour are told to the security admins as a mass reveal.",
    outside: "A mass reveal begins between 5 and 100 values: fewer are a day's work, more are a customer list.",
    unit: "values",
    min: 5,
    max: 100,
    fallback: 12,
    tighter: "lower",
  }),
  massExportAbove: int({
    area: "people",
    label: "Mass export above",
    about: "More exports than this within an hour are told to the security admins as a mass export.",
    outside: "A mass export begins between 2 and 50 files: fewer are a day's work, more are a copy of the desk.",
    unit: "files",
    min: 2,
    max: 50,
    fallback: 5,
    tighter: "lower",
  }),
} as const;

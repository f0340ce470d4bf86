import * as z from "zod/mini";
import { AppError } from "./errors.ts";

declare const paiseBrand: unique symbol;

/** Indian money in minor units (1 ₹ = 100 paise), always an exact bigint. */
export type Paise = bigint & { readonly [paiseBrand]: true };

/** Upper bound of any single amount or balance: ₹10,00,00,00,00,000 (10^14 paise), far inside int8. */
export const paiseMax = 100_000_000_000_000n as Paise;

/** Brands a bigint as paise; throws `internal` outside ±10^14. */
export function paise(value: bigint): Paise {
  if (value > paiseMax || value < 0n - paiseMax) throw new AppError("internal", "money_out_of_range", "The amount is out of range.");
  return value as Paise;
}

export const zeroPaise = 0n as Paise;

export function addPaise(...values: Paise[]): Paise {
  return paise(values.reduce<bigint>((sum, value) => sum + value, 0n));
}

export function subtractPaise(from: Paise, value: Paise): Paise {
  return paise(from - value);
}

/** Wire form is a decimal string of paise ("42500000"); numbers are refused so no float can slip in. */
export const paiseWire = z.pipe(
  z.string().check(z.regex(/^-?(0|[1-9]\d{0,14})$/, "an amount is a decimal string of paise")),
  z.transform((text) => paise(BigInt(text))),
);

/** The same text left as text: what answers carry, so that every output contract is plain JSON. */
export const paiseText = z.string().check(z.regex(/^-?(0|[1-9]\d{0,14})$/));

/** A positive amount that a person or service asks for, ≥ ₹1.00 as the gateway requires. */
export const askedPaiseWire = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{2,13}$/, "an amount is a decimal string of at least 100 paise")),
  z.transform((text) => paise(BigInt(text))),
);

export function toPaiseWire(value: Paise): string {
  return value.toString();
}

/** Parses what a person typed in rupees ("1,000", "₹4,25,000.50") to paise; null when it is not an amount. */
export function parseRupees(text: string): Paise | null {
  const cleaned = text.replace(/[\s,₹]/g, "");
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(cleaned);
  if (!match) return null;
  return paise(BigInt(match[1] ?? "0") * 100n + BigInt((match[2] ?? "").padEnd(2, "0") || "0"));
}

/** Parses the gateway's decimal rupees (lexeme such as "10", "10.5", "170.00") exactly; throws on more than 2 decimals. */
export function parseGatewayRupees(lexeme: string): Paise {
  const match = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(lexeme.trim());
  const decimals = (match?.[3] ?? "").replace(/0+$/, "");
  if (!match || decimals.length > 2) throw new AppError("bad_gateway", "gateway_amount", "The gateway sent an amount that is not rupees with two decimals.");
  const magnitude = BigInt(match[2] ?? "0") * 100n + BigInt(decimals.padEnd(2, "0"));
  return paise(match[1] === "-" ? 0n - magnitude : magnitude);
}

/** Decimal rupees with exactly two places and no grouping ("1000.00"), as gateways and CSV want them. */
export function toRupeesDecimal(value: Paise): string {
  const magnitude = value < 0n ? 0n - value : value;
  return `${value < 0n ? "-" : ""}${magnitude / 100n}.${(magnitude % 100n).toString().padStart(2, "0")}`;
}

/** "₹4,25,000.00": Indian grouping, paise always, U+2212 for minus. */
export function formatPaise(value: Paise): string {
  const magnitude = value < 0n ? 0n - value : value;
  const rupees = (magnitude / 100n).toString();
  const head = rupees.length > 3 ? rupees.slice(0, -3).replace(/\B(?=(\d{2})+$)/g, ",") + "," : "";
  const grouped = `${head}${rupees.slice(-3)}.${(magnitude % 100n).toString().padStart(2, "0")}`;
  return `${value < 0n ? "\u2212" : ""}₹${grouped}`;
}

/** "₹4,25,000" when there are no paise, else as `formatPaise`: for buttons and sentences. */
export function formatPaiseShort(value: Paise): string {
  return formatPaise(value).replace(/\.00$/, "");
}

/** As `formatPaiseShort`, for the amounts of one sentence: where one of them has paise, all are written with theirs. */
export function formatPaiseAlike<const Values extends readonly Paise[]>(...values: Values): { [At in keyof Values]: string } {
  const format = values.every((value) => value % 100n === 0n) ? formatPaiseShort : formatPaise;
  return values.map((value) => format(value)) as { [At in keyof Values]: string };
}

// JSON whose numbers keep their digits: amounts and 19-digit ids never pass through a float.
import { isLosslessNumber, LosslessNumber, parse, stringify } from "lossless-json";
import * as z from "zod/mini";
import { parseGatewayRupees, toRupeesDecimal, type Paise } from "@/lib/money";
import { parseInstant } from "@/lib/time";

/** Parses JSON losslessly; null when it is not JSON (a byte-order mark, truncation, HTML, duplicate keys). */
export function parseJson(text: string): { value: unknown } | null {
  try {
    return { value: parse(text) };
  } catch {
    return null;
  }
}

/** JSON text in which a `LosslessNumber` keeps its lexeme. */
export function toJson(value: unknown): string {
  return stringify(value) ?? "null";
}

/** An amount as the JSON number the official SDKs send: 10, 10.5, 10.25; never 10.00. */
export function rupeesNumber(value: Paise): LosslessNumber {
  return new LosslessNumber(toRupeesDecimal(value).replace(/\.00$|0$/, ""));
}

/** An amount with its trailing zeros (1.00), as the gateway's webhook bodies carry it. */
export function rupeesNumberPadded(value: Paise): LosslessNumber {
  return new LosslessNumber(toRupeesDecimal(value));
}

/** A JSON string or number as text, digits untouched: the gateway uses either for the same member. */
export const lexeme = z.pipe(
  z.union([z.string(), z.custom<LosslessNumber>((value) => isLosslessNumber(value))]),
  z.transform((value) => value.toString()),
);

/** Like `lexeme`, but absent, null, "", "NA" and "null" are all null: the gateway spells nothing in five ways. */
export const lexemeOrNull = z.pipe(
  z.nullish(lexeme),
  z.transform((text) => (text === undefined || text === null || text === "" || text === "NA" || text === "null" ? null : text)),
);

export const rupees = z.pipe(
  lexeme,
  z.transform((text, context): Paise => {
    try {
      return parseGatewayRupees(text);
    } catch {
      context.issues.push({ code: "custom", message: "not an amount in rupees", input: text });
      return z.NEVER;
    }
  }),
);

export const rupeesOrNull = z.pipe(
  z.nullish(rupees),
  z.transform((value) => value ?? null),
);

export const instantOrNull = z.pipe(
  lexemeOrNull,
  z.transform((text) => (text === null ? null : parseInstant(text))),
);

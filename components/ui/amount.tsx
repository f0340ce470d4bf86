import { formatPaise, paise, type Paise } from "@/lib/money";
import { cx } from "./class-names.ts";

export type AmountProps = {
  /** Paise, or the wire's decimal string of paise. Null draws a dash: not known, which is not zero. */
  value: Paise | string | null | undefined;
  /** "always" writes + before money in, for lists of movements. */
  sign?: "auto" | "always";
  tone?: "ink" | "quiet" | "failed";
  /** In the columns of a balance, nothing is a dash that keeps quiet; a total is always written out. */
  zero?: "dash";
  className?: string;
};

const tones = { ink: "", quiet: "text-ink-3", failed: "text-failed" } as const;

/** "₹4,25,000.00" from paise or the wire, with U+2212 for minus and, when asked, a plus. */
export function amountText(value: Paise | string, sign: "auto" | "always" = "auto"): string {
  const amount = typeof value === "string" ? paise(BigInt(value)) : value;
  return `${sign === "always" && amount > 0n ? "+" : ""}${formatPaise(amount)}`;
}

/** Money on screen: Indian grouping, paise always, tabular figures. Right-align by the column it stands in. */
export function Amount({ value, sign = "auto", tone = "ink", zero, className }: AmountProps) {
  if (value === null || value === undefined)
    return (
      <span className={cx("text-ink-3", className)} aria-label="not known">
        —
      </span>
    );
  if (zero === "dash" && BigInt(value) === 0n) return <Nil />;
  return <span className={cx("num", tones[tone], className)}>{amountText(value, sign)}</span>;
}

/** A nought that says nothing: a dash to the eye, "nil" to a screen reader. */
export function Nil() {
  return (
    <span className="text-ink-3">
      <span aria-hidden>–</span>
      <span className="sr-only">nil</span>
    </span>
  );
}

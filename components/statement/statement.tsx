import type { ReactNode } from "react";
import { cx } from "@/components/ui/class-names.ts";

export type Fact = { label: string; value: ReactNode; /** Takes the whole width, for long values. */ wide?: boolean };

export type StatementProps = {
  /** What kind of thing is asked: "Payout request", "Restart of payouts". */
  kind: string;
  /** Its reference, usually <Ref>. */
  reference?: ReactNode;
  /** The state it is in, usually <StatusBadge>. */
  status?: ReactNode;
  /** The large line: how much ("₹4,25,000.00"), or what. */
  headline: ReactNode;
  /** To whom, by which rail: the line under it. */
  to?: ReactNode;
  /** What it leaves behind: balance, holds and reserve after. */
  leaves?: ReactNode;
  /** What exactly is signed: facts that do not change by themselves. */
  facts: readonly Fact[];
  /** What moves by itself and is not signed: balances, risk reasons, what happens next. */
  aside?: ReactNode;
  asideLabel?: string;
  /** <SignatureLine> for everyone who has signed or must. */
  lines?: ReactNode;
  /** Ids and versions the signatures are bound to as well: for machines and auditors, so below the lines. */
  references?: readonly Fact[];
  /** <Seal> once recorded. */
  seal?: ReactNode;
  headingLevel?: 2 | 3;
};

/** The sheet on which two people agree: what is asked, to whom, how much, what it leaves, and the signatures at its foot. */
export function Statement({
  kind,
  reference,
  status,
  headline,
  to,
  leaves,
  facts,
  aside,
  asideLabel = "Beside it, not signed",
  lines,
  references = [],
  seal,
  headingLevel = 2,
}: StatementProps) {
  const Heading = headingLevel === 2 ? "h2" : "h3";
  return (
    <article className="sheet border-t-2 border-ink" aria-label={kind}>
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line py-2 text-12 text-ink-3">
        <span className="font-medium text-ink-2">{kind}</span>
        {reference}
      </header>
      <div className="grid gap-1 pt-4 pb-4">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <Heading className="num text-28 font-medium tracking-tight">{headline}</Heading>
          {status === undefined ? null : <div className="text-13">{status}</div>}
        </div>
        {to === undefined ? null : <p className="text-14 text-ink-2">{to}</p>}
        {leaves === undefined ? null : <p className="mt-2 text-13">{leaves}</p>}
      </div>
      <FactList facts={facts} />
      {aside === undefined ? null : (
        <section aria-label={asideLabel} className="sheet-block mt-4 border-l-2 border-line-2 py-0.5 pl-4">
          <h3 className="eyebrow">{asideLabel}</h3>
          <div className="mt-1.5 grid gap-1.5 text-13">{aside}</div>
        </section>
      )}
      {lines === undefined ? null : (
        <ol aria-label="Signatures" className="mt-4 grid gap-1">
          {lines}
        </ol>
      )}
      {references.length === 0 ? null : (
        <section aria-label="References" className="sheet-block mt-5">
          <h3 className="eyebrow pb-1">Also bound by every signature</h3>
          <FactList facts={references} label="References" />
        </section>
      )}
      {seal === undefined ? null : <footer className="mt-5">{seal}</footer>}
    </article>
  );
}

/** Labels and values between hairlines, two abreast where there is room; `dense` where all of them must be seen at once. */
export function FactList({ facts, label = "Facts", dense = false }: { facts: readonly Fact[]; label?: string; dense?: boolean }) {
  return (
    <div className="@container border-t border-line text-13">
      <dl aria-label={label} className={cx("grid", dense ? "grid-cols-2 gap-x-4 @md:gap-x-6" : "gap-x-6 @md:grid-cols-2")}>
        {facts.map((fact) => (
          <div key={fact.label} className={cx("items-baseline border-b border-line", dense ? "py-1" : "py-1.5", fact.wide ? wideRow(dense) : "flex justify-between gap-x-3")}>
            <dt className={cx("text-ink-3", dense && !fact.wide ? "min-w-0" : "flex-none")}>{fact.label}</dt>
            <dd className={cx(dense && !fact.wide ? "flex-none" : "min-w-0 break-words", !fact.wide && "text-end")}>{fact.value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function wideRow(dense: boolean): string {
  return dense
    ? "col-span-2 grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-2 @md:gap-x-3 @md:grid-cols-[7.5rem_minmax(0,1fr)]"
    : "grid gap-x-3 @sm:grid-cols-[7.5rem_minmax(0,1fr)] @md:col-span-2";
}

import type { Fact } from "@/components/statement";
import { Amount } from "@/components/ui/amount.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import type { StatementFact } from "@/lib/payouts/contract";

type Shown = {
  /** Ids whole where they are signed; where they are read short, and copied whole. */
  ids: "whole" | "short";
  /** The payee's name as this reader may see it; the signed fact is its mask, bound to the beneficiary's id and destination. */
  payee?: string;
  /** The paying account's name, which stands beside its signed id where that is signed. */
  account?: string;
};

/** What a person can judge; everything else only pins down which record it was. */
const judged = new Set(["payee", "destination", "ifsc", "amount", "fee", "purpose"]);

/** What is signed, line by line. */
export function statementFacts(facts: readonly StatementFact[], shown: Shown): Fact[] {
  const drawn = facts.map((fact) => ({
    label: fact.label,
    value: <Value fact={fact} shown={shown} />,
    wide: fact.form === "hash" || fact.key === "purpose" || fact.key === "payee" || (fact.form === "id" && shown.ids === "whole"),
  }));
  // The payee first, then two abreast, so that no line stands half empty.
  const [first, ...rest] = drawn;
  return [...(first === undefined ? [] : [first]), ...rest.filter((fact) => !fact.wide), ...rest.filter((fact) => fact.wide)];
}

/** The same facts in two parts: for the eye, and for the record. */
export function partedFacts(facts: readonly StatementFact[], shown: Shown): { facts: Fact[]; references: Fact[] } {
  return {
    facts: statementFacts(
      facts.filter((fact) => judged.has(fact.key)),
      shown,
    ),
    references: referenceFacts(
      facts.filter((fact) => !judged.has(fact.key)),
      shown,
    ),
  };
}

function referenceFacts(facts: readonly StatementFact[], { account }: Shown): Fact[] {
  const shown: Shown = account === undefined ? { ids: "short" } : { ids: "short", account };
  const drawn = facts.map((fact) => ({ label: fact.label, value: <Value fact={fact} shown={shown} />, wide: fact.form === "hash" || fact.key === "account" }));
  return [...drawn.filter((fact) => !fact.wide), ...drawn.filter((fact) => fact.wide)];
}

function Value({ fact, shown }: { fact: StatementFact; shown: Shown }) {
  if (fact.form === "paise") return <Amount value={fact.value} />;
  if (fact.key === "payee" && shown.payee !== undefined && shown.payee !== fact.value)
    return (
      <>
        <span className="font-medium">{shown.payee}</span> <span className="text-ink-3">written in the signed text as {fact.value}</span>
      </>
    );
  if (fact.form === "text") return fact.value;
  if (fact.key === "account" && shown.account !== undefined)
    return (
      <>
        <span className="font-medium">{shown.account}</span>{" "}
        <span className="text-ink-3">
          signed as <Id fact={fact} ids={shown.ids} />
        </span>
      </>
    );
  return <Id fact={fact} ids={shown.ids} />;
}

function Id({ fact, ids }: { fact: StatementFact; ids: Shown["ids"] }) {
  if (ids === "whole") return <span className="ref break-all max-sm:tracking-tighter">{fact.value}</span>;
  return <Ref value={fact.value} label={fact.label.toLowerCase()} short />;
}

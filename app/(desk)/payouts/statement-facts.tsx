import type { Fact } from "@/components/statement";
import { Amount } from "@/components/ui/amount.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import type { StatementFact } from "@/lib/payouts/contract";

/** What is signed, line by line: whole where it is signed, ids short where it is read. Copying always gives all of it. */
export function statementFacts(facts: readonly StatementFact[], ids: "whole" | "short"): Fact[] {
  const drawn = facts.map((fact) => ({
    label: fact.label,
    value: <Value fact={fact} short={ids === "short"} />,
    wide: fact.form === "hash" || fact.key === "purpose" || (fact.form === "id" && ids === "whole"),
  }));
  // Two abreast first, so that no line stands half empty.
  return [...drawn.filter((fact) => !fact.wide), ...drawn.filter((fact) => fact.wide)];
}

function Value({ fact, short }: { fact: StatementFact; short: boolean }) {
  if (fact.form === "paise") return <Amount value={fact.value} />;
  if (fact.form === "text") return fact.value;
  return <Ref value={fact.value} label={fact.label.toLowerCase()} short={short} />;
}

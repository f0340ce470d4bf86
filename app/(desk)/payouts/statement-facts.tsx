import type { Fact } from "@/components/statement";
import { Amount } from "@/components/ui/amount.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import type { StatementFact } from "@/lib/payouts/contract";

/** What is signed, line by line; ids and hashes in mono and whole when copied. */
export function statementFacts(facts: readonly StatementFact[]): Fact[] {
  return facts.map((fact) => ({ label: fact.label, value: <Value fact={fact} />, ...(fact.form === "id" || fact.form === "hash" || fact.key === "purpose" ? { wide: true } : {}) }));
}

function Value({ fact }: { fact: StatementFact }) {
  if (fact.form === "paise") return <Amount value={fact.value} />;
  if (fact.form === "text") return fact.value;
  return <Ref value={fact.value} label={fact.label.toLowerCase()} />;
}

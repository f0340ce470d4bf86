import { FactList } from "@/components/statement";
import { formatPaise, paise } from "@/lib/money";
import type { StatementFact } from "@/lib/payouts/contract";

const plain = (fact: StatementFact | undefined): string => (fact === undefined ? "nothing" : fact.form === "paise" ? formatPaise(paise(BigInt(fact.value))) : fact.value);

/** The facts that differ between what the person read and what stands now. */
export function WhatChanged({ before, after }: { before: readonly StatementFact[]; after: readonly StatementFact[] }) {
  const keys = [...new Set([...before, ...after].map((fact) => fact.key))];
  const changed = keys
    .map((key) => ({ was: before.find((fact) => fact.key === key), is: after.find((fact) => fact.key === key) }))
    .filter(({ was, is }) => was?.value !== is?.value);
  if (changed.length === 0) return null;
  return (
    <FactList
      label="What changed"
      facts={changed.map(({ was, is }) => ({
        label: (is ?? was)?.label ?? "",
        value: (
          <>
            <del className="text-ink-3">{plain(was)}</del> <ins className="no-underline">{plain(is)}</ins>
          </>
        ),
        wide: true,
      }))}
    />
  );
}

"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "@/components/shell/problem.tsx";
import { Section } from "@/components/shell/page.tsx";
import { pluralText } from "@/components/ui/count.ts";
import { Time } from "@/components/ui/time.tsx";
import { pathIds, paths as allPaths } from "@/lib/access";
import { pathsQuery } from "@/lib/users/client";
import type { Paths } from "@/lib/users/contract";
import { AsOf } from "./as-of.tsx";

/** The solver's answer: nobody, or who and how; and which two could together. */
export function MoneyPaths({ initial }: { initial: Paths }) {
  const [at, setAt] = useState<string | null>(null);
  const query = useQuery({ ...pathsQuery(at), ...(at === null ? { initialData: initial } : {}), placeholderData: (before: Paths | undefined) => before });
  const found = query.data ?? initial;
  return (
    <div className="grid max-w-240 gap-2" aria-busy={query.isFetching}>
      <AsOf at={at} onAt={setAt} />
      <Problem error={query.error} />
      <section aria-label="Who can move money alone?" className="border-t-2 border-ink pt-4">
        {found.solo.length === 0 ? (
          <p className="text-28 font-medium tracking-tight">Nobody.</p>
        ) : (
          <p className="text-28 font-medium tracking-tight text-failed">{pluralText(new Set(found.solo.map(({ people }) => people[0]?.id)).size, "person", "people")}.</p>
        )}
        <p className="pt-1 text-13 text-ink-2">
          {found.solo.length === 0 ? "No single person holds every step of any way money could take" : "Each of them stands on every step of a way money could take"}:{" "}
          {pluralText(found.people, "person", "people")} with a role, {pathIds.length} ways, as of <Time at={found.at} />.
        </p>
        {found.solo.length === 0 ? null : (
          <ul className="grid gap-1.5 pt-3 text-13">
            {found.solo.map((open) => (
              <li key={open.sentence}>{open.sentence}</li>
            ))}
          </ul>
        )}
      </section>
      <Section title="Two together" note={pluralText(found.pairs.length, "pair")}>
        <p className="prose-width pb-2 text-13 text-ink-2">
          Two people who agree can always do more than one. These are the pairs to keep apart in shifts, holidays and line of report.
        </p>
        {pathIds.map((path) => {
          const pairs = found.pairs.filter((open) => open.path === path);
          return pairs.length === 0 ? null : (
            <details key={path} className="border-t border-line py-2 text-13">
              <summary className="cursor-pointer">
                <span className="font-medium">{allPaths[path].label}</span> <span className="text-ink-3">{pluralText(pairs.length, "pair")}</span>
              </summary>
              <ul className="grid gap-1 pt-2 pl-4 text-ink-2">
                {pairs.map((open) => (
                  <li key={open.people.map(({ id }) => id).join(" ")}>{open.sentence}</li>
                ))}
              </ul>
            </details>
          );
        })}
      </Section>
    </div>
  );
}

"use client";
import type { Route } from "next";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { Page } from "@/components/shell/page.tsx";
import type { SelectOption } from "@/components/ui/select.tsx";
import { intoView } from "@/components/ui/into-view.ts";
import { TabScroller } from "@/components/ui/tab-scroller.tsx";
import type { Paths, Report } from "@/lib/users/contract";
import { AccessReportView } from "./access-report-view.tsx";
import { MatrixView } from "./matrix-view.tsx";
import { MoneyPaths } from "./money-paths.tsx";
import { TryChange } from "./try-change.tsx";

const tabs = [
  { id: "matrix", label: "What each role may do" },
  { id: "money", label: "Who can move money alone?" },
  { id: "try", label: "What would change for whom" },
  { id: "as-of", label: "Who held what" },
] as const;

type Props = { paths: Paths; report: Report; people: readonly SelectOption[] };

/** Roles from four sides: the matrix, the solver's answer, a change tried out, and the report of any day. */
export function RolesView({ paths, report, people }: Props) {
  const asked = useSearchParams().get("tab");
  const shown = tabs.filter((tab) => tab.id !== "try" || people.length > 0);
  const here = shown.find((tab) => tab.id === asked)?.id ?? "matrix";
  return (
    <Page
      title="Roles"
      lead="Roles are fixed; who holds one with a part in moving money is decided by two. No role, and no combination that is allowed, lets one person move money alone."
    >
      <TabScroller as="nav" label="Views">
        {shown.map((tab) => (
          <Link
            key={tab.id}
            href={(tab.id === "matrix" ? "/roles" : `/roles?tab=${tab.id}`) as Route}
            ref={tab.id === here ? intoView : undefined}
            aria-current={tab.id === here ? "page" : undefined}
            className="flex h-9 items-center border-b-2 border-transparent text-13 whitespace-nowrap text-ink-2 no-underline -outline-offset-2 hover:text-ink aria-[current=page]:border-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
          >
            {tab.label}
          </Link>
        ))}
      </TabScroller>
      {here === "matrix" ? <MatrixView /> : null}
      {here === "money" ? <MoneyPaths initial={paths} /> : null}
      {here === "try" ? <TryChange people={people} /> : null}
      {here === "as-of" ? <AccessReportView initial={report} /> : null}
    </Page>
  );
}

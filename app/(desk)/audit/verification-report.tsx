"use client";
import { CircleCheck, CircleHelp, OctagonX } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { Statement, type Fact } from "@/components/statement";
import { countText, pluralText } from "@/components/ui/count.ts";
import { useNow } from "@/components/ui/now.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { sentenceText } from "@/components/ui/sentence.ts";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import type { VerifyReport } from "@/lib/audit/contract";
import { auditHref } from "./audit-looks.ts";
import { ownRowWords } from "./trail-words.ts";

const looks: StatusLooks<VerifyReport["outcome"]> = {
  good: { label: "Good", tone: "settled", icon: CircleCheck },
  tampered: { label: "Tampered", tone: "failed", icon: OctagonX },
  unchecked: { label: "Could not check", tone: "waiting", icon: CircleHelp },
};

const headlines: Record<VerifyReport["outcome"], string> = {
  good: "The trail is whole",
  tampered: "The trail was changed",
  unchecked: "The trail could not be checked",
};

/** What a verification found, which head it used, and, beside it, what it could not prove. */
export function VerificationReport({ report }: { report: VerifyReport }) {
  const now = useNow();
  return (
    <div className="grid gap-6">
      <Statement
        kind="Verification of the trail"
        reference={<Time at={report.checkedAt} />}
        status={<StatusBadge status={report.outcome} looks={looks} />}
        headline={<span className="text-20 whitespace-normal">{headlines[report.outcome]}</span>}
        to={report.problemsTotal === 0 ? "Nothing that it covers was changed, cut, swapped or added." : `${pluralText(report.problemsTotal, "problem")} found.`}
        leaves={
          <>
            {ownRowWords(report)}{" "}
            <Link className="link" href={auditHref({ verb: "audit.verify" }) as Route}>
              Every verification
            </Link>
          </>
        }
        facts={factsOf(report)}
        aside={
          <ul className="grid list-disc gap-1.5 pl-4">
            {report.notProven.map((sentence) => (
              <li key={sentence}>{sentenceText(sentence, now)}</li>
            ))}
          </ul>
        }
        asideLabel="What this could not prove"
        headingLevel={3}
      />
      {report.problems.length === 0 ? null : (
        <section className="grid gap-2">
          <h3 className="text-14 font-semibold">Problems{report.problems.length < report.problemsTotal ? ` (first ${report.problems.length})` : ""}</h3>
          <ol className="grid gap-2 text-13">
            {report.problems.map((problem) => (
              <li key={`${problem.code}${problem.position ?? ""}${problem.auditId ?? ""}${problem.sentence}`} className="border-l-2 border-failed pl-3">
                {problem.sentence}
                <span className="ref block text-ink-3">
                  {problem.code}
                  {problem.position === null ? "" : ` · position ${problem.position}`}
                  {problem.auditId === null ? "" : ` · row ${problem.auditId}`}
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section className="grid gap-2 text-13">
        <h3 className="text-14 font-semibold">In words</h3>
        {report.sentences.map((sentence) => (
          <p key={sentence} className="break-words text-ink-2">
            {sentenceText(sentence, now)}
          </p>
        ))}
      </section>
      <section className="grid gap-2 text-13">
        <h3 className="text-14 font-semibold">Without this desk</h3>
        <p className="text-ink-2">The same check runs from a terminal, with a head that you kept yourself:</p>
        <p className="flex flex-wrap gap-x-2">
          <Ref value="npm run audit:verify -- --head FILE" label="command" />
        </p>
        <p className="text-ink-3">It ends with 0 when the trail is good, 2 when it was tampered with, 3 when it could not be checked.</p>
      </section>
    </div>
  );
}

function factsOf(report: VerifyReport): Fact[] {
  const { head } = report;
  const rows = (text: string) => <span className="num">{countText(Number(text))}</span>;
  return [
    ...(head === null
      ? []
      : [
          {
            label: "Head used",
            value: (
              <>
                <span className="num">{countText(Number(head.size))}</span> rows, signed <Time at={head.signedAt} phrase />
              </>
            ),
            wide: true,
          },
          { label: "From", value: <span className="ref break-all">{head.source}</span>, wide: true },
          { label: "Signed by key", value: <Ref value={head.keyId} label="key id" />, wide: true },
          { label: "Root", value: <Ref value={head.root} label="root" />, wide: true },
        ]),
    { label: "Rows it covers", value: rows(report.covered) },
    { label: "Sealed after it", value: rows(report.sealedAfter) },
    { label: "Not sealed yet", value: rows(report.unsealed) },
    { label: "MACs", value: report.macsChecked ? "checked" : "not checked" },
  ];
}

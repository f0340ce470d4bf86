"use client";
import { CircleAlert, Signature } from "lucide-react";
import { FactList } from "@/components/statement";
import { Amount } from "@/components/ui/amount.tsx";
import { cx } from "@/components/ui/class-names.ts";
import { useReader } from "@/components/ui/sentence.ts";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { railLabels, type PayoutPreview } from "@/lib/payouts/contract";
import { leavesWords, underReserve } from "./headroom-words.ts";

type Props = { preview: PayoutPreview | undefined; asked: boolean; amountPaise: string | null; error: Error | null };

const minus = (value: string) => (value === "0" ? value : `-${value}`);

/** What the account has, what the request would leave, who must sign, and what would make it wait. */
export function Headroom({ preview, asked, amountPaise, error }: Props) {
  const read = useReader();
  const headroom = preview?.headroom ?? null;
  const approvals = preview === undefined ? null : signersOf(preview);
  return (
    <section aria-label="What it leaves" aria-live="polite" className="grid gap-4 text-13">
      <h2 className="text-14 font-semibold">What it leaves</h2>
      {!asked ? <p className="text-ink-2">Choose an account to see what it has, what is set aside and what it must keep.</p> : null}
      {asked && preview === undefined && error === null ? <SkeletonLines lines={5} label="Reading the account" /> : null}
      {error === null || preview !== undefined ? null : (
        <p role="alert" className="text-failed">
          {error.message}
        </p>
      )}
      {headroom === null ? null : <Arithmetic headroom={headroom} amountPaise={amountPaise} rail={preview?.rail ?? null} sentence={read.text(headroom.reserveSentence)} />}
      {approvals === null ? null : (
        <p className="grid grid-cols-[1rem_1fr] gap-2">
          <Signature size={15} aria-hidden className="mt-0.5 text-ink-3" />
          <span>{approvals.sentence}</span>
        </p>
      )}
      {preview?.warnings.map((warning) => (
        <p key={warning.code} className="grid grid-cols-[1rem_1fr] gap-2 border-l-2 border-waiting bg-waiting-wash py-2 pr-3 pl-3">
          <CircleAlert size={15} aria-hidden className="mt-0.5 text-waiting" />
          <span>
            {read.text(warning.sentence)} {warning.wayOut === undefined ? null : <span className="text-ink-2">{read.text(warning.wayOut)}</span>}
          </span>
        </p>
      ))}
    </section>
  );
}

/** Who must sign matters once it can be asked for. */
function signersOf({ approvals, failing }: PayoutPreview): PayoutPreview["approvals"] {
  return failing.length === 0 ? approvals : null;
}

/** The same in two sentences, for a window in which the whole stands below the button. */
export function HeadroomInShort({ preview }: { preview: PayoutPreview | undefined }) {
  const headroom = preview?.headroom ?? null;
  if (preview === undefined || headroom === null) return null;
  return (
    <p className={cx("pb-3 text-13 tabular-nums md:hidden", underReserve(headroom) ? "text-failed" : "text-ink-2")}>
      {leavesWords(headroom)} {signersOf(preview)?.sentence}
    </p>
  );
}

function Arithmetic({
  headroom,
  amountPaise,
  rail,
  sentence,
}: {
  headroom: NonNullable<PayoutPreview["headroom"]>;
  amountPaise: string | null;
  rail: PayoutPreview["rail"];
  sentence: string;
}) {
  return (
    <>
      <FactList
        label="Headroom"
        facts={[
          { label: "Balance", value: <Amount value={headroom.balancePaise} /> },
          { label: "Held for others", value: <Amount value={minus(headroom.heldPaise)} /> },
          { label: "Available", value: <Amount value={headroom.availablePaise} className="font-medium" /> },
          { label: "This payout", value: amountPaise === null ? <span className="text-ink-3">—</span> : <Amount value={minus(amountPaise)} /> },
          { label: "After", value: <Amount value={headroom.afterPaise} tone={underReserve(headroom) ? "failed" : "ink"} className="font-medium" /> },
          { label: "Reserve it keeps", value: <Amount value={headroom.reservePaise} /> },
          ...(rail === null ? [] : [{ label: "Rail", value: railLabels[rail] }]),
        ]}
      />
      <p className="text-12 text-ink-3">{sentence}</p>
    </>
  );
}

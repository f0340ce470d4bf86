"use client";
import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "@/components/ui/class-names.ts";
import { Time } from "@/components/ui/time.tsx";

export type SignatureLineProps = {
  /** What the signature is: "Maker", "First approver". */
  role: string;
} & (
  | { state: "signed"; name: string; at: string; by?: string | undefined }
  | { state: "refused"; name: string; at: string; by?: string | undefined }
  | { state: "yours"; children: ReactNode }
  | { state: "open"; who: string }
  | { state: "void"; why: string }
  | { state: "taken_off"; name: string; at: string; why: string }
);

/**
 * One line at the foot of a statement: signed (name, time, by which factor), refused, yours to sign now
 * (the button goes on the line), open (who can sign), no longer needed, or signed once and taken off since.
 */
export function SignatureLine(props: SignatureLineProps) {
  return (
    <li className="sheet-block grid grid-cols-[7rem_minmax(0,1fr)] sm:grid-cols-[7.5rem_minmax(0,1fr)] items-baseline gap-x-3 pt-3 text-13" data-signature={props.state}>
      <span className={cx("pb-1", props.state === "yours" ? "font-medium text-accent" : "text-ink-3")}>{props.role}</span>
      <SignatureInk {...props} />
    </li>
  );
}

function SignatureInk(props: SignatureLineProps) {
  if (props.state === "yours") return <div className="border-b border-accent pb-3">{props.children}</div>;
  if (props.state === "open") return <p className="border-b border-dashed border-control pb-1 text-ink-2">{props.who}</p>;
  if (props.state === "void") return <p className="border-b border-line pb-1 text-ink-3">{props.why}</p>;
  if (props.state === "taken_off")
    return (
      <p className="flex flex-wrap items-baseline gap-x-2 border-b border-line pb-1 text-ink-2">
        <span>
          <span className="line-through">{props.name}</span> {props.why}
        </span>
        <span className="ml-auto text-ink-3">
          signed <Time at={props.at} phrase />
        </span>
      </p>
    );
  const signed = props.state === "signed";
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 border-b border-ink pb-1">
      <span className="font-medium">{props.name}</span>
      <span className={cx("ml-auto inline-flex items-baseline gap-1.5", signed ? "text-settled" : "text-failed")}>
        {signed ? <Check size={14} strokeWidth={2.25} aria-hidden className="self-center" /> : <X size={14} strokeWidth={2.25} aria-hidden className="self-center" />}
        <span className={signed ? "sr-only" : undefined}>{signed ? "signed" : "refused"}</span>
        {props.by === undefined ? null : <span className="text-ink-3">{props.by}</span>}
        <Time at={props.at} />
      </span>
    </p>
  );
}

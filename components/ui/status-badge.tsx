import type { LucideIcon } from "lucide-react";
import { cx } from "./class-names.ts";

export const tones = ["settled", "moving", "waiting", "held", "failed", "stopped", "neutral"] as const;

/** settled = done · moving = on its way by itself · waiting = for a person · held = set aside or not known · failed · stopped by hand · neutral. */
export type Tone = (typeof tones)[number];

export type StatusLook = { label: string; tone: Tone; icon: LucideIcon };

/** What every list of statuses must give: one look for each, checked by the compiler. */
export type StatusLooks<Status extends string> = Record<Status, StatusLook>;

export const toneInk: Record<Tone, string> = {
  settled: "text-settled",
  moving: "text-moving",
  waiting: "text-waiting",
  held: "text-held",
  failed: "text-failed",
  stopped: "text-stopped bg-stopped-ground px-1.5 rounded-1",
  neutral: "text-neutral",
};

export type StatusBadgeProps<Status extends string> = {
  status: Status;
  looks: StatusLooks<Status>;
  /** A second, quieter piece: why ("reserve short ₹42,300", "1 of 2 signed"). */
  why?: string | undefined;
  className?: string;
};

/** A state as icon + word + tone: never colour alone, never a bubble. */
export function StatusBadge<Status extends string>({ status, looks, ...rest }: StatusBadgeProps<Status>) {
  return <LookBadge look={looks[status]} {...rest} />;
}

/** The same where what is shown does not come of one list of statuses. */
export function LookBadge({ look, why, className }: { look: StatusLook } & Pick<StatusBadgeProps<string>, "why" | "className">) {
  const Icon = look.icon;
  return (
    <span className={cx("inline-flex items-baseline gap-1.5 whitespace-nowrap", className)}>
      <span className={cx("inline-flex items-baseline gap-1.5 font-medium", toneInk[look.tone])}>
        <Icon size={14} strokeWidth={2} aria-hidden className="flex-none self-center" />
        {look.label}
      </span>
      {why === undefined ? null : <span className="text-ink-3">· {why}</span>}
    </span>
  );
}

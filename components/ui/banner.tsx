import { CircleAlert, FlaskConical, Info, OctagonX } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./class-names.ts";

export type BannerKind = "demo" | "info" | "degraded" | "stopped";

const looks = {
  demo: { icon: FlaskConical, ground: "bg-sunk text-ink-2 border-line border-b", mark: "text-ink-3" },
  info: { icon: Info, ground: "bg-accent-wash text-ink border-line border-b", mark: "text-accent" },
  degraded: { icon: CircleAlert, ground: "bg-waiting-wash text-ink border-line border-b", mark: "text-waiting" },
  stopped: { icon: OctagonX, ground: "bg-stopped-ground text-stopped-ink border-stopped border-b-2", mark: "text-stopped" },
} as const;

export type BannerProps = {
  kind: BannerKind;
  /** The fact in a few words ("Payouts are stopped"). */
  title: string;
  /** Who, when, why, and what it means for the reader. */
  children?: ReactNode;
  /** One link or button at the end. */
  act?: ReactNode;
  className?: string;
};

/** A condition of the whole desk or page that stays until it ends. Stopped is black in both themes, with a red rule where the page is dark too. */
export function Banner({ kind, title, children, act, className }: BannerProps) {
  const look = looks[kind];
  const Icon = look.icon;
  return (
    <section
      role={kind === "stopped" ? "alert" : "status"}
      data-banner={kind}
      className={cx("flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-13", look.ground, className)}
    >
      <Icon size={16} aria-hidden className={cx("flex-none", look.mark)} />
      <p className="min-w-0 flex-1 basis-60">
        <strong className={cx("font-semibold", kind === "stopped" && "text-stopped")}>{title}</strong>
        {children === undefined ? null : <span> {children}</span>}
      </p>
      {act}
    </section>
  );
}

"use client";
import { Lock } from "lucide-react";
import Link from "next/link";
import { useId, type ComponentProps, type MouseEvent, type ReactNode } from "react";
import type { Reason } from "@/lib/errors";
import { cx } from "./class-names.ts";

/** A reason as policies give it or as it came over the wire. */
export type ShownReason = Omit<Reason, "wayOut"> & { wayOut?: string | undefined };

export type ButtonVariant = "primary" | "quiet" | "danger" | "bare";

export type ButtonProps = Omit<ComponentProps<"button">, "disabled" | "style"> & {
  variant?: ButtonVariant;
  size?: "normal" | "large";
  icon?: ReactNode;
  /** Every failing predicate; when non-empty the button stays focusable, does nothing, and lists them below itself. */
  reasons?: readonly ShownReason[] | undefined;
  /** While the act is on its way: pressing again does nothing. */
  busy?: boolean | undefined;
  wide?: boolean;
};

/** The one button. Its words say what will happen; when it may not happen, it says every reason and way out. */
export function Button({
  variant = "quiet",
  size = "normal",
  icon,
  reasons = [],
  busy = false,
  wide = false,
  className,
  onClick,
  children,
  type = "button",
  ...rest
}: ButtonProps) {
  const listId = useId();
  const refused = reasons.length > 0;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (refused || busy) event.preventDefault();
    else onClick?.(event);
  };
  const button = (
    <button
      {...rest}
      type={type}
      className={cx("btn", wide && "w-full", className)}
      data-variant={variant}
      data-size={size}
      aria-disabled={refused || busy || undefined}
      aria-busy={busy || undefined}
      aria-describedby={refused ? listId : rest["aria-describedby"]}
      onClick={press}
    >
      <Words icon={refused ? <Lock size={14} aria-hidden /> : icon}>{children}</Words>
    </button>
  );
  if (!refused) return button;
  return (
    <div data-refused className={cx("grid justify-items-start gap-2", wide && "w-full")}>
      {button}
      <ReasonList id={listId} reasons={reasons} />
    </div>
  );
}

/** The icon stands in the line of the first word, so that it stays with it where the words take two lines. */
function Words({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <span className="btn-words">
      {icon === undefined ? null : <span className="btn-icon">{icon}</span>}
      {children}
    </span>
  );
}

/** Failing predicates in plain words, each with its way out. */
export function ReasonList({ reasons, id }: { reasons: readonly ShownReason[]; id?: string }) {
  return (
    <ul id={id} className="grid gap-1.5 text-13">
      {reasons.map((reason) => (
        <li key={`${reason.code} ${reason.sentence}`} className="grid grid-cols-[0.75rem_1fr] text-ink-2">
          <span aria-hidden className="text-failed">
            ·
          </span>
          <span>
            <span className="text-ink">{reason.sentence}</span>
            {reason.wayOut === undefined ? null : <> {reason.wayOut}</>}
          </span>
        </li>
      ))}
    </ul>
  );
}

export type ButtonLinkProps = Omit<ComponentProps<typeof Link>, "style"> & { variant?: ButtonVariant; size?: "normal" | "large"; icon?: ReactNode };

/** A link that looks like a button: for going somewhere, never for changing something. */
export function ButtonLink({ variant = "quiet", size = "normal", icon, className, children, ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={cx("btn", className)} data-variant={variant} data-size={size}>
      <Words icon={icon}>{children}</Words>
    </Link>
  );
}

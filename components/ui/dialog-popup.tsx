"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useRef } from "react";
import { useBackGuard } from "./back-guard.ts";
import { cx } from "./class-names.ts";
import type { DialogProps } from "./dialog.tsx";

/** The part of Dialog that needs the library; imported lazily by it. */
export function DialogPopup({ open, onOpenChange, title, description, children, footer, width = "normal", above = false, keep = false }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const backTried = useBackGuard(open && keep);
  return (
    <Base.Root
      open={open}
      onOpenChange={(next, details) => {
        // A question of the shell may stand above this dialog; answering it is no press outside.
        if (!next && (keep || (popup.current !== null && elsewhere(details.event, popup.current)))) details.cancel();
        else onOpenChange(next);
      }}
    >
      <Base.Portal>
        {/* As high as a dialog itself, so that one opened later also stands before an earlier one. */}
        <Base.Backdrop className="pop-in fixed inset-0 z-50 bg-scrim" />
        <Base.Popup
          ref={popup}
          initialFocus={(opened) => (opened === "touch" ? true : (body.current?.querySelector<HTMLElement>(fields) ?? true))}
          data-modal
          className={cx(
            "pop pop-in fixed z-50 flex flex-col",
            "inset-x-0 bottom-0 max-h-[92dvh] sm:inset-x-auto sm:bottom-auto sm:left-1/2 sm:-translate-x-1/2",
            above ? "sm:top-[20dvh] sm:max-h-[76dvh]" : "sm:top-[8dvh] sm:max-h-[84dvh]",
            // In a low window head and foot would leave no room to what is between them.
            "[@media(max-height:26rem)]:overflow-auto",
            width === "wide" ? "sm:w-160" : "sm:w-115",
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-16 font-semibold">{title}</Base.Title>
              {description === undefined ? null : <Base.Description className="mt-0.5 text-13 text-ink-2">{description}</Base.Description>}
            </div>
            {keep ? null : (
              <Base.Close aria-label="Close" className="-mr-1.5 grid size-8 flex-none place-items-center rounded-2 text-ink-3 hover:bg-sunk hover:text-ink">
                <X size={16} aria-hidden />
              </Base.Close>
            )}
          </header>
          <div ref={body} className="min-h-0 flex-1 overflow-auto px-5 pb-5 [@media(max-height:26rem)]:flex-none [@media(max-height:26rem)]:overflow-visible">
            {children}
          </div>
          {backTried ? (
            <p role="alert" className="flex-none px-5 pb-3 text-13 text-failed">
              Going back would lose what is shown here, for good. When you have it, leave by the button below.
            </p>
          ) : null}
          {/* The acts stand in one row; why one of them may not be done stands below it. */}
          {footer === undefined ? null : (
            <footer className="flex flex-wrap items-start justify-end gap-2 border-t border-line px-5 py-3 [&>[data-refused]]:contents [&>[data-refused]>ul]:w-full">
              {footer}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

// A form is begun at its first field, not at the cross; on a touch screen that would open the keyboard over it.
const fields = "input:not([type=hidden], [disabled]), select:not([disabled]), textarea:not([disabled])";

/** Whether an event happened inside another dialog than `mine`. */
function elsewhere(event: Event, mine: HTMLElement): boolean {
  const modal = event.target instanceof Element ? event.target.closest("[data-modal]") : null;
  return modal !== null && modal !== mine;
}

"use client";
import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactNode, RefObject } from "react";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; anchor: RefObject<HTMLSpanElement | null>; text: ReactNode };

/** The part of Tooltip that needs the library; imported lazily by it. */
export function TooltipPopup({ open, onOpenChange, anchor, text }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={6} className="z-50">
          <Base.Popup className="pop pop-in max-w-72 px-2 py-1 text-12">{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

"use client";
import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { RefObject } from "react";
import type { MenuItem } from "./menu.tsx";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; anchor: RefObject<HTMLButtonElement | null>; items: readonly MenuItem[]; align: "start" | "end" };

const row = "grid cursor-pointer grid-cols-[1rem_1fr_auto] items-center gap-2 px-3 py-1.5 text-13 outline-none select-none data-highlighted:bg-sunk max-sm:py-3";

/** The part of Menu that needs the library; imported lazily by it. */
export function MenuPopup({ open, onOpenChange, anchor, items, align }: Props) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(next, details) => {
        // A press on our own button would close here and open again there.
        if (!next && details.event.target instanceof Node && anchor.current?.contains(details.event.target)) return;
        onOpenChange(next);
      }}
    >
      <Base.Portal>
        <Base.Positioner anchor={anchor} align={align} sideOffset={4} className="z-50 outline-none">
          <Base.Popup finalFocus={anchor} className="pop pop-in min-w-52 py-1">
            {items.map((item) => (
              <Item key={`${item.kind ?? "act"} ${item.label}`} item={item} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Item({ item }: { item: MenuItem }) {
  if (item.kind === "line") return <Base.Separator className="my-1 h-px bg-line" />;
  if (item.kind === "heading") {
    return (
      <div role="presentation" className="px-3 pt-1.5 pb-1 text-13">
        <p className="font-medium">{item.label}</p>
        {item.detail === undefined ? null : <p className="text-12 text-ink-3">{item.detail}</p>}
      </div>
    );
  }
  if (item.kind === "choice") {
    return (
      <Base.CheckboxItem checked={item.checked} onCheckedChange={item.onSelect} closeOnClick className={row}>
        <Base.CheckboxItemIndicator className="col-start-1">
          <Check size={14} aria-hidden />
        </Base.CheckboxItemIndicator>
        <span className="col-start-2">{item.label}</span>
      </Base.CheckboxItem>
    );
  }
  return (
    <Base.Item onClick={item.onSelect} className={row}>
      <span className="text-ink-3">{item.icon}</span>
      <span>{item.label}</span>
      {item.hint === undefined ? null : <span className="text-12 text-ink-3">{item.hint}</span>}
    </Base.Item>
  );
}

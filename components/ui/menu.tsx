"use client";
import { ChevronDown } from "lucide-react";
import { lazy, Suspense, useRef, useState, type ReactNode } from "react";
import { cx } from "./class-names.ts";
import { useEscapeLayer } from "./keyboard.ts";

const MenuPopup = lazy(async () => ({ default: (await import("./menu-popup.tsx")).MenuPopup }));

export type MenuItem =
  | { kind?: "act"; label: string; icon?: ReactNode; hint?: string; onSelect: () => void }
  | { kind: "choice"; label: string; checked: boolean; onSelect: () => void }
  | { kind: "heading"; label: string; detail?: string }
  | { kind: "line"; label: string };

export type MenuProps = {
  label: ReactNode;
  /** The accessible name when `label` is not words. */
  name?: string;
  items: readonly MenuItem[];
  align?: "start" | "end";
  className?: string;
  caret?: boolean;
};

/** A button with a list of acts. The list's code is fetched when a pointer or focus first comes near. */
export function Menu({ label, name, items, align = "end", className, caret = true }: MenuProps) {
  const [open, setOpen] = useState(false);
  const [used, setUsed] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEscapeLayer(open, null);
  const warm = () => void import("./menu-popup.tsx");
  const toggle = () => {
    setUsed(true);
    setOpen(!open);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={cx("btn", className)}
        data-variant="bare"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={name}
        onPointerEnter={warm}
        onFocus={warm}
        onClick={toggle}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" || open) return;
          event.preventDefault();
          toggle();
        }}
      >
        {label}
        {caret ? <ChevronDown size={14} aria-hidden /> : null}
      </button>
      {used ? (
        <Suspense fallback={null}>
          <MenuPopup open={open} onOpenChange={setOpen} anchor={button} items={items} align={align} />
        </Suspense>
      ) : null}
    </>
  );
}

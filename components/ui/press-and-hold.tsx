"use client";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button, type ShownReason } from "./button.tsx";

export type PressAndHoldProps = {
  /** The sentence of what will happen ("Stop all payouts"). */
  children: ReactNode;
  onHeld: () => void;
  reasons?: readonly ShownReason[];
  busy?: boolean;
};

/** How long a press must last; the stylesheet's fill takes as long. */
export const holdMs = 1500;

/** An act that a slip cannot cause: pressed and held by pointer, Space or Enter until the fill is full. */
export function PressAndHold({ children, onHeld, reasons = [], busy = false }: PressAndHoldProps) {
  const [pressing, setPressing] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const release = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setPressing(false);
  };
  const press = () => {
    if (timer.current !== undefined || busy || reasons.length > 0) return;
    setPressing(true);
    timer.current = setTimeout(() => {
      release();
      onHeld();
    }, holdMs);
  };
  return (
    <div className="grid justify-items-start gap-1">
      <Button
        variant="danger"
        size="large"
        reasons={reasons}
        busy={busy}
        className="relative touch-none"
        data-pressing={pressing ? "" : undefined}
        icon={<span aria-hidden className="press-fill" />}
        onPointerDown={(event) => {
          if (event.button === 0) press();
        }}
        onPointerUp={release}
        onPointerLeave={release}
        onPointerCancel={release}
        onBlur={release}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (event.key === " " || event.key === "Enter") {
            event.preventDefault();
            press();
          }
        }}
        onKeyUp={release}
      >
        {children}
      </Button>
      <p aria-live="polite" className="text-12 text-ink-3">
        {pressing ? "Keep holding. Let go to cancel." : "Press and hold for a second and a half."}
      </p>
    </div>
  );
}

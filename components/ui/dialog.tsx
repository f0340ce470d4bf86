"use client";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useEscapeLayer } from "./keyboard.ts";

// Loaded at first opening: most visits to a page open no dialog.
const DialogPopup = lazy(async () => ({ default: (await import("./dialog-popup.tsx")).DialogPopup }));

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** One sentence below the title. */
  description?: ReactNode;
  children: ReactNode;
  /** The acts at the foot; the primary one last. */
  footer?: ReactNode;
  width?: "normal" | "wide";
  /** It may open over another dialog, and leaves that one's head to be seen. */
  above?: boolean;
  /** What it shows would be lost: only its acts close it, no Escape, cross, press outside or Back. */
  keep?: boolean;
};

/** A modal question. Focus is kept inside, Escape and the cross close it, focus returns where it was. */
export function Dialog(props: DialogProps) {
  const [used, setUsed] = useState(props.open);
  if (props.open && !used) setUsed(true);
  useEscapeLayer(props.open, null);
  if (!used) return null;
  return (
    <Suspense fallback={null}>
      <DialogPopup {...props} />
    </Suspense>
  );
}

"use client";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";

/** Asks, a minute before the session ends by itself, whether its person is still there. */
export function IdleDialog({ endsAt, onStay, onLeave }: { endsAt: number; onStay: () => void; onLeave: () => void }) {
  const [left, setLeft] = useState(() => secondsUntil(endsAt));
  useEffect(() => {
    const timer = setInterval(() => setLeft(secondsUntil(endsAt)), 1000);
    return () => clearInterval(timer);
  }, [endsAt]);
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onStay())}
      title="Still there?"
      description="Nothing was done here for a while, so this session is about to end. What you have typed is kept."
      footer={
        <>
          <Button onClick={onLeave}>Sign out</Button>
          <Button variant="primary" onClick={onStay}>
            Stay signed in
          </Button>
        </>
      }
    >
      <p className="text-13 text-ink-2">
        It ends in{" "}
        <span role="timer" aria-live="off" className="num font-medium text-ink">
          {left} s
        </span>
        .
      </p>
    </Dialog>
  );
}

function secondsUntil(endsAt: number): number {
  return Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
}

"use client";
import { useState } from "react";
import { onward } from "@/lib/http/return-path";
import { sentenceOf } from "./sentence.ts";

/** Signs with a passkey and goes on; what came of it in words. */
export function usePasskey(sign: () => Promise<string>, back: string | null): { error: string | null; busy: boolean; press: () => void } {
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const press = () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    void (async () => {
      try {
        window.location.assign(onward(await sign(), back));
      } catch (reason) {
        setError(sentenceOf(reason));
        setBusy(false);
      }
    })();
  };
  return { error, busy, press };
}

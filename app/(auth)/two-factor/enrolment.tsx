"use client";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { AuthenticatorKey } from "@/components/credentials/authenticator-key.tsx";
import { startEnrolment } from "@/lib/auth/client";
import type { EnrolAnswer } from "@/lib/auth/contract";
import { sentenceOf } from "../sentence.ts";

/** The QR code and the key behind it, made when the page opens; the code form follows once they are there. */
export function Enrolment({ children }: { children: ReactNode }) {
  const [made, setMade] = useState<EnrolAnswer | null>(null);
  const [error, setError] = useState<string | null>(null);
  const asked = useRef(false);
  useEffect(() => {
    // Each call voids the key before it, so a second one would void the one on screen.
    if (asked.current) return;
    asked.current = true;
    startEnrolment().then(setMade, (reason: unknown) => setError(sentenceOf(reason)));
  }, []);
  if (error !== null)
    return (
      <p role="alert" className="text-failed">
        {error}
      </p>
    );
  return (
    <>
      <AuthenticatorKey made={made} />
      {made === null ? null : children}
    </>
  );
}

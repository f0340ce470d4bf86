"use client";
import { useEffect, useRef, useState, type ReactNode } from "react";
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
      <div className="mt-2 grid gap-3 border-y border-line py-4">
        <div className="size-48 justify-self-center bg-sunk">{made === null ? null : <QrCode svg={made.qrSvg} />}</div>
        <div>
          <p className="text-13 font-medium text-ink">Or type this key</p>
          <p className="ref min-h-10 text-ink select-all" data-totp-key>
            {made === null ? "" : made.secret.replace(/(.{4})(?=.)/g, "$1 ")}
          </p>
        </div>
      </div>
      {made === null ? null : children}
    </>
  );
}

function QrCode({ svg }: { svg: string }) {
  // oxlint-disable-next-line next/no-img-element -- drawn here and never fetched; the framework's image would add a style attribute, which the content policy refuses.
  return <img alt="QR code for your authenticator app" width={192} height={192} src={`data:image/svg+xml,${encodeURIComponent(svg)}`} />;
}

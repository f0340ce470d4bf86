"use client";
import type { Route } from "next";
import { useState } from "react";
import { RecoverySheet } from "@/components/credentials/recovery-sheet.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { makeRecoveryCodes } from "@/lib/auth/client";
import { sentenceOf } from "../sentence.ts";

/** The last step of joining. The codes appear at a press, so that nothing shows them to an empty chair. */
export function FirstCodes({ email }: { email: string }) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    if (busy) return;
    setBusy(true);
    try {
      setCodes((await makeRecoveryCodes()).codes);
    } catch (reason) {
      setError(sentenceOf(reason));
    } finally {
      setBusy(false);
    }
  };
  if (codes !== null)
    return (
      <RecoverySheet codes={codes} email={email}>
        {(stored) => (
          <>
            <Button variant="primary" size="large" wide reasons={stored ? [] : notStored} onClick={() => window.location.assign("/overview")}>
              Go to the desk
            </Button>
            {stored ? <ButtonLink href={"/profile#passkeys" as Route}>First add a passkey (optional)</ButtonLink> : null}
          </>
        )}
      </RecoverySheet>
    );
  return (
    <>
      <p>Ten codes, each good once instead of your phone. Using one ends your sessions and takes your say in payouts away for a day, in case someone else found it.</p>
      {error === null ? null : (
        <p role="alert" className="text-failed">
          {error}
        </p>
      )}
      <Button variant="primary" size="large" wide busy={busy} onClick={() => void make()}>
        Show my recovery codes
      </Button>
    </>
  );
}

const notStored = [{ code: "not_stored", sentence: "Put the codes away first.", wayOut: "Copy, download or print them, then tick the box." }];

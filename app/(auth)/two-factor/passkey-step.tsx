"use client";
import { KeyRound } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { signInWithPasskey } from "@/lib/auth/client";
import { usePasskey } from "../use-passkey.ts";

/** The second signature with a device instead of a code. */
export function PasskeyStep({ back }: { back: string | null }) {
  const { error, busy, press } = usePasskey(signInWithPasskey, back);
  return (
    <div className="grid gap-2 border-t border-line pt-4">
      <Button icon={<KeyRound size={14} aria-hidden />} size="large" wide busy={busy} onClick={press}>
        Use a passkey
      </Button>
      <p role="alert" className="text-13 text-failed">
        {error}
      </p>
    </div>
  );
}

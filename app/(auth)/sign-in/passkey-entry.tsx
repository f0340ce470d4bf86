"use client";
import { KeyRound } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { signInAtDoor } from "@/lib/auth/client";
import { usePasskey } from "../use-passkey.ts";

/** Both signatures at once, where a device verifies its owner itself. */
export function PasskeyEntry({ back }: { back: string | null }) {
  const { error, busy, press } = usePasskey(signInAtDoor, back);
  return (
    <div className="grid gap-2 border-t border-line pt-4">
      <Button icon={<KeyRound size={14} aria-hidden />} wide busy={busy} onClick={press}>
        Use a passkey instead
      </Button>
      <p role="alert" className="text-13 text-failed">
        {error}
      </p>
    </div>
  );
}

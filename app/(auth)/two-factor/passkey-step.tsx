"use client";
import { signInWithPasskey } from "@/lib/auth/client";
import { PasskeyForm } from "../passkey-form.tsx";

/** The second signature with a device instead of a code. */
export function PasskeyStep({ back }: { back: string | null }) {
  return (
    <PasskeyForm sign={signInWithPasskey} back={back} size="large">
      Use a passkey
    </PasskeyForm>
  );
}

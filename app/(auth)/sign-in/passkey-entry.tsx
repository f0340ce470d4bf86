"use client";
import { signInAtDoor } from "@/lib/auth/client";
import { PasskeyForm } from "../passkey-form.tsx";

/** Both signatures at once, where a device verifies its owner itself. */
export function PasskeyEntry({ back }: { back: string | null }) {
  return (
    <PasskeyForm sign={signInAtDoor} back={back}>
      Use a passkey instead
    </PasskeyForm>
  );
}

"use client";
import { KeyRound } from "lucide-react";
import { useActionState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { onward } from "@/lib/http/return-path";
import { sentenceOf } from "./sentence.ts";

type Props = { sign: () => Promise<string>; back: string | null; size?: "normal" | "large"; children: string };
type State = { error: string | null; leaving: boolean };

/** Signs with a passkey and goes on. A form action, so that a press before the page has woken up is kept and replayed. */
export function PasskeyForm({ sign, back, size = "normal", children }: Props) {
  const present = async (): Promise<State> => {
    try {
      window.location.assign(onward(await sign(), back));
      return { error: null, leaving: true };
    } catch (reason) {
      return { error: sentenceOf(reason), leaving: false };
    }
  };
  const [state, act, pending] = useActionState(present, { error: null, leaving: false });
  return (
    <form action={act} className="grid gap-2 border-t border-line pt-4">
      <Button type="submit" icon={<KeyRound size={14} aria-hidden />} size={size} wide busy={pending || state.leaving}>
        {children}
      </Button>
      <p role="alert" className="text-13 text-failed">
        {state.error}
      </p>
    </form>
  );
}

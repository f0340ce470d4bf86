"use client";
import { useEffect, useState } from "react";
import { ReasonList } from "@/components/ui/button.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { cx } from "@/components/ui/class-names.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import { passwordLength, type GuidanceAnswer } from "@/lib/auth/contract";

export type Guide = (password: string, signal: AbortSignal) => Promise<GuidanceAnswer>;

type Props = { label?: string; value: string; onValue: (value: string) => void; guide: Guide; error?: string | undefined };

const waitMs = 350;

/** A password being chosen: what is wrong with it is said while it is typed, long before it is handed in. */
export function NewPassword({ label = "New password", value, onValue, guide, error }: Props) {
  const [shown, setShown] = useState(false);
  const answer = useGuidance(value, guide);
  return (
    <div className="grid gap-2">
      <TextField
        label={label}
        type={shown ? "text" : "password"}
        autoComplete="new-password"
        required
        spellCheck={false}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        hint={`${passwordLength.min} characters or more, any you like. Spaces too.`}
        error={error}
      />
      <Checkbox label="Show what I type" checked={shown} onChecked={setShown} />
      <output aria-label="About this password" className="block min-h-10 text-13">
        <Verdict typed={value} answer={answer} />
      </output>
    </div>
  );
}

function Verdict({ typed, answer }: { typed: string; answer: GuidanceAnswer | null }) {
  const length = Array.from(typed).length;
  if (length === 0) return null;
  if (length < passwordLength.min)
    return (
      <p className="num text-ink-2">
        {length} of {passwordLength.min} characters
      </p>
    );
  if (answer === null) return <p className="text-ink-3">Looking …</p>;
  return (
    <div className="grid gap-1.5">
      <p className="flex items-center gap-2">
        <Strength score={answer.score} />
        <span className={answer.acceptable ? "text-ink" : "text-failed"}>{answer.acceptable ? words[answer.score] : "Not this one"}</span>
      </p>
      {answer.acceptable ? null : <ReasonList reasons={answer.reasons} />}
    </div>
  );
}

const words = ["Easily guessed", "Easily guessed", "Guessable", "Hard to guess", "Very hard to guess"];

function Strength({ score }: { score: number }) {
  return (
    <span aria-hidden className="inline-flex gap-0.5">
      {[1, 2, 3, 4].map((step) => (
        <span key={step} className={cx("h-1.5 w-6", step <= score ? (score >= 3 ? "bg-accent" : "bg-waiting") : "bg-line-2")} />
      ))}
    </span>
  );
}

/** The server's view of what is typed, a moment after the last key; null while it is on its way. */
function useGuidance(value: string, guide: Guide): GuidanceAnswer | null {
  const [known, setKnown] = useState<{ value: string; answer: GuidanceAnswer } | null>(null);
  useEffect(() => {
    const length = Array.from(value).length;
    if (length < passwordLength.min || length > passwordLength.max) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      // Without an answer the server still says the same when the password is handed in.
      guide(value, abort.signal).then(
        (answer) => setKnown({ value, answer }),
        () => undefined,
      );
    }, waitMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [value, guide]);
  return known?.value === value ? known.answer : null;
}

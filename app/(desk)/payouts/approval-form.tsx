"use client";
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useEffect, useRef, useState, type FormEvent, type RefObject } from "react";
import { FactList } from "@/components/statement";
import { Button } from "@/components/ui/button.tsx";
import { CodeField } from "@/components/ui/text-field.tsx";
import type { DeviceOptions } from "@/lib/auth/contract";
import { ApiProblem } from "@/lib/http/client";
import { approvePayoutMutation } from "@/lib/payouts/client";
import type { ApprovalChallenge, PayoutOutcome } from "@/lib/payouts/contract";
import { challengeMs } from "@/lib/payouts/policy";
import { secondMs } from "@/lib/time";
import { Problem } from "@/components/shell/problem.tsx";
import { codeWords, useWhollyInView } from "./code-words.tsx";
import { FactsBelow, isWhollySeen } from "./facts-below.tsx";
import { statementFacts } from "./statement-facts.tsx";
import { useSecondsLeft } from "./use-seconds-left.ts";
import { factRows, useSeen } from "./use-seen.ts";

type Props = {
  payoutId: string;
  challenge: ApprovalChallenge;
  /** When the challenge was asked for, on this browser's steady clock. */
  since: number;
  sentence: string;
  payee: string;
  account: string;
  onSigned: (outcome: PayoutOutcome) => void;
  onRefused: (error: Error) => void;
  onAgain: () => void;
};

const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** The facts once more, the code, and how long this confirmation still holds. */
export function ApprovalForm({ payoutId, challenge, since, sentence, payee, account, onSigned, onRefused, onAgain }: Props) {
  const [code, setCode] = useState("");
  const [incomplete, setIncomplete] = useState(false);
  const [nextCodeAt, setNextCodeAt] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const facts = useRef<HTMLElement>(null);
  useBegin(field, facts);
  const reading = useReading(facts);
  const left = useSecondsLeft(since + challengeMs);
  const approve = useMutation({
    ...approvePayoutMutation,
    onSuccess: onSigned,
    onError: (error, given) => {
      setCode("");
      // The next code is typed at once, also by whoever pressed the button.
      if ("code" in given) field.current?.focus();
      if (error instanceof ApiProblem && error.code === "code_used") setNextCodeAt(performance.now() + Number(error.detail["nextInSeconds"] ?? "30") * secondMs);
      onRefused(error);
    },
  });
  const sign = (by: { code: string } | { device: DeviceOptions }) => {
    if (!approve.isPending && reading.isDone()) approve.mutate({ id: payoutId, challengeId: challenge.challengeId, ...by });
  };
  const type = (value: string) => {
    setCode(value);
    setIncomplete(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!challenge.codeAllowed) {
      if (device !== null) sign({ device });
    } else if (code.length === 6) sign({ code });
    else {
      setIncomplete(true);
      field.current?.focus();
    }
  };
  const device = challenge.passkey;
  const words = codeWords({ error: approve.error, incomplete, nextCodeAt });
  useWhollyInView(field, words.error);
  const over = left === 0;
  return (
    <form onSubmit={submit} noValidate>
      <section ref={facts} tabIndex={-1} aria-label="What you sign" className="outline-none">
        <FactList facts={statementFacts(challenge.facts, { ids: "whole", payee, account })} dense />
      </section>
      <FactsBelow list={facts} seen={reading.seen} said={reading.said} />
      <div className="grid gap-3 pt-4">
        {challenge.codeAllowed ? (
          <CodeField className="max-w-72" {...words} value={code} ref={field} readOnly={approve.isPending} onValue={type} />
        ) : (
          <p className="text-13 text-ink-2">Approvers sign with a passkey at this desk. Your device shows what it signs for.</p>
        )}
        {/* One thing is wrong at a time: what is wrong with the code stands at its field. */}
        {words.error === undefined ? <Problem error={approve.error} /> : null}
        <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3">
          <p className="num text-12 text-ink-3" role="timer">
            {over ? "The three minutes are over." : `This confirmation holds for ${clock(left)}.`}
          </p>
          {over ? (
            <Button onClick={onAgain}>Start again</Button>
          ) : (
            <Ways device={device} code={challenge.codeAllowed} sentence={sentence} busy={approve.isPending} onDevice={(chosen) => sign({ device: chosen })} />
          )}
        </div>
      </div>
    </form>
  );
}

/** Typing the code is what the person came to do; where that would scroll, or open a phone's keyboard over what is signed, the facts are begun with. */
function useBegin(field: RefObject<HTMLElement | null>, facts: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (field.current !== null && isWhollySeen(field.current) && !window.matchMedia("(pointer: coarse)").matches) field.current.focus();
    else facts.current?.focus({ preventScroll: true });
  }, [field, facts]);
}

/** Nothing is signed that was never on screen: whoever scrolled past facts is led to the first of them, and told. */
function useReading(facts: RefObject<HTMLElement | null>) {
  const seen = useSeen(facts);
  const [said, setSaid] = useState<string | null>(null);
  const isDone = () => {
    const unseen = factRows(facts.current).filter((row) => seen?.has(row) === false);
    setSaid(unseen.length === 0 ? null : unseenWords(unseen.length));
    if (unseen.length === 0) return true;
    facts.current?.focus({ preventScroll: true });
    unseen[0]?.scrollIntoView({ block: "start" });
    return false;
  };
  return { seen, said, isDone };
}

function unseenWords(count: number): string {
  return count === 1 ? "1 signed fact was not on screen yet: look at it, then sign." : `${count} signed facts were not on screen yet: look at them, then sign.`;
}

type WaysProps = { device: DeviceOptions | null; code: boolean; sentence: string; busy: boolean; onDevice: (device: DeviceOptions) => void };

/** How it may be signed: by a passkey, by the code typed above, or by either. */
function Ways({ device, code, sentence, busy, onDevice }: WaysProps) {
  return (
    <div className="flex flex-wrap gap-2">
      {device === null ? null : (
        <Button size="large" variant={code ? "quiet" : "primary"} icon={<KeyRound size={14} aria-hidden />} busy={busy} onClick={() => onDevice(device)}>
          {code ? "Sign with a passkey" : `${sentence} with a passkey`}
        </Button>
      )}
      {code ? (
        <Button type="submit" variant="primary" size="large" busy={busy}>
          {sentence}
        </Button>
      ) : null}
    </div>
  );
}

"use client";
import { useEffect, useState, type ReactNode } from "react";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { lookAtLink } from "@/lib/auth/client";
import type { LinkAnswer, LinkPurpose } from "@/lib/auth/contract";
import { sentenceOf } from "./sentence.ts";

type Props = { purpose: LinkPurpose; children: (token: string, link: LinkAnswer) => ReactNode; without: ReactNode };

type State = { step: "reading" } | { step: "none" } | { step: "refused"; why: string } | { step: "open"; token: string; link: LinkAnswer };

/** Takes the token out of the address at once, so that it stays in no history, and asks whose link it is. */
export function LinkGate({ purpose, children, without }: Props) {
  const [state, setState] = useState<State>({ step: "reading" });
  useEffect(() => {
    const read = () => {
      const token = window.location.hash.slice(1);
      if (token === "") return setState((now) => (now.step === "reading" ? { step: "none" } : now));
      window.history.replaceState(null, "", window.location.pathname);
      lookAtLink({ token, purpose }).then(
        (link) => setState({ step: "open", token, link }),
        (error: unknown) => setState({ step: "refused", why: sentenceOf(error) }),
      );
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, [purpose]);
  if (state.step === "reading") return <SkeletonLines lines={4} label="Reading your link" />;
  if (state.step === "none") return without;
  if (state.step === "refused")
    return (
      <p role="alert" className="text-failed">
        {state.why}
      </p>
    );
  return children(state.token, state.link);
}

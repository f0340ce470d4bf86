"use client";
import { useQuery } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner.tsx";
import type { ShownReason } from "@/components/ui/button.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { Time } from "@/components/ui/time.tsx";
import { emergencyQuery } from "@/lib/settings/emergency-client";
import type { Stop } from "@/lib/settings/contract";
import { healthQuery } from "./health.ts";

type Props = { stop: Stop | null; frozen: ShownReason | null; mode: string; onRestart: () => void };

/** What is down, each in its sentence; where the database does not answer nothing else can be known. */
function failingText(failing: readonly { name: string; sentence: string }[]): string {
  const known = failing.some(({ name }) => name === "database") ? failing.filter(({ name }) => name === "database") : failing;
  return known.map(({ name, sentence }) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}: ${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}`).join(" ");
}

/** What goes on all the same: without the worker everything that people do, and nothing that the desk does by itself. */
function goesOnText(failing: readonly { name: string }[]): string {
  if (failing.every(({ name }) => name === "clock")) return "What you see is current.";
  if (!failing.every(({ name }) => name === "worker")) return "What you see may be old.";
  return "You can ask, sign, reject and stop as ever; nothing is sent to the bank, and no answer from it is taken in, until it runs again.";
}

/** Conditions of the whole desk. Stopped payouts come first and are drawn by the server, so they never appear late. */
export function DeskBanners({ stop, frozen, mode, onRestart }: Props) {
  const emergency = useQuery(emergencyQuery);
  const health = useQuery(healthQuery);
  const reader = useReader();
  const open = emergency.data === undefined ? stop : emergency.data.stop;
  const failing = health.data?.dependencies.filter((dependency) => !dependency.ok) ?? [];
  return (
    <div className="desk-banners">
      {open === null ? null : (
        <Banner
          kind="stopped"
          title="Payouts are stopped."
          act={
            <button type="button" onClick={onRestart} className="rounded-2 border border-current px-2.5 py-1 text-13 font-medium">
              Sign the restart
            </button>
          }
        >
          {open.stoppedBy.name}, <Time at={open.stoppedAt} />: “{open.reason}” · {open.restarts.length} of {open.restartsNeeded} restart signatures
          {open.restarts.length === 0 ? "." : ` (${open.restarts.map((vote) => vote.person.name).join(", ")}).`}
        </Banner>
      )}
      {frozen === null ? null : (
        <Banner kind="degraded" title="Your say in payouts is frozen.">
          {reader.text(frozen.sentence)} {frozen.wayOut}
        </Banner>
      )}
      {failing.length === 0 ? null : (
        <Banner kind="degraded" title="Part of the desk is not working.">
          {failingText(failing)} {goesOnText(failing)}
        </Banner>
      )}
      {health.isError ? (
        <Banner kind="degraded" title="The desk cannot be reached.">
          What you see may be old. It reconnects by itself.
        </Banner>
      ) : null}
      {mode === "demo" ? (
        <Banner kind="demo" title="Demo." className="py-1! text-12!">
          Pretend money, through an emulated gateway.
        </Banner>
      ) : null}
    </div>
  );
}

"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { outcomeLooks } from "@/components/people/looks.ts";
import { Problem } from "@/components/shell/problem.tsx";
import { FactList } from "@/components/statement";
import { Button, ReasonList } from "@/components/ui/button.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels } from "@/lib/access";
import { reviewItemMutation, userKeys } from "@/lib/users/client";
import type { ReviewItem } from "@/lib/users/contract";
import { whyLength, whyRefused } from "@/lib/why";

/** One role of one person, to keep or revoke. */
export function ItemPanel({ item, aside, onClose }: { item: ReviewItem; aside: ReactNode; onClose: () => void }) {
  return (
    <Panel eyebrow="Access review" title={`${roleLabels[item.role]} of ${item.person.name}`} aside={aside} onClose={onClose}>
      <div className="grid gap-6">
        <FactList
          facts={[
            { label: "Outcome", value: <StatusBadge status={item.outcome} looks={outcomeLooks} />, wide: true },
            { label: "Held since", value: <Time at={item.validFrom} relative />, wide: true },
            { label: "Until", value: untilOf(item), wide: true },
            { label: "Given by", value: item.grantedBy.name, wide: true },
            { label: "Last seen", value: item.lastSeenAt === null ? "never" : <Time at={item.lastSeenAt} relative />, wide: true },
            ...(item.decidedBy === null || item.decidedAt === null
              ? []
              : [
                  {
                    label: item.outcome === "suspended" ? "Suspended" : item.outcome === "kept_unseen" ? "Kept" : "Looked at",
                    value: (
                      <>
                        by {item.decidedBy.name.replace(/^The /, "the ")}, <Time at={item.decidedAt} />
                      </>
                    ),
                    wide: true,
                  },
                ]),
            ...(item.note === null || item.note === "" ? [] : [{ label: "Note", value: item.note, wide: true }]),
          ]}
        />
        {item.outcome === "suspended" ? <p className="text-13">Nobody looked at it in time, so it was suspended. Keeping it gives it back.</p> : null}
        {item.reasons.length > 0 ? <ReasonList reasons={item.reasons} /> : <Decide item={item} />}
      </div>
    </Panel>
  );
}

function untilOf(item: ReviewItem) {
  if (item.outcome === "revoked") return <Time at={item.decidedAt} />;
  return item.validUntil === null ? "no end set" : <Time at={item.validUntil} />;
}

function Decide({ item }: { item: ReviewItem }) {
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const decide = useMutation({ ...reviewItemMutation, onSettled: () => client.invalidateQueries({ queryKey: userKeys.all }) });
  const [short, setShort] = useState(false);
  const why = note.trim();
  const keep = () => decide.mutate({ id: item.id, outcome: "attested", ...(why === "" ? {} : { note: why }) });
  const revoke = () => {
    if (whyRefused(note) !== undefined) setShort(true);
    else decide.mutate({ id: item.id, outcome: "revoked", note: why });
  };
  return (
    <div className="grid gap-3">
      <TextArea
        label="Note"
        hint="Say why when you revoke it; optional when you keep it."
        error={short ? whyRefused(note) : undefined}
        rows={2}
        value={note}
        maxLength={whyLength.max}
        onChange={(event) => {
          setNote(event.target.value);
          setShort(false);
        }}
      />
      <Problem error={decide.error} />
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={decide.isPending} onClick={keep}>
          Keep {roleLabels[item.role]} for {item.person.name}
        </Button>
        <Button variant="danger" busy={decide.isPending} onClick={revoke}>
          Revoke {roleLabels[item.role]} of {item.person.name}
        </Button>
      </div>
    </div>
  );
}

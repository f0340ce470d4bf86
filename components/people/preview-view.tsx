"use client";
import { ReasonList } from "@/components/ui/button.tsx";
import { pluralText } from "@/components/ui/count.ts";
import { actOf, type Permission } from "@/lib/access";
import type { Preview } from "@/lib/users/contract";

const pairsShown = 5;

/** What a change of roles would do: why it is refused, what is gained and lost, and what two people could then do together. */
export function PreviewView({ preview }: { preview: Preview }) {
  const { refusals, gained, lost, newPairs } = preview;
  return (
    <section aria-label="What it changes" className="grid gap-3 text-13">
      {refusals.length === 0 ? null : (
        <div role="alert" className="grid gap-1">
          <h3 className="eyebrow">It will be refused</h3>
          <ReasonList reasons={refusals} />
        </div>
      )}
      <Permissions title={`${preview.person.name} gains`} list={gained} none="Nothing they could not do before." />
      {lost.length === 0 ? null : <Permissions title={`${preview.person.name} loses`} list={lost} none="" />}
      <div className="grid gap-1">
        <h3 className="eyebrow">New ways for two together</h3>
        {newPairs.length === 0 ? (
          <p>None.</p>
        ) : (
          <ul className="grid gap-1">
            {newPairs.slice(0, pairsShown).map((open) => (
              <li key={open.sentence}>{open.sentence}</li>
            ))}
            {newPairs.length > pairsShown ? <li className="text-ink-3">and {pluralText(newPairs.length - pairsShown, "more way")}</li> : null}
          </ul>
        )}
      </div>
    </section>
  );
}

function Permissions({ title, list, none }: { title: string; list: readonly Permission[]; none: string }) {
  return (
    <div className="grid gap-1">
      <h3 className="eyebrow">{title}</h3>
      <p>{list.length === 0 ? none : list.map(actOf).join(" · ")}</p>
    </div>
  );
}

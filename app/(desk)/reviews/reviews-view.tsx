"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { outcomeLooks, reviewLooks } from "@/components/people/looks.ts";
import { Problem } from "@/components/shell/problem.tsx";
import { Page, Section } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Banner } from "@/components/ui/banner.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { useNow } from "@/components/ui/now.tsx";
import { Neighbours } from "@/components/ui/neighbours.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels } from "@/lib/access";
import { dayMs, parseInstant, plusMs } from "@/lib/time";
import { reviewQuery, reviewsQuery, startReviewMutation, userKeys } from "@/lib/users/client";
import type { Review, ReviewItem, ReviewRow, Reviews, ReviewStatus } from "@/lib/users/contract";
import { reviewWarningDays, unseenOutcomes } from "@/lib/users/policy";
import { ItemPanel } from "./item-panel.tsx";

const headings: Record<ReviewStatus, string> = { open: "Running review", overdue: "Overdue review", closed: "Closed review" };

const itemColumns: Column<ReviewItem>[] = [
  { id: "person", header: "Person", phone: "lead", cell: (row) => row.person.name },
  { id: "role", header: "Role", phone: "under", cell: (row) => roleLabels[row.role] },
  { id: "outcome", header: "Outcome", phone: "trail", cell: (row) => <StatusBadge status={row.outcome} looks={outcomeLooks} /> },
  {
    id: "seen",
    header: "Last seen",
    phone: "under-end",
    phoneLabel: "seen",
    cell: (row) => (row.lastSeenAt === null ? <span className="text-ink-3">never</span> : <Time at={row.lastSeenAt} />),
  },
  { id: "since", header: "Held since", narrow: "hide", cell: (row) => <Time at={row.validFrom} /> },
  { id: "given", header: "Given by", narrow: "hide", cell: (row) => row.grantedBy.name },
  {
    id: "by",
    header: "Looked at by",
    narrow: "hide",
    cell: (row) => (unseenOutcomes.some((outcome) => outcome === row.outcome) ? null : row.decidedBy?.name) ?? <span className="text-ink-3">Nobody yet</span>,
  },
];

const reviewColumns: Column<ReviewRow>[] = [
  { id: "started", header: "Started", phone: "lead", cell: (row) => <Time at={row.startedAt} /> },
  { id: "status", header: "Status", phone: "trail", cell: (row) => <StatusBadge status={row.status} looks={reviewLooks} /> },
  { id: "by", header: "Started by", phone: "under", cell: (row) => row.startedBy.name },
  { id: "due", header: "Due", phone: "under-end", cell: (row) => <Time at={row.dueAt} /> },
  { id: "kept", header: "Kept", align: "end", cell: (row) => row.counts.attested },
  { id: "revoked", header: "Revoked", align: "end", cell: (row) => row.counts.revoked },
  { id: "open", header: "Not looked at", align: "end", cell: (row) => unseenOutcomes.reduce((sum, outcome) => sum + row.counts[outcome], 0) },
];

/** Access reviews: the running one to work through, and those before it. */
export function ReviewsView({ reviews, newest }: { reviews: Reviews; newest: Review | null }) {
  const list = useQuery({ ...reviewsQuery, initialData: reviews });
  const [chosen, setChosen] = useState<string | null>(null);
  const [itemId, setItem] = useState<string | null>(null);
  const id = chosen ?? list.data.items[0]?.id ?? null;
  const past = list.data.items.filter((row) => row.id !== id);
  const shown = useQuery({ ...reviewQuery(id ?? ""), enabled: id !== null, ...(newest !== null && newest.id === id ? { initialData: newest } : {}) });
  const review = shown.data;
  const at = review?.items.findIndex((item) => item.id === itemId) ?? -1;
  const item = review?.items[at];
  return (
    <Page
      title="Reviews"
      lead="Twice a year somebody else looks at every role a person holds, and keeps or revokes it. What nobody looked at in time is suspended."
      actions={<Start reviews={list.data} />}
    >
      {list.data.dueSince === null ? null : (
        <Banner kind="degraded" title="An access review is due">
          since <Time at={list.data.dueSince} />. Start one; it takes a few minutes.
        </Banner>
      )}
      {review === undefined ? null : <DueBanner review={review} />}
      <Problem error={list.error ?? shown.error} />
      {review === undefined ? (
        id === null ? (
          <EmptyState kind="none-yet" title="No review yet">
            Starting one lists every role that anybody holds, to be kept or revoked one by one.
          </EmptyState>
        ) : null
      ) : (
        <Section
          title={headings[review.status]}
          note={
            <>
              <StatusBadge status={review.status} looks={reviewLooks} /> due <Time at={review.dueAt} relative />
            </>
          }
        >
          <DataTable
            caption="Roles to look at"
            columns={itemColumns}
            rows={review.items}
            rowKey={(row) => row.id}
            selectedKey={itemId}
            onSelect={(row) => setItem(row.id)}
            empty={
              <EmptyState kind="all-done" title="Nothing to look at">
                Nobody held a role when this review started.
              </EmptyState>
            }
          />
        </Section>
      )}
      {past.length === 0 ? null : (
        <Others
          rows={past}
          onOpen={(next) => {
            setItem(null);
            setChosen(next);
          }}
        />
      )}
      {item === undefined || review === undefined ? null : (
        <ItemPanel key={item.id} item={item} aside={<Neighbours keys={review.items.map((each) => each.id)} open={item.id} onOpen={setItem} />} onClose={() => setItem(null)} />
      )}
    </Page>
  );
}

/** From the first warning before it is due, and after: what becomes of the roles nobody looked at. */
function DueBanner({ review }: { review: Review }) {
  const now = parseInstant(useNow() ?? "");
  const due = parseInstant(review.dueAt);
  const { open, suspended } = review.counts;
  if (review.status === "overdue" && suspended > 0)
    return (
      <Banner kind="degraded" title={`Overdue: ${roles(suspended)} suspended`}>
        since <Time at={review.dueAt} />, because nobody looked at {suspended === 1 ? "it" : "them"}. Keeping one gives it back as it was.
      </Banner>
    );
  if (review.status !== "open" || open === 0 || now === null || due === null || now < plusMs(due, -reviewWarningDays[0] * dayMs)) return null;
  return (
    <Banner kind="degraded" title={`Due soon: ${roles(open)} not looked at.`}>
      What is left is suspended <Time at={review.dueAt} phrase relative />.
    </Banner>
  );
}

const roles = (count: number): string => (count === 1 ? "1 role is" : `${count} roles are`);

function Others({ rows, onOpen }: { rows: readonly ReviewRow[]; onOpen: (id: string) => void }) {
  return (
    <Section title="Other reviews">
      <DataTable
        density="compact"
        caption="Other reviews"
        columns={reviewColumns}
        rows={rows}
        rowKey={(row) => row.id}
        onSelect={(row) => onOpen(row.id)}
        empty={
          <EmptyState kind="none-yet" title="None">
            Earlier reviews appear here.
          </EmptyState>
        }
      />
    </Section>
  );
}

const dueDays = 14;

function Start({ reviews }: { reviews: Reviews }) {
  const client = useQueryClient();
  const may = useCan("reviews.start");
  const start = useMutation({ ...startReviewMutation, onSettled: () => client.invalidateQueries({ queryKey: userKeys.all }) });
  const running = reviews.items.some((row) => row.status === "open");
  const reasons = [...(may.allowed ? [] : may.reasons), ...(running ? [{ code: "review_running", sentence: "A review is already running.", wayOut: "Finish it first." }] : [])];
  return (
    <div className="grid gap-1 sm:justify-items-end">
      <Button variant="primary" reasons={reasons} busy={start.isPending} onClick={() => start.mutate({ dueDays })}>
        Start a review, due in {dueDays} days
      </Button>
      <Problem error={start.error} />
    </div>
  );
}

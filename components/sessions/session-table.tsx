"use client";
import { Button } from "@/components/ui/button.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Time } from "@/components/ui/time.tsx";
import type { SessionItem } from "@/lib/auth/contract";

const factors: Record<NonNullable<SessionItem["factor"]>, string> = { totp: "code", passkey: "passkey", recovery_code: "recovery code" };

const countryNames = new Intl.DisplayNames(["en-IN"], { type: "region" });

function placeOf(item: SessionItem): string {
  const country = item.country === null ? null : (countryNames.of(item.country) ?? item.country);
  return [item.ip ?? "unknown address", country].filter((part) => part !== null).join(" · ");
}

type Props = { items: readonly SessionItem[]; caption: string; loading: boolean; busy: boolean; onEnd: ((item: SessionItem) => void) | null; empty: string };

/** Open sessions with device, place and last act; the one at hand is marked and has no way to end itself here. */
export function SessionTable({ items, caption, loading, busy, onEnd, empty }: Props) {
  const columns: Column<SessionItem>[] = [
    {
      id: "device",
      header: "Device",
      phone: "lead",
      cell: (row) => (
        <span className="font-medium">
          {row.device}
          {row.current ? <span className="ml-2 text-13 font-normal text-accent">this one</span> : null}
        </span>
      ),
    },
    { id: "place", header: "Place", phone: "under", cell: (row) => <span className="ref">{placeOf(row)}</span> },
    { id: "factor", header: "Signed with", cell: (row) => (row.factor === null ? "—" : factors[row.factor]) },
    { id: "since", header: "Since", cell: (row) => <Time at={row.startedAt} /> },
    { id: "seen", header: "Last seen", phone: "under-end", cell: (row) => <Time at={row.lastSeenAt} relative /> },
    {
      id: "act",
      header: <span className="sr-only">Act</span>,
      phone: "trail",
      align: "end",
      cell: (row) =>
        row.current || onEnd === null ? null : (
          <Button variant="bare" busy={busy} aria-label={`End the session on ${row.device}`} onClick={() => onEnd(row)}>
            End
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={items}
      rowKey={(row) => row.id}
      loading={loading}
      empty={
        <EmptyState kind="none-yet" title="No open session">
          {empty}
        </EmptyState>
      }
    />
  );
}

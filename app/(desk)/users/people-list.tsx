"use client";
import { useState } from "react";
import { personLooks } from "@/components/people/looks.ts";
import { Button } from "@/components/ui/button.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { FilterBar, type FilterDef } from "@/components/ui/filter-bar.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels, roles } from "@/lib/access";
import { personStatuses, type PersonRow } from "@/lib/users/contract";

function factorsText({ factors }: PersonRow): string {
  const parts = [
    factors.totp ? "App" : "",
    factors.passkeys > 0 ? `${factors.passkeys} passkey${factors.passkeys === 1 ? "" : "s"}` : "",
    factors.recoveryCodes > 0 ? `${factors.recoveryCodes} codes` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function whatWaits(row: PersonRow): string | undefined {
  const said = [row.waiting > 0 ? `${row.waiting} waiting` : "", row.resetAskedAt === null ? "" : "forgot their password"].filter((text) => text !== "");
  return said.length === 0 ? undefined : said.join(", ");
}

const columns: Column<PersonRow>[] = [
  { id: "name", header: "Name", phone: "lead", cell: (row) => row.name },
  {
    id: "status",
    header: "Status",
    phone: "trail",
    cell: (row) => <StatusBadge status={row.status} looks={personLooks} why={whatWaits(row)} />,
  },
  {
    id: "roles",
    header: "Roles",
    phone: "under",
    cell: (row) => (row.roles.length === 0 ? <span className="text-ink-3">None</span> : row.roles.map((role) => roleLabels[role]).join(", ")),
  },
  {
    id: "seen",
    header: "Last seen",
    phone: "under-end",
    phoneLabel: "seen",
    cell: (row) => (row.lastSeenAt === null ? <span className="text-ink-3">never</span> : <Time at={row.lastSeenAt} />),
  },
  { id: "factors", header: "Second factors", narrow: "hide", cell: (row) => factorsText(row) || <span className="text-ink-3">None yet</span> },
  {
    id: "frozen",
    header: "Payouts frozen",
    narrow: "hide",
    cell: (row) =>
      row.frozenUntil === null ? (
        <span className="text-ink-3">No</span>
      ) : (
        <>
          until <Time at={row.frozenUntil} />
        </>
      ),
  },
  { id: "email", header: "Email", narrow: "hide", cell: (row) => <span className="ref text-ink-2">{row.emailMasked}</span> },
];

type Props = { rows: readonly PersonRow[]; error: Error | null; selected: string | null; onOpen: (id: string) => void };

/** The list of people, narrowed by name, status and role. */
export function PeopleList({ rows, error, selected, onOpen }: Props) {
  const [query, setQuery] = useState("");
  const [statuses, setStatuses] = useState<string[]>([]);
  const [held, setHeld] = useState<string[]>([]);
  const clear = () => {
    setQuery("");
    setStatuses([]);
    setHeld([]);
  };
  const shown = rows.filter(
    (row) =>
      row.name.toLowerCase().includes(query.toLowerCase()) &&
      (statuses.length === 0 || statuses.includes(row.status)) &&
      (held.length === 0 || row.roles.some((role) => held.includes(role))),
  );
  const filters: FilterDef[] = [
    { id: "status", label: "Status", selected: statuses, onChange: setStatuses, options: personStatuses.map((value) => ({ value, label: personLooks[value].label })) },
    { id: "role", label: "Role", selected: held, onChange: setHeld, options: roles.map((value) => ({ value, label: roleLabels[value] })) },
  ];
  return (
    <>
      <FilterBar searchLabel="Find a person by name" query={query} onSearch={setQuery} filters={filters} onClearAll={clear} />
      <DataTable
        fill
        caption="People"
        columns={columns}
        rows={shown}
        rowKey={(row) => row.id}
        selectedKey={selected}
        onSelect={(row) => onOpen(row.id)}
        empty={
          error === null ? (
            <EmptyState kind="none-match" title="Nobody matches" act={<Button onClick={clear}>Show everybody</Button>}>
              No person has this name, status and role.
            </EmptyState>
          ) : (
            <EmptyState kind="failed" title="The people could not be read">
              {error.message}
            </EmptyState>
          )
        }
      />
    </>
  );
}

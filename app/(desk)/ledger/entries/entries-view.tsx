"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ListFilter, X } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { Page } from "@/components/shell/page.tsx";
import { Place } from "@/components/shell/place.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Ref, shortRef } from "@/components/ui/ref.tsx";
import { Time } from "@/components/ui/time.tsx";
import { entriesQuery, type EntryFilter } from "@/lib/ledger/client";
import { journalKindLabels, ledgerKindLabels, type EntriesPage, type EntryDto } from "@/lib/ledger/contract";

function entriesHref(filter: EntryFilter): Route {
  const params = new URLSearchParams(Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return `/ledger/entries${params.size === 0 ? "" : `?${params}`}` as Route;
}

function columnsFor(filter: EntryFilter): Column<EntryDto>[] {
  return [
    { id: "at", header: "When", phone: "under", cell: (row) => <Time at={row.at} /> },
    { id: "what", header: "What happened", phone: "lead", cell: (row) => journalKindLabels[row.journalKind] },
    {
      id: "ledger",
      header: "Ledger account",
      phone: "under-end",
      cell: (row) => (
        <Link className="row-link" href={entriesHref({ ...filter, kind: row.ledgerKind })}>
          {ledgerKindLabels[row.ledgerKind]}
        </Link>
      ),
    },
    {
      id: "account",
      header: "Account",
      cell: (row) =>
        row.account === null ? (
          "—"
        ) : (
          <Link className="row-link" href={`/accounts/${row.account.id}` as Route}>
            {row.account.name}
          </Link>
        ),
    },
    {
      id: "source",
      header: "Because of",
      cell: (row) => (
        <span className="inline-flex items-baseline gap-2">
          <Place id={row.sourceId} title={row.sourceId} className="row-link ref">
            {shortRef(row.sourceId)}
          </Place>
          <Link
            className="row-link -my-1 p-1 text-ink-3"
            href={entriesHref({ source: row.sourceId })}
            aria-label={`Only entries because of ${row.sourceId}`}
            title="Only these entries"
          >
            <ListFilter size={12} aria-hidden className="self-center" />
          </Link>
        </span>
      ),
    },
    { id: "journal", header: "Journal", cell: (row) => <Ref value={row.journalId} label="journal id" short /> },
    { id: "amount", header: "Amount", align: "end", phone: "trail", cell: (row) => <Amount value={row.amountPaise} sign="always" /> },
  ];
}

/** The entries a figure is made of, newest first. */
export function EntriesView({ filter, initial }: { filter: EntryFilter; initial: EntriesPage }) {
  const query = useInfiniteQuery({ ...entriesQuery(filter), initialData: { pages: [initial], pageParams: [null] } });
  const { account, kind, source } = filter;
  const filtered = account !== undefined || kind !== undefined || source !== undefined;
  return (
    <Page
      title="Ledger entries"
      lead="Debits are positive, credits negative: money we owe a payee stands as a credit."
      actions={<ButtonLink href={"/ledger" as Route}>Trial balance</ButtonLink>}
    >
      {filtered ? (
        <p className="flex flex-wrap gap-2 pb-2" aria-label="Filters in force">
          {kind === undefined ? null : <Chip label={`Ledger account: ${ledgerKindLabels[kind]}`} without={entriesHref({ account, source })} />}
          {account === undefined ? null : <Chip label={`Account: ${shortRef(account)}`} without={entriesHref({ kind, source })} />}
          {source === undefined ? null : <Chip label={`Because of: ${shortRef(source)}`} without={entriesHref({ account, kind })} />}
        </p>
      ) : null}
      <DataTable
        caption="Ledger entries"
        columns={columnsFor(filter)}
        rows={query.data.pages.flatMap((page) => page.items)}
        rowKey={(row) => row.id}
        empty={
          <EmptyState kind={filtered ? "none-match" : "none-yet"} title="No entries">
            {filtered ? "Nothing was posted that matches these filters." : "Nothing was posted yet. The ledger moves only when money does."}
          </EmptyState>
        }
        paging={{ kind: "more", hasMore: query.hasNextPage, loadingMore: query.isFetchingNextPage, onMore: () => void query.fetchNextPage() }}
      />
    </Page>
  );
}

function Chip({ label, without }: { label: string; without: Route }) {
  return (
    <ButtonLink href={without} icon={<X size={12} aria-hidden />} aria-label={`Clear ${label}`}>
      {label}
    </ButtonLink>
  );
}

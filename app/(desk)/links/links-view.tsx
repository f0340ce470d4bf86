"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Page } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DataTable } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { FilterBar } from "@/components/ui/filter-bar.tsx";
import type { SelectOption } from "@/components/ui/select.tsx";
import { linkQuery, linksQuery, type LinkFilter } from "@/lib/payments/client";
import { linkStatusList, type LinkPage } from "@/lib/payments/contract";
import { useLinksAddress } from "./address.ts";
import { linkColumns, linkLooks } from "./columns.tsx";

const CreateLink = lazy(() => import("./create-link.tsx"));
const LinkPanel = lazy(() => import("./link-panel.tsx"));

const statusOptions = linkStatusList.map((value) => ({ value, label: linkLooks[value].label }));

/** Payment links, newest first: make one, share its address, cancel it. */
export function LinksView({ initial, accounts }: { initial: { filter: LinkFilter; page: LinkPage }; accounts: readonly SelectOption[] }) {
  const { filter, openId, setFilter, setOpenId } = useLinksAddress();
  const [creating, setCreating] = useState(false);
  const mayCreate = useCan("links.create");
  const same = filter.status === initial.filter.status && filter.q === initial.filter.q;
  const query = useInfiniteQuery({ ...linksQuery(filter), refetchInterval: 10_000, ...(same ? { initialData: { pages: [initial.page], pageParams: [null] } } : {}) });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const listed = rows.find((row) => row.id === openId);
  // An address may name a link further down than what is loaded.
  const named = useQuery({ ...linkQuery(openId ?? ""), enabled: openId !== null && listed === undefined });
  const open = listed ?? (openId === null ? undefined : named.data);
  return (
    <Page
      fill
      title="Links"
      lead="A link lets one customer pay one amount to one account."
      actions={
        <Button variant="primary" icon={<Link2 size={14} aria-hidden />} reasons={mayCreate.allowed ? [] : mayCreate.reasons} onClick={() => setCreating(true)}>
          Create a payment link
        </Button>
      }
    >
      <FilterBar
        searchLabel="Link, order or Cashfree id, e-mail, phone"
        searchHint="Id, order id, e-mail, phone"
        query={filter.q ?? ""}
        onSearch={(q) => setFilter({ ...filter, q: q === "" ? undefined : q })}
        filters={[
          {
            id: "status",
            label: "Status",
            single: true,
            options: statusOptions,
            selected: filter.status === undefined ? [] : [filter.status],
            onChange: ([value]) => setFilter({ ...filter, status: linkStatusList.find((known) => known === value) }),
          },
        ]}
        onClearAll={() => setFilter({})}
      />
      <DataTable
        fill
        caption="Payment links"
        columns={linkColumns}
        rows={rows}
        rowKey={(row) => row.id}
        selectedKey={openId}
        onSelect={(row) => setOpenId(row.id)}
        loading={query.isPending || query.isPlaceholderData}
        empty={
          query.isError ? (
            <EmptyState kind="failed" title="The links could not be read">
              {query.error.message}
            </EmptyState>
          ) : (
            <Nothing filter={filter} onClear={() => setFilter({})} />
          )
        }
        paging={{ kind: "more", hasMore: query.hasNextPage, loadingMore: query.isFetchingNextPage, onMore: () => void query.fetchNextPage() }}
      />
      <Suspense fallback={null}>
        {open === undefined ? null : <LinkPanel link={open} onClose={() => setOpenId(null)} />}
        {creating ? <CreateLink accounts={accounts} onClose={() => setCreating(false)} onCreated={(link) => setOpenId(link.id)} /> : null}
      </Suspense>
    </Page>
  );
}

function Nothing({ filter, onClear }: { filter: LinkFilter; onClear: () => void }) {
  if (filter.q === undefined && filter.status === undefined)
    return (
      <EmptyState kind="none-yet" title="No payment links yet">
        The first one appears here as soon as it is made.
      </EmptyState>
    );
  return (
    <EmptyState kind="none-match" title="No link matches" act={<Button onClick={onClear}>Show all links</Button>}>
      {filter.q === undefined
        ? "None has this status."
        : `${filter.status === undefined ? "No link" : "No link with this status"}, and no order of one, has “${filter.q}” as its id, and no customer as their e-mail address or phone number. All are compared whole; names and purposes are not searched.`}
    </EmptyState>
  );
}

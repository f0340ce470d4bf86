"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { Page } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Choice } from "@/components/ui/choice.tsx";
import { DataTable } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import type { SelectOption } from "@/components/ui/select.tsx";
import { linkQuery, linksQuery, type LinkFilter } from "@/lib/payments/client";
import { linkStatusList, type LinkPage, type LinkStatus } from "@/lib/payments/contract";
import { linkColumns, linkLooks } from "./columns.tsx";

const CreateLink = lazy(() => import("./create-link.tsx"));
const LinkPanel = lazy(() => import("./link-panel.tsx"));

const statusOptions = [{ value: "all" as const, label: "Every status" }, ...linkStatusList.map((value) => ({ value, label: linkLooks[value].label }))];

/** Payment links, newest first: make one, share its address, cancel it. */
export function LinksView({ initial, accounts }: { initial: LinkPage; accounts: readonly SelectOption[] }) {
  const [status, setStatus] = useState<LinkStatus | "all">("all");
  const [openId, setOpenId] = useOpenLink();
  const [creating, setCreating] = useState(false);
  const mayCreate = useCan("links.create");
  const filter: LinkFilter = status === "all" ? {} : { status };
  const query = useInfiniteQuery({ ...linksQuery(filter), refetchInterval: 10_000, ...(status === "all" ? { initialData: { pages: [initial], pageParams: [null] } } : {}) });
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
      <div data-screen-only className="flex-none pt-1 pb-3">
        <Choice label="Status" options={statusOptions} value={status} onValue={setStatus} />
      </div>
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
          ) : status === "all" ? (
            <EmptyState kind="none-yet" title="No payment links yet">
              The first one appears here as soon as it is made.
            </EmptyState>
          ) : (
            <EmptyState kind="none-match" title="No link has this status">
              Choose another status to see more.
            </EmptyState>
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

const idShape = /^lnk_[0-9a-z]{26}$/;

/** Which link is open stands in the address, so that other pages can name one. */
function useOpenLink(): [string | null, (id: string | null) => void] {
  const given = useSearchParams().get("id");
  const id = given !== null && idShape.test(given) ? given : null;
  const open = (next: string | null) => {
    const href = next === null ? "/links" : `/links?id=${next}`;
    if (id === null) window.history.pushState(null, "", href);
    else window.history.replaceState(null, "", href);
  };
  return [id, open];
}

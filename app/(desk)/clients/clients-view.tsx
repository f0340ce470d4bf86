"use client";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { Page } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DataTable } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { clientsQuery } from "@/lib/clients/client";
import type { ClientList } from "@/lib/clients/contract";
import { clientColumns } from "./columns.tsx";

const CreateClient = lazy(() => import("./create-client.tsx"));
const ClientPanel = lazy(() => import("./client-panel.tsx"));

/** Programs that may call the service API: make one, change its key, stop it. */
export function ClientsView({ initial }: { initial: ClientList }) {
  const openId = useSearchParams().get("id");
  const [creating, setCreating] = useState(false);
  const mayCreate = useCan("clients.create");
  // The open client stands in the address, so that a link can lead to it.
  const open = (id: string | null) => {
    const href = id === null ? "/clients" : `/clients?id=${encodeURIComponent(id)}`;
    if (openId === null) window.history.pushState(null, "", href);
    else window.history.replaceState(null, "", href);
  };
  const query = useQuery({ ...clientsQuery, initialData: initial, refetchInterval: 30_000 });
  return (
    <Page
      fill
      title="API clients"
      lead="Programs that ask for payouts and links or read figures. They sign every request; none of them can approve anything."
      actions={
        <Button variant="primary" icon={<KeyRound size={14} aria-hidden />} reasons={mayCreate.allowed ? [] : mayCreate.reasons} onClick={() => setCreating(true)}>
          Create an API client
        </Button>
      }
    >
      <DataTable
        fill
        caption="API clients"
        columns={clientColumns}
        rows={query.data.items}
        rowKey={(row) => row.id}
        selectedKey={openId}
        onSelect={(row) => open(row.id)}
        empty={
          query.isError ? (
            <EmptyState kind="failed" title="The API clients could not be read">
              {query.error.message}
            </EmptyState>
          ) : (
            <EmptyState kind="none-yet" title="No API clients yet">
              A program that shall ask for payouts needs one, with a person who answers for it.
            </EmptyState>
          )
        }
      />
      <Suspense fallback={null}>
        {openId === null ? null : <ClientPanel key={openId} id={openId} onClose={() => open(null)} />}
        {creating ? <CreateClient onClose={() => setCreating(false)} onCreated={open} /> : null}
      </Suspense>
    </Page>
  );
}

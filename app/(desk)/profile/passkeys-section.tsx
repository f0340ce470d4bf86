"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Section } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { addPasskeyMutation, passkeysQuery } from "@/lib/auth/client";
import type { PasskeyItem, PasskeyList } from "@/lib/auth/contract";
import { PasskeyDialog, type PasskeyAct } from "./passkey-dialog.tsx";

/** The devices one signs with, each under a name; adding, naming and removing asks for a factor first. */
export function PasskeysSection({ initial }: { initial: PasskeyList }) {
  const client = useQueryClient();
  const { data } = useQuery({ ...passkeysQuery, initialData: initial });
  const [name, setName] = useState("");
  const [act, setAct] = useState<{ act: PasskeyAct; item: PasskeyItem } | null>(null);
  const add = useMutation({
    ...addPasskeyMutation,
    onSuccess: () => setName(""),
    onSettled: () => client.invalidateQueries({ queryKey: passkeysQuery.queryKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate({ name: name.trim() === "" ? "This device" : name.trim() });
  };
  const columns = columnsFor((chosen, item) => setAct({ act: chosen, item }));
  return (
    <Section title="Passkeys" note="a device that signs for you once it knows it is you">
      <DataTable
        caption="Your passkeys"
        columns={columns}
        rows={data.items}
        rowKey={(row) => row.id}
        empty={
          <EmptyState kind="none-yet" title="No passkeys yet">
            A passkey signs you in and confirms what you do without a code, and nobody can talk you out of it. Add one on a device only you use, and a second one for the day it is
            lost.
          </EmptyState>
        }
      />
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3 pt-4">
        <TextField
          label="Name of the new passkey"
          value={name}
          maxLength={60}
          autoComplete="off"
          placeholder="Work laptop"
          onChange={(event) => setName(event.target.value)}
          className="w-64 max-w-full"
        />
        <Button type="submit" icon={<KeyRound size={14} aria-hidden />} busy={add.isPending}>
          Add a passkey
        </Button>
      </form>
      <output className="block pt-2 text-13 text-ink-2">{add.error === null ? (add.isSuccess ? `${add.data.name} is added.` : "") : add.error.message}</output>
      {act === null ? null : <PasskeyDialog {...act} keepReasons={data.keepReasons} onClose={() => setAct(null)} />}
    </Section>
  );
}

function columnsFor(onAct: (act: PasskeyAct, item: PasskeyItem) => void): Column<PasskeyItem>[] {
  return [
    { id: "name", header: "Name", phone: "lead", cell: (row) => <span className="font-medium">{row.name}</span> },
    { id: "kind", header: "Kept", phone: "under", cell: (row) => (row.synced ? "on its owner's synced devices" : "on one device") },
    { id: "added", header: "Added", cell: (row) => <Time at={row.createdAt} /> },
    { id: "used", header: "Last used", phone: "under-end", cell: (row) => <Time at={row.lastUsedAt} relative /> },
    {
      id: "act",
      header: <span className="sr-only">Act</span>,
      phone: "trail",
      align: "end",
      cell: (row) => (
        <span className="inline-flex gap-1">
          <Button variant="bare" aria-label={`Rename ${row.name}`} onClick={() => onAct("rename", row)}>
            Rename
          </Button>
          <Button variant="bare" aria-label={`Remove ${row.name}`} onClick={() => onAct("remove", row)}>
            Remove
          </Button>
        </span>
      ),
    },
  ];
}

"use client";
import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import type * as z from "zod/mini";
import { Page } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Neighbours } from "@/components/ui/neighbours.tsx";
import { changesQuery, peopleQuery } from "@/lib/users/client";
import type { changesShape, peopleShape } from "@/lib/users/contract";
import { ChangesList } from "./changes-list.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { PeopleList } from "./people-list.tsx";
import { PersonPanel } from "./person-panel.tsx";
import { go, usersHref, UsersTabs, type UsersTab } from "./users-tabs.tsx";

type Props = { people: z.infer<typeof peopleShape>; changes: z.infer<typeof changesShape> };

/** Everyone who may sign in, what they hold, and what waits for a second admin about them. */
export function UsersView({ people, changes }: Props) {
  const search = useSearchParams();
  const id = search.get("id");
  const tab: UsersTab = search.get("tab") === "proposals" ? "proposals" : "people";
  const [inviting, setInviting] = useState(false);
  const mayInvite = useCan("people.invite");
  const list = useQuery({ ...peopleQuery, initialData: people });
  const proposals = useQuery({ ...changesQuery, initialData: changes });
  const waiting = proposals.data.items.filter((change) => change.status === "pending").length;
  const open = (next: string | null) => go(usersHref({ tab, id: next }), id !== null);
  return (
    <Page
      fill
      title="Users"
      lead="Who may sign in, with which roles. A role with a part in moving money is proposed by one admin and countersigned by another."
      actions={
        <Button variant="primary" icon={<UserPlus size={14} aria-hidden />} reasons={mayInvite.allowed ? [] : mayInvite.reasons} onClick={() => setInviting(true)}>
          Invite a person
        </Button>
      }
    >
      <UsersTabs tab={tab} waiting={waiting} />
      {tab === "people" ? (
        <PeopleList rows={list.data.items} error={list.error} selected={id} onOpen={open} />
      ) : (
        <ChangesList changes={proposals.data.items} error={proposals.error} onOpenPerson={(person) => go(usersHref({ tab, id: person }), id !== null)} />
      )}
      {id === null ? null : (
        <PersonPanel
          aside={<Neighbours keys={list.data.items.map((each) => each.id)} open={id} onOpen={open} />}
          key={id}
          id={id}
          row={list.data.items.find((row) => row.id === id)}
          onClose={() => open(null)}
        />
      )}
      {inviting ? <InviteDialog onClose={() => setInviting(false)} onOpen={open} /> : null}
    </Page>
  );
}

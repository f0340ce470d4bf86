"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { Section } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { endSessionsOfMutation, sessionsOfQuery } from "@/lib/auth/client";
import type { SessionItem } from "@/lib/auth/contract";
import { SessionTable } from "./session-table.tsx";

const reasonMin = 10;

type Ending = { item: SessionItem | null };

/** Somebody's open sessions, for those who look after access; for a person's page. */
export function SessionsOfPerson({ userId, name }: { userId: string; name: string }) {
  const mayView = useCan("sessions.view").allowed;
  const mayEnd = useCan("sessions.end");
  const sessions = useQuery({ ...sessionsOfQuery(userId), enabled: mayView });
  const [ending, setEnding] = useState<Ending | null>(null);
  if (!mayView) return null;
  const items = sessions.data?.items ?? [];
  return (
    <Section
      title="Sessions"
      actions={
        items.length === 0 ? null : (
          <Button reasons={mayEnd.allowed ? undefined : mayEnd.reasons} onClick={() => setEnding({ item: null })}>
            End all sessions
          </Button>
        )
      }
    >
      {sessions.isError ? (
        <EmptyState kind="failed" title="The sessions could not be read">
          {sessions.error.message}
        </EmptyState>
      ) : (
        <SessionTable
          items={items}
          caption={`Sessions of ${name}`}
          loading={sessions.isPending}
          busy={false}
          onEnd={mayEnd.allowed ? (item) => setEnding({ item }) : null}
          empty={`${name} is not signed in.`}
        />
      )}
      {ending === null ? null : <EndDialog userId={userId} name={name} item={ending.item} onClose={() => setEnding(null)} />}
    </Section>
  );
}

function EndDialog({ userId, name, item, onClose }: { userId: string; name: string; item: SessionItem | null; onClose: () => void }) {
  const formId = useId();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [short, setShort] = useState(false);
  const end = useMutation({ ...endSessionsOfMutation, onSuccess: onClose, onSettled: () => client.invalidateQueries({ queryKey: sessionsOfQuery(userId).queryKey }) });
  const sentence = item === null ? `End all sessions of ${name}` : `End the session on ${item.device}`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim().length < reasonMin) setShort(true);
    else end.mutate({ userId, sessionId: item?.id ?? null, reason: reason.trim() });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={sentence}
      description="Whatever is open there is refused from its next request on. They can sign in again."
      footer={
        <>
          <Button onClick={onClose}>Leave it open</Button>
          <Button variant="danger" type="submit" form={formId} busy={end.isPending}>
            {sentence}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <TextArea
          label="Reason"
          value={reason}
          maxLength={500}
          hint="It stays in the trail."
          error={short ? `Say why in at least ${reasonMin} characters.` : end.error?.message}
          onChange={(event) => {
            setReason(event.target.value);
            setShort(false);
          }}
        />
      </form>
    </Dialog>
  );
}

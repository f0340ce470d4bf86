"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Section } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { endOtherSessionsMutation, endSessionMutation, sessionsQuery } from "@/lib/auth/client";
import type { SessionList } from "@/lib/auth/contract";
import { SessionTable } from "./session-table.tsx";

/** Where one is signed in, and the way to end what one does not know. */
export function OwnSessions({ initial }: { initial: SessionList }) {
  const client = useQueryClient();
  const { data } = useQuery({ ...sessionsQuery, initialData: initial, refetchInterval: 30_000 });
  const settled = { onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }) };
  const end = useMutation({ ...endSessionMutation, ...settled });
  const endOthers = useMutation({ ...endOtherSessionsMutation, ...settled });
  const others = data.items.filter((item) => !item.current).length;
  const error = end.error ?? endOthers.error;
  return (
    <Section
      title="Sessions"
      note="at most a few at once; the oldest goes when you sign in once more"
      actions={
        others === 0 ? null : (
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            End all others
          </Button>
        )
      }
    >
      <SessionTable
        items={data.items}
        caption="Your sessions"
        loading={false}
        busy={end.isPending}
        onEnd={(item) => end.mutate({ id: item.id })}
        empty="You are signed in nowhere else."
      />
      <output className="block pt-2 text-13 text-ink-2">
        {error === null ? (end.isSuccess || endOthers.isSuccess ? "Ended. Whatever was open there is refused from its next request on." : "") : error.message}
      </output>
    </Section>
  );
}

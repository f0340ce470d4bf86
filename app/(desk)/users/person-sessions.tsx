"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Problem } from "@/components/shell/problem.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Button } from "@/components/ui/button.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { endSessionsOfMutation, sessionsOfQuery } from "@/lib/auth/client";
import { whyLength, whyRefused } from "@/lib/why";

/** Where a person is signed in, and ending all of it with a reason. */
export function PersonSessions({ id, name }: { id: string; name: string }) {
  const query = useQuery(sessionsOfQuery(id));
  const sessions = query.data?.items ?? [];
  return (
    <section className="grid gap-2" aria-label="Sessions">
      <h3 className="text-14 font-semibold">Sessions</h3>
      {query.data === undefined ? (
        query.error === null ? (
          <SkeletonLines lines={2} label="Loading the sessions" />
        ) : (
          <Problem error={query.error} />
        )
      ) : sessions.length === 0 ? (
        <p className="text-13 text-ink-2">{name} is signed in nowhere.</p>
      ) : (
        <>
          <ul className="grid border-t border-line text-13">
            {sessions.map((session) => (
              <li key={session.id} className="flex flex-wrap items-baseline justify-between gap-x-4 border-b border-line py-2">
                <span>{session.device}</span>
                <span className="text-ink-3">
                  {session.ip ?? "address not known"} · last seen <Time at={session.lastSeenAt} />
                </span>
              </li>
            ))}
          </ul>
          <EndAll id={id} />
        </>
      )}
    </section>
  );
}

function EndAll({ id }: { id: string }) {
  const client = useQueryClient();
  const may = useCan("sessions.end");
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const end = useMutation({ ...endSessionsOfMutation, onSettled: () => client.invalidateQueries({ queryKey: sessionsOfQuery(id).queryKey }) });
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asking) field.current?.focus();
  }, [asking]);
  const short = whyRefused(reason);
  if (!may.allowed) return null;
  if (!asking)
    return (
      <div>
        <Button onClick={() => setAsking(true)}>End every session …</Button>
      </div>
    );
  return (
    <form
      className="grid gap-2"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (short === undefined) end.mutate({ userId: id, sessionId: "all", reason: reason.trim() });
      }}
    >
      <TextField
        ref={field}
        label="Why end their sessions"
        value={reason}
        maxLength={whyLength.max}
        autoComplete="off"
        error={tried ? short : undefined}
        onChange={(event) => setReason(event.target.value)}
      />
      <Problem error={end.error} />
      <div className="flex gap-2">
        <Button type="submit" variant="danger" busy={end.isPending}>
          End every session
        </Button>
        <Button variant="bare" onClick={() => setAsking(false)}>
          Keep them
        </Button>
      </div>
    </form>
  );
}

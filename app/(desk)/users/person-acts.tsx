"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Problem } from "@/components/shell/problem.tsx";
import { Button, ReasonList } from "@/components/ui/button.tsx";
import { inviteAgainMutation, userKeys, type PersonVerb } from "@/lib/users/client";
import type { Person } from "@/lib/users/contract";
import { LinkShown } from "./link-shown.tsx";

type Props = { person: Person; onGive: () => void; onAsk: (verb: PersonVerb) => void };

/** What may be done about a person; an act that may not says everything that stands against it, and the way out. */
export function PersonActs({ person, onGive, onAsk }: Props) {
  const { acts, status } = person;
  const own = acts.role.find((reason) => reason.code === "own_access");
  if (own !== undefined)
    return (
      <section className="grid justify-items-start gap-3" aria-label="Acts">
        <h3 className="text-14 font-semibold">What can be done</h3>
        <ReasonList reasons={[own]} />
      </section>
    );
  const shut = status === "disabled" || status === "dormant";
  return (
    <section className="grid justify-items-start gap-3" aria-label="Acts">
      <h3 className="text-14 font-semibold">What can be done</h3>
      <Button variant="primary" reasons={acts.role} onClick={onGive}>
        Give {person.name} a role
      </Button>
      {status === "invited" ? <InviteAgain person={person} /> : null}
      {status === "active" ? (
        <>
          <Button reasons={acts.reset_password} onClick={() => onAsk("reset_password")}>
            Hand out a link to a new password
          </Button>
          <Button reasons={acts.reset_factors} onClick={() => onAsk("reset_factors")}>
            Propose to reset their second factors
          </Button>
        </>
      ) : null}
      {shut ? (
        <Button reasons={acts.enable} onClick={() => onAsk("enable")}>
          Let {person.name} in again
        </Button>
      ) : null}
      {status === "disabled" ? null : (
        <Button variant="danger" reasons={acts.disable} onClick={() => onAsk("disable")}>
          Disable {person.name}
        </Button>
      )}
    </section>
  );
}

function InviteAgain({ person }: { person: Person }) {
  const client = useQueryClient();
  const again = useMutation({ ...inviteAgainMutation, onSettled: () => client.invalidateQueries({ queryKey: userKeys.all }) });
  return (
    <>
      <Button reasons={person.acts.invite_again} busy={again.isPending} onClick={() => again.mutate({ id: person.id })}>
        Make a new invitation link
      </Button>
      <Problem error={again.error} />
      {again.data === undefined ? null : <LinkShown link={again.data}>{`The earlier link of ${person.name} has stopped working. Hand this one over yourself.`}</LinkShown>}
    </>
  );
}

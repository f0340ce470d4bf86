"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ReasonDialog } from "@/components/shell/reason-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { roleLabels, type Role } from "@/lib/access";
import { personActMutation, userKeys, type PersonVerb } from "@/lib/users/client";
import type { Person } from "@/lib/users/contract";
import { LinkShown } from "./link-shown.tsx";

type Props = { person: Pick<Person, "id" | "name">; verb: PersonVerb; role?: Role; onClose: () => void };

function wordsOf(verb: PersonVerb, name: string, role: Role | undefined): { act: string; means: string; danger: boolean } {
  switch (verb) {
    case "disable":
      return { act: `Disable ${name}`, means: "Every session and link of theirs ends at once, and what they proposed is void. Their roles stay, unused.", danger: true };
    case "enable":
      return { act: `Let ${name} in again`, means: "They sign in with their password and second factor, and have the roles they still hold.", danger: false };
    case "reset_factors":
      return {
        act: `Propose to reset the second factors of ${name}`,
        means: "When a second admin agrees, they add a factor at their next sign-in and decide no payout for 24 hours.",
        danger: false,
      };
    case "reset_password":
      return {
        act: `Make a link for ${name}`,
        means: "The link sets a new password once. Their second factor is still asked for, and they decide no payout for 24 hours.",
        danger: false,
      };
    case "end_role":
      return {
        act: role === undefined ? "End the role" : `End ${roleLabels[role]} of ${name}`,
        means: "Their very next request no longer has it. Giving it back takes a new proposal where the role is privileged.",
        danger: true,
      };
  }
}

/** Asks for the reason of an act on a person; it stays in the trail. A link that comes of it is shown this once. */
export function ActDialog({ person, verb, role, onClose }: Props) {
  const client = useQueryClient();
  const { act, means, danger } = wordsOf(verb, person.name, role);
  const run = useMutation({
    ...personActMutation,
    onSuccess: (link) => {
      if (link === null) onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: userKeys.all }),
  });
  const link = run.data ?? null;
  if (link !== null)
    return (
      <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={act} footer={<Button onClick={onClose}>Done</Button>}>
        <LinkShown link={link}>{`Hand this link to ${person.name} yourself, after you are sure that it is them.`}</LinkShown>
      </Dialog>
    );
  return (
    <ReasonDialog
      title={act}
      means={means}
      act={act}
      danger={danger}
      form={`${verb}-${person.id}`}
      run={{ ...run, mutate: (reason) => run.mutate({ id: person.id, verb, reason, role }) }}
      onClose={onClose}
    />
  );
}

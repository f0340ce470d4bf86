"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as z from "zod/mini";
import { Problem } from "@/components/shell/problem.tsx";
import { Button, ReasonList } from "@/components/ui/button.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { TextArea, TextField } from "@/components/ui/text-field.tsx";
import { privilegedRoles, roleLabels, roles, type Role } from "@/lib/access";
import { mayHoldTogether } from "@/lib/auth/policy";
import type { Decision } from "@/lib/errors";
import { inviteMutation, userKeys } from "@/lib/users/client";
import { inviteInput, type Invited } from "@/lib/users/contract";
import { whyLength } from "@/lib/why";
import { LinkShown } from "./link-shown.tsx";

type Props = { onClose: () => void; onOpen: (id: string) => void };

/** Invites a colleague: who, with which roles, and why. The link comes back once. */
export function InviteDialog({ onClose, onOpen }: Props) {
  const client = useQueryClient();
  const [invited, setInvited] = useState<Invited | null>(null);
  const done = (answer: Invited) => {
    setInvited(answer);
    void client.invalidateQueries({ queryKey: userKeys.all });
  };
  if (invited === null) return <InviteForm onClose={onClose} onDone={done} />;
  const waits = invited.proposed.map((role) => roleLabels[role]).join(", ");
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title="Invited"
      footer={
        <Button
          onClick={() => {
            onClose();
            onOpen(invited.userId);
          }}
        >
          Show the person
        </Button>
      }
    >
      <LinkShown link={invited.link}>
        {`Hand this link to the person yourself. ${waits === "" ? "" : `Before they can use it, a second admin countersigns: ${waits}.`}`.trim()}
      </LinkShown>
    </Dialog>
  );
}

function InviteForm({ onClose, onDone }: { onClose: () => void; onDone: (answer: Invited) => void }) {
  const [values, setValues] = useState({ name: "", email: "", reason: "" });
  const [chosen, setChosen] = useState<Role[]>([]);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const invite = useMutation({ ...inviteMutation, onSuccess: onDone });
  const together = mayHoldTogether(chosen, values.name.trim() === "" ? {} : { name: values.name.trim() });
  const set = (field: keyof typeof values) => (value: string) => {
    setValues((before) => ({ ...before, [field]: value }));
    setErrors({});
  };
  const submit = () => {
    const parsed = z.safeParse(inviteInput, { ...values, roles: chosen });
    if (parsed.success) invite.mutate(parsed.data);
    else setErrors(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
  };
  return (
    <FormDialog
      title="Invite a person"
      description="They choose a password and add an authenticator app when they open the link."
      act={values.name.trim() === "" ? "Invite" : `Invite ${values.name.trim()}`}
      busy={invite.isPending}
      against={together.allowed ? [] : [{ code: "toxic_roles", sentence: "These roles may not meet in one person." }]}
      onSubmit={submit}
      onClose={onClose}
    >
      <InviteFields values={values} errors={errors} set={set} chosen={chosen} onChosen={setChosen} together={together} />
      <Problem error={invite.error} />
    </FormDialog>
  );
}

type Values = { name: string; email: string; reason: string };
type FieldsProps = {
  values: Values;
  errors: Record<string, string>;
  set: (field: keyof Values) => (value: string) => void;
  chosen: readonly Role[];
  onChosen: (roles: Role[]) => void;
  /** Whether one person may hold what is chosen; said right under the roles, before anything else is filled in. */
  together: Decision;
};

function InviteFields({ values, errors, set, chosen, onChosen, together }: FieldsProps) {
  return (
    <>
      <TextField label="Name" value={values.name} onChange={(event) => set("name")(event.target.value)} error={errors["name"]} autoComplete="off" maxLength={80} />
      <TextField
        label="Email"
        type="email"
        value={values.email}
        onChange={(event) => set("email")(event.target.value)}
        error={errors["email"]}
        autoComplete="off"
        maxLength={254}
      />
      <fieldset className="grid gap-x-4 sm:grid-cols-2">
        <legend className="pb-1 text-13 font-medium">Roles</legend>
        {roles.map((role) => (
          <Checkbox
            key={role}
            label={roleLabels[role]}
            hint={privilegedRoles.includes(role) ? "Needs a second admin." : "At once."}
            checked={chosen.includes(role)}
            onChecked={(checked) => onChosen(checked ? [...chosen, role] : chosen.filter((each) => each !== role))}
          />
        ))}
      </fieldset>
      {errors["roles"] === undefined ? null : (
        <p role="alert" className="text-13 text-failed">
          {errors["roles"]}
        </p>
      )}
      {together.allowed ? null : (
        <div role="alert">
          <ReasonList reasons={together.reasons} />
        </div>
      )}
      <TextArea
        label="Reason"
        hint="Why this person needs this access. It stays in the trail."
        value={values.reason}
        onChange={(event) => set("reason")(event.target.value)}
        error={errors["reason"]}
        maxLength={whyLength.max}
      />
    </>
  );
}

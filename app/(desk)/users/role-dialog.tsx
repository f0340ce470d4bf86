"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { PreviewView } from "@/components/people/preview-view.tsx";
import { Problem } from "@/components/shell/problem.tsx";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { Select } from "@/components/ui/select.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { DateField, TextArea } from "@/components/ui/text-field.tsx";
import { privilegedRoles, roleLabels, roles, type Role } from "@/lib/access";
import { previewQuery, proposeRoleMutation, userKeys } from "@/lib/users/client";
import type { Person, PreviewInput } from "@/lib/users/contract";
import { whyLength, whyRefused } from "@/lib/why";

type Props = { person: Pick<Person, "id" | "name" | "roles">; onClose: () => void };

/** A day as people choose it, as the instant at which it begins or ends in India. */
const dayAt = (day: string, clock: string) => (day === "" ? {} : { at: `${day}T${clock}+05:30` });

/** Gives a role, or proposes one; what it changes for whom is shown before. */
export function RoleDialog({ person, onClose }: Props) {
  const client = useQueryClient();
  const [role, setRole] = useState<Role | "">("");
  const [dates, setDates] = useState({ from: "", until: "" });
  const [reason, setReason] = useState("");
  const [short, setShort] = useState(false);
  const from = dayAt(dates.from, "00:00:00").at;
  const until = dayAt(dates.until, "23:59:59").at;
  const when = { ...(from === undefined ? {} : { validFrom: from }), ...(until === undefined ? {} : { validUntil: until }) };
  const propose = useMutation({ ...proposeRoleMutation, onSuccess: onClose, onSettled: () => client.invalidateQueries({ queryKey: userKeys.all }) });
  const submit = () => {
    if (whyRefused(reason) !== undefined) setShort(true);
    else if (role !== "") propose.mutate({ id: person.id, role, reason: reason.trim(), ...when });
  };
  const words = role === "" ? "Choose a role" : privilegedRoles.includes(role) ? `Propose ${roleLabels[role]} for ${person.name}` : `Give ${roleLabels[role]} to ${person.name}`;
  return (
    <FormDialog
      width="wide"
      title={`A role for ${person.name}`}
      description="A role with a part in moving money waits for a second admin, for seven days at most."
      act={words}
      busy={propose.isPending}
      against={role === "" ? [{ code: "no_role", sentence: "No role is chosen yet." }] : []}
      onSubmit={submit}
      onClose={onClose}
    >
      <Select
        label="Role"
        placeholder="Choose a role"
        value={role}
        onValue={setRole}
        options={roles.filter((each) => !person.roles.includes(each)).map((value) => ({ value, label: roleLabels[value] }))}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <DateField label="From" hint="Empty: at once." value={dates.from} onChange={(event) => setDates({ ...dates, from: event.target.value })} />
        <DateField label="Until the end of" hint="Empty: until it is ended." value={dates.until} onChange={(event) => setDates({ ...dates, until: event.target.value })} />
      </div>
      {role === "" ? null : <Foreseen input={{ userId: person.id, role, change: "grant", ...when }} />}
      <TextArea
        label="Reason"
        value={reason}
        maxLength={whyLength.max}
        hint="Whoever countersigns reads this."
        error={short ? whyRefused(reason) : undefined}
        onChange={(event) => {
          setReason(event.target.value);
          setShort(false);
        }}
      />
      <Problem error={propose.error} />
    </FormDialog>
  );
}

function Foreseen({ input }: { input: PreviewInput }) {
  const query = useQuery(previewQuery(input));
  if (query.data === undefined) return query.error === null ? <SkeletonLines lines={3} label="Working out what it changes" /> : <Problem error={query.error} />;
  return (
    <div className="border-l-2 border-line-2 py-0.5 pl-4">
      <PreviewView preview={query.data} />
    </div>
  );
}

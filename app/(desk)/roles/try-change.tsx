"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PreviewView } from "@/components/people/preview-view.tsx";
import { Problem } from "@/components/shell/problem.tsx";
import { Select, type SelectOption } from "@/components/ui/select.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { roleLabels, roles, type Role } from "@/lib/access";
import { previewQuery } from "@/lib/users/client";
import type { PreviewInput } from "@/lib/users/contract";

const kinds = [
  { value: "grant", label: "Give the role" },
  { value: "end", label: "End the role" },
] as const;

/** Tries a change of roles without making it. */
export function TryChange({ people }: { people: readonly SelectOption[] }) {
  const [userId, setUser] = useState("");
  const [role, setRole] = useState<Role | "">("");
  const [change, setChange] = useState<"grant" | "end">("grant");
  return (
    <div className="grid max-w-180 gap-4 py-2">
      <p className="text-13 text-ink-2">Nothing here is saved. Proposing a role is done on the person's sheet, under Users.</p>
      <div className="grid gap-4 sm:grid-cols-3">
        <Select label="Person" options={people} value={userId} onValue={setUser} placeholder="Choose a person" />
        <Select label="Change" options={kinds} value={change} onValue={setChange} />
        <Select label="Role" options={roles.map((value) => ({ value, label: roleLabels[value] }))} value={role} onValue={setRole} placeholder="Choose a role" />
      </div>
      {userId === "" || role === "" ? null : <Tried input={{ userId, role, change }} />}
    </div>
  );
}

function Tried({ input }: { input: PreviewInput }) {
  const query = useQuery(previewQuery(input));
  if (query.data === undefined) return query.error === null ? <SkeletonLines lines={4} label="Working out what it changes" /> : <Problem error={query.error} />;
  return (
    <div className="border-l-2 border-line-2 py-0.5 pl-4">
      <PreviewView preview={query.data} />
    </div>
  );
}

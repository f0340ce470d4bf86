"use client";
import type { Route } from "next";
import { useViewer } from "@/components/shell/viewer.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";

export default function DeskForbidden() {
  const rolesHeld = useViewer()?.roles.length ?? 0;
  return (
    <div className="page">
      {rolesHeld === 0 ? (
        <EmptyState page kind="not-allowed" title="You hold no role now" act={<ButtonLink href={"/profile" as Route}>Go to your profile</ButtonLink>}>
          You can sign in, but there is no page for you to see. If that is a mistake, ask an owner or a security admin; what you tried is in the audit trail.
        </EmptyState>
      ) : (
        <EmptyState page kind="not-allowed" title="Your roles do not include this page" act={<ButtonLink href={"/overview" as Route}>Go to the overview</ButtonLink>}>
          Nothing was shown, and the attempt is in the audit trail. If your work needs this page, ask an owner for the role that has it.
        </EmptyState>
      )}
    </div>
  );
}

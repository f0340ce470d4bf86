import type { Route } from "next";
import { ButtonLink } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";

export default function DeskForbidden() {
  return (
    <div className="page">
      <EmptyState page kind="not-allowed" title="Your roles do not include this page" act={<ButtonLink href={"/overview" as Route}>Go to the overview</ButtonLink>}>
        Nothing was shown, and the attempt is in the audit trail. If your work needs this page, ask an owner for the role that has it.
      </EmptyState>
    </div>
  );
}

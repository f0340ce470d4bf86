import type { Route } from "next";
import { ButtonLink } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";

export default function DeskNotFound() {
  return (
    <div className="page">
      <EmptyState page kind="none-match" title="There is nothing at this address" act={<ButtonLink href={"/overview" as Route}>Go to the overview</ButtonLink>}>
        The link may be old, or the thing may be one you cannot see.
      </EmptyState>
    </div>
  );
}

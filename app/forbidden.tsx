import type { Metadata, Route } from "next";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";

export const metadata: Metadata = { title: "Not yours to see" };

export default function Forbidden() {
  return (
    <WholePage
      title="Your roles do not include this page"
      act={
        <ButtonLink href={"/overview" as Route} variant="primary">
          Go to the overview
        </ButtonLink>
      }
    >
      <p>Nothing was shown, and the attempt is in the audit trail. If your work needs this page, ask an owner for the role that has it.</p>
    </WholePage>
  );
}

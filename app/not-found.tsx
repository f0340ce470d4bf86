import type { Metadata, Route } from "next";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";

export const metadata: Metadata = { title: "Not here" };

export default function NotFound() {
  return (
    <WholePage
      title="There is nothing at this address"
      act={
        <ButtonLink href={"/overview" as Route} variant="primary">
          Go to the overview
        </ButtonLink>
      }
    >
      <p>The link may be old, or the thing may be one you cannot see.</p>
    </WholePage>
  );
}

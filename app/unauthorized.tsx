import type { Metadata, Route } from "next";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";

export const metadata: Metadata = { title: "Signed out" };

export default function Unauthorized() {
  return (
    <WholePage
      title="You are signed out"
      act={
        <ButtonLink href={"/sign-in" as Route} variant="primary">
          Sign in
        </ButtonLink>
      }
    >
      <p>Your session ended, or someone ended it. Sign in again to go on.</p>
    </WholePage>
  );
}

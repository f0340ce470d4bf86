"use client";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Ref } from "@/components/ui/ref.tsx";

export default function PageError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <WholePage
      title="This page could not be drawn"
      act={
        <Button variant="primary" onClick={retry}>
          Try again
        </Button>
      }
    >
      <p>Nothing was changed by looking at it. If it stays like this, give this reference to whoever runs the desk.</p>
      {error.digest === undefined ? null : (
        <p>
          <Ref value={error.digest} label="error reference" />
        </p>
      )}
    </WholePage>
  );
}

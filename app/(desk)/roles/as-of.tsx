"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { DateField } from "@/components/ui/text-field.tsx";

/** The instant a report is about, in Indian time; empty means now. */
export function AsOf({ at, onAt }: { at: string | null; onAt: (at: string | null) => void }) {
  const [typed, setTyped] = useState(at === null ? "" : at.slice(0, 16));
  return (
    <form
      data-screen-only
      className="flex flex-wrap items-end gap-3 py-2"
      onSubmit={(event) => {
        event.preventDefault();
        onAt(typed === "" ? null : `${typed}:00+05:30`);
      }}
    >
      <DateField label="As of (Indian time)" type="datetime-local" className="w-56 max-sm:w-64" value={typed} onChange={(event) => setTyped(event.target.value)} />
      <Button type="submit">Show it</Button>
      {at === null ? null : (
        <Button
          variant="bare"
          onClick={() => {
            setTyped("");
            onAt(null);
          }}
        >
          Back to now
        </Button>
      )}
    </form>
  );
}

"use client";
import { Ref } from "@/components/ui/ref.tsx";
import type { ClientMade } from "@/lib/clients/contract";

/** What the program needs now: its id, and its secret for the only time. */
export function SecretOnce({ made }: { made: ClientMade }) {
  return (
    <div className="grid gap-4 text-13">
      <div className="grid gap-1">
        <p className="font-medium">Client id</p>
        <Ref value={made.client.id} label="client id" />
      </div>
      {made.secret === null ? (
        <p className="text-ink-2">It signs with the private key that only its owner has. Nothing else needs to be handed over.</p>
      ) : (
        <div className="grid gap-1">
          <p className="font-medium">Secret</p>
          <p className="break-all">
            <Ref value={made.secret} label="secret" />
          </p>
          <p className="text-ink-2">This is shown once. Put it where the program reads it; whoever has it can sign as this client.</p>
        </div>
      )}
      <p className="text-ink-2">
        How to sign a request:{" "}
        <a className="underline" href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
          the API&apos;s description
        </a>
        ,{" "}
        <a className="underline" href="/api-examples/client.ts" target="_blank" rel="noreferrer">
          TypeScript
        </a>
        ,{" "}
        <a className="underline" href="/api-examples/client.sh" target="_blank" rel="noreferrer">
          curl and openssl
        </a>
        .
      </p>
    </div>
  );
}

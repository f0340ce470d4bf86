"use client";
import { Button } from "@/components/ui/button.tsx";
import { Dialog, type DialogProps } from "@/components/ui/dialog.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import type { ApiScope, ClientMade } from "@/lib/clients/contract";
import { HowToCall } from "./how-to-call.tsx";

type Props = Pick<DialogProps, "title" | "width"> & { made: ClientMade; onClose: () => void };

/** Hands over what the program needs now: its id, and its secret for the only time. */
export function SecretOnce({ made, onClose, ...dialog }: Props) {
  return (
    <Dialog
      {...dialog}
      open
      keep={made.secret !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      footer={
        <Button variant="primary" onClick={onClose}>
          {made.secret === null ? "Done" : "I have put the secret away"}
        </Button>
      }
    >
      <Needed made={made} />
    </Dialog>
  );
}

function Needed({ made }: { made: ClientMade }) {
  return (
    <div className="grid grid-cols-1 gap-4 text-13">
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
      <FirstCall made={made} />
      <HowToCall />
    </div>
  );
}

const lists: Partial<Record<ApiScope, string>> = { "accounts:read": "accounts", "payouts:read": "payouts", "links:read": "links", "transactions:read": "transactions" };

/** With the published program, as it stands at this desk, to list what its scopes let it read; it changes nothing. */
function FirstCall({ made: { client, secret } }: { made: ClientMade }) {
  const list = client.scopes.map((scope) => lists[scope]).find((found) => found !== undefined);
  if (list === undefined) return null;
  const { origin } = window.location;
  return (
    <div className="grid gap-1">
      <p className="font-medium">A first call</p>
      <pre className="ref break-all whitespace-pre-wrap">{`curl -O ${origin}/api-examples/client.ts\nnode client.ts ${origin} ${client.id} key GET /api/v1/${list}`}</pre>
      <p className="text-ink-2">
        It lists {list}; “key” is the file with the {secret === null ? "private key" : "secret"}.
      </p>
    </div>
  );
}

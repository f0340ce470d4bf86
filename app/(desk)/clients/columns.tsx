import { Ban, CircleCheck, Hourglass } from "lucide-react";
import type { Column } from "@/components/ui/data-row.tsx";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { apiScopeLabels, apiScopes, type ClientRow, type ClientState, type MakerReason, type SigningAlgorithm } from "@/lib/clients/contract";

export const clientLooks: StatusLooks<ClientState> = {
  active: { label: "Active", tone: "settled", icon: CircleCheck },
  disabled: { label: "Disabled", tone: "failed", icon: Ban },
  expired: { label: "Expired", tone: "neutral", icon: Hourglass },
};

export const algorithmLabels: Record<SigningAlgorithm, string> = { ed25519: "Key pair (Ed25519)", "hmac-sha256": "Shared secret (HMAC)" };

export const makerLabels: Record<MakerReason, string> = { created: "created it", owns: "owns it", rotated: "gave it a new key", enabled: "enabled it again" };

/** What a field says that holds no public key. */
export const wholeKey = "Paste a whole Ed25519 public key in PEM.";

/** "Ask for payouts, Read payouts and 2 more": enough to tell clients apart. */
function scopesText(row: ClientRow): string {
  if (row.scopes.length === apiScopes.length) return "Everything but deciding";
  const shown = row.scopes
    .slice(0, 2)
    .map((scope) => apiScopeLabels[scope])
    .join(", ");
  return row.scopes.length > 2 ? `${shown} and ${row.scopes.length - 2} more` : shown;
}

export const clientColumns: Column<ClientRow>[] = [
  { id: "name", header: "Client", phone: "lead", cell: (row) => row.name },
  { id: "state", header: "State", phone: "under", cell: (row) => <StatusBadge status={row.state} looks={clientLooks} /> },
  { id: "owner", header: "Owner", cell: (row) => row.owner.name },
  { id: "scopes", header: "Scopes", className: "max-w-80", cell: (row) => scopesText(row) },
  { id: "algorithm", header: "Signs with", narrow: "hide", cell: (row) => algorithmLabels[row.algorithm] },
  { id: "expires", header: "Expires", narrow: "hide", cell: (row) => <Time at={row.expiresAt} /> },
  {
    id: "used",
    header: "Last used",
    phone: "trail",
    phoneLabel: "last used",
    cell: (row) => (row.lastUsedAt === null ? <span className="text-ink-3">never</span> : <Time at={row.lastUsedAt} relative />),
  },
];

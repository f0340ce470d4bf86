// The stack of rooms: imports go down, or to the left on the same floor.
export const floors: readonly (readonly string[])[] = [
  ["policies", "monitoring", "vault", "audit", "jobs"],
  ["auth", "settings", "edge", "clients", "privacy", "ledger", "cashfree"],
  ["users", "accounts", "beneficiaries", "kyc", "transactions", "risk"],
  ["payments", "payouts", "settlements"],
  ["webhooks", "reconciliation", "incidents", "compliance", "reports", "backups", "overview", "api"],
];

export const rooms = new Set(floors.flat());

/** The ground floor: no domain words, importable by every room. */
export const ground = new Set(["config", "access", "errors", "money", "ids", "time", "why", "sensitive", "context", "idempotency", "http"]);

/** Beside the stack: they see every room and no room sees them. */
export const beside = new Set(["testing", "cli", "decisions", "tidy.test"]);

export function placeOf(room: string): { floor: number; index: number } | null {
  for (const [floor, names] of floors.entries()) {
    const index = names.indexOf(room);
    if (index >= 0) return { floor, index };
  }
  return null;
}

/** Whether room `from` may import room `to`. */
export function mayImport(from: string, to: string): boolean {
  const lower = placeOf(to);
  const upper = placeOf(from);
  if (lower === null || upper === null || from === to) return true;
  return lower.floor < upper.floor || (lower.floor === upper.floor && lower.index < upper.index);
}

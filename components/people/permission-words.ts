import { permissionList, type Permission } from "@/lib/access";

const roomLabels: Record<string, string> = {
  bans: "Bans",
  clients: "API clients",
  factors: "Second factors",
  ip_rules: "IP rules",
  people: "People",
  posture: "Posture",
  reviews: "Access reviews",
  roles: "Roles",
  security_events: "Security events",
  sessions: "Sessions",
  settings: "Settings",
};

const title = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`.replaceAll("_", " ");

/** "Payouts" for `payouts.approve`. */
function roomOf(permission: Permission): string {
  const room = permission.split(".")[0] ?? "";
  return roomLabels[room] ?? title(room);
}

/** Every permission under its room, in the vocabulary's order. */
export function permissionsByRoom(): [string, Permission[]][] {
  const rooms = new Map<string, Permission[]>();
  for (const permission of permissionList) rooms.set(roomOf(permission), [...(rooms.get(roomOf(permission)) ?? []), permission]);
  return [...rooms];
}

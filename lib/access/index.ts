// Who may do what: one vocabulary, one predicate with three faces (`can`, `requirePermission`, the screen's `useCan`).
import { AppError, type Decision } from "@/lib/errors";
import { permissions, type Permission } from "./permissions.ts";
import { roleLabels, rolesWith, type Role } from "./roles.ts";

export { permissionList, type Permission } from "./permissions.ts";
export {
  holderOf,
  onPath,
  pairPaths,
  pathIds,
  paths,
  privilegedRoles,
  rolesAt,
  soloPaths,
  toxicPairs,
  type Capability,
  type GrantSpan,
  type OpenPath,
  type PathHolder,
  type PathId,
} from "./paths.ts";
export { permissionsOf, roleLabels, rolePermissions, roles, rolesWith, type Role } from "./roles.ts";

/** What access needs to know of someone; every actor and every viewer on screen has this shape. */
export type Holder = { permissions: readonly Permission[]; roles?: readonly Role[] };

/** Pure: whether the holder has the permission, and if not, why and who has it. */
export function can(holder: Holder, permission: Permission): Decision {
  if (holder.permissions.includes(permission)) return { allowed: true };
  const granting = rolesWith(permission);
  // A role that gives it and does not: so far only approving waits for something of the person's own.
  if (holder.roles?.some((role) => granting.includes(role)) === true) {
    return {
      allowed: false,
      reasons: [{ code: `needs_${permission}`, sentence: "Your role gives you this once you hold two passkeys of your own.", wayOut: "Add them in your profile." }],
    };
  }
  const who = granting.map((role: Role) => roleLabels[role]).join(", ");
  return { allowed: false, reasons: [{ code: `needs_${permission}`, sentence: permissions[permission], wayOut: `Ask someone with the role ${who}.` }] };
}

/** Throws `forbidden` with the denial sentence unless the holder has the permission. */
export function requirePermission(holder: Holder, permission: Permission): void {
  const decision = can(holder, permission);
  if (decision.allowed) return;
  throw new AppError("forbidden", "permission_denied", decision.reasons[0]?.sentence ?? permissions[permission], { reasons: decision.reasons });
}

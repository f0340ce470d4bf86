// Who may do what: one vocabulary, one predicate with three faces (`can`, `requirePermission`, the screen's `useCan`).
import { AppError, type Decision } from "@/lib/errors";
import { permissions, type Permission } from "./permissions.ts";
import { roleHolders, rolesWith, type Role } from "./roles.ts";

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
  return { allowed: false, reasons: [{ code: `needs_${permission}`, sentence: denialOf(permission), wayOut }] };
}

const wayOut = "Ask one of them, or ask an owner or security admin for such a role.";
const list = new Intl.ListFormat("en-GB", { type: "conjunction" });

/** "approve payouts": the act in words, wherever a permission is shown. */
export function actOf(permission: Permission): string {
  return permissions[permission];
}

/** "Only finance admins may approve payouts.": worked out, so that it names exactly the roles that may. */
export function denialOf(permission: Permission): string {
  return `Only ${list.format(rolesWith(permission).map((role) => roleHolders[role]))} may ${actOf(permission)}.`;
}

/** Throws `forbidden` with the denial sentence unless the holder has the permission. */
export function requirePermission(holder: Holder, permission: Permission): void {
  const decision = can(holder, permission);
  if (decision.allowed) return;
  throw new AppError("forbidden", "permission_denied", decision.reasons[0]?.sentence ?? denialOf(permission), { reasons: decision.reasons });
}

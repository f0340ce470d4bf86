import { and, eq, gt, inArray, isNull, lte, or, countDistinct, sql } from "drizzle-orm";
import { roleGrants, users } from "@/db/schema/auth";
import { passkeys } from "@/db/schema/passkeys";
import { rolesWith, type Permission } from "@/lib/access";
import { read, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { recentSetting } from "@/lib/policies";
import { clockNow } from "@/lib/time";
import { blindIndexes, unseal } from "@/lib/vault";
import type { Me } from "./contract.ts";
import { approverPasskeysNeeded } from "./policy.ts";
import { unsealName } from "./sessions.ts";

/** The names behind user ids; ids of the system, or of nobody, are left out. */
export async function peopleNames(ids: readonly string[]): Promise<Map<string, string>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const rows = await read((db) => db.select({ id: users.id, nameCt: users.nameCt }).from(users).where(inArray(users.id, asked)));
  return new Map(await Promise.all(rows.map(async (row) => [row.id, await unsealName(row.id, row.nameCt)] as const)));
}

/**
 * Who is meant by a name, a part of one, or a whole e-mail address. Names are sealed, so each is opened and compared: a desk
 * has hundreds of people, not millions. An address is found by its keyed hash.
 */
export async function findPeople(text: string): Promise<{ id: string; name: string }[]> {
  const wanted = text.trim().toLowerCase();
  const indexes = wanted.includes("@") ? await blindIndexes("users.email", wanted) : [];
  const rows = await read((db) =>
    db
      .select({ id: users.id, nameCt: users.nameCt })
      .from(users)
      .where(indexes.length === 0 ? undefined : inArray(users.emailIndex, indexes)),
  );
  const named = await Promise.all(rows.map(async (row) => ({ id: row.id, name: await unsealName(row.id, row.nameCt) })));
  return named.filter(({ name }) => indexes.length > 0 || name.toLowerCase().includes(wanted)).toSorted((one, other) => one.name.localeCompare(other.name, "en"));
}

/** How many active people hold a permission right now. */
export async function countPeopleWith(permission: Permission): Promise<number> {
  const now = clockNow();
  const granting = rolesWith(permission);
  const keysNeeded = permission === "payouts.approve" && (await recentSetting("passkeysRequiredForApprovers")) ? approverPasskeysNeeded : 0;
  const [row] = await read((db) =>
    db
      .select({ people: countDistinct(users.id) })
      .from(users)
      .innerJoin(roleGrants, eq(roleGrants.userId, users.id))
      .where(
        and(
          eq(users.status, "active"),
          inArray(roleGrants.role, granting),
          isNull(roleGrants.endedAt),
          lte(roleGrants.validFrom, now),
          or(isNull(roleGrants.validUntil), gt(roleGrants.validUntil, now)),
          ...(keysNeeded === 0 ? [] : [sql`(select count(*) from ${passkeys} where ${passkeys.userId} = ${users.id} and ${passkeys.removedAt} is null) >= ${keysNeeded}`]),
        ),
      ),
  );
  return row?.people ?? 0;
}

/** What the signed-in person may know about themselves. */
export async function getMe(ctx: Ctx): Promise<Me> {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new AppError("unauthenticated", "signed_out", "You are not signed in.");
  const [row] = await read((db) => db.select({ id: users.id, nameCt: users.nameCt, emailCt: users.emailCt }).from(users).where(eq(users.id, actor.userId)));
  if (row === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
  const [name, email] = await Promise.all([unsealName(row.id, row.nameCt), unseal({ table: "users", column: "email_ct", rowId: row.id }, row.emailCt)]);
  return { userId: row.id, name, email, roles: [...actor.roles], permissions: [...actor.permissions] };
}

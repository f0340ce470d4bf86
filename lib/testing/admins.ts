// People of a test's own who act: contexts as the door would make them, without a browser.
import { permissionsOf, type Role } from "@/lib/access";
import { systemCtx, type Ctx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { clockNow } from "@/lib/time";
import { newPerson, type TestPerson } from "./people.ts";

export type Someone = TestPerson & { roles: readonly Role[] };

/** A new person who holds these roles. */
export async function someone(...held: Role[]): Promise<Someone> {
  return { ...(await newPerson(held)), roles: held };
}

/** That person's context, at an instant of the test's choosing. */
export function as(person: Someone, now = clockNow()): Ctx {
  const actor = { kind: "user", userId: person.userId, sessionId: newId("session"), roles: person.roles, permissions: permissionsOf(person.roles), factor: "totp" } as const;
  return { ...systemCtx("test"), actor, now };
}

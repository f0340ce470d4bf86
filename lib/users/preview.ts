// What a change of roles would do, before anybody proposes it: permissions gained and lost, and the ways it would open.
import { privilegedRoles, rolesAt } from "@/lib/access";
import { keysOf } from "@/lib/auth";
import { mayHoldKeyless, mayHoldThrough } from "@/lib/auth/policy";
import type { Ctx } from "@/lib/context";
import type { Reason } from "@/lib/errors";
import { allPairs, holdersOf, situationAt, withNames } from "./access.ts";
import { viewing } from "./changes.ts";
import { validityOf } from "./commands/propose.ts";
import type { Preview, PreviewInput } from "./contract.ts";
import { factsOf, namer, spanOf } from "./load.ts";
import { mayPropose, permissionDiff } from "./policy.ts";

/** Shows what giving or ending one role would change for one person, and for everyone who could move money with them. */
export async function previewRole(ctx: Ctx, input: PreviewInput): Promise<Preview> {
  const { userId, role } = input;
  const facts = await factsOf(null, userId, ctx.now);
  const { from, until } = validityOf(input, ctx.now);
  const at = from ?? ctx.now;
  const situation = await situationAt(at);
  const who = await namer([userId]);
  const spans = situation.grants.filter((grant) => grant.userId === userId).map(spanOf);
  const held = rolesAt(spans, at);
  const after = input.change === "grant" ? [...new Set([...held, role])] : held.filter((each) => each !== role);
  const refusals: Reason[] = [];
  if (input.change === "grant") {
    const allowed = mayPropose(viewing(ctx), facts);
    if (!allowed.allowed) refusals.push(...allowed.reasons);
    const open = spans.filter((span) => span.until === null || span.until > ctx.now);
    if (open.some((span) => span.role === role)) refusals.push({ code: "role_held", sentence: "This person already holds this role, or will." });
    const together = mayHoldThrough(open, { role, from: at, until }, { name: who(userId).name, answersForClient: situation.keepers.has(userId) });
    if (!together.allowed) refusals.push(...together.reasons);
    const keys = mayHoldKeyless(role, await keysOf(null, userId));
    if (!keys.allowed) refusals.push(...keys.reasons);
  } else if (!held.includes(role)) refusals.push({ code: "role_not_held", sentence: "This person does not hold this role." });
  else if (role === "owner" && facts.lastOwner) refusals.push({ code: "last_owner", sentence: "This is the last owner who is active and not only for a time." });
  const names = new Map([...situation.names, [userId, who(userId).name]]);
  const inside = { ...situation, names };
  const before = new Set(allPairs(holdersOf(inside)).map(({ path, people }) => `${path} ${people.join(" ")}`));
  const holders = holdersOf(inside, { userId, roles: after });
  const pairs = allPairs(holders).filter(({ path, people }) => !before.has(`${path} ${people.join(" ")}`));
  return {
    person: who(userId),
    held,
    ...permissionDiff(held, after),
    privileged: input.change === "grant" && privilegedRoles.includes(role),
    refusals,
    newPairs: pairs.slice(0, 50).map((open) => withNames(open, names)),
  };
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holderOf, pairPaths, pathIds, privilegedRoles, rolePermissions, roles, rolesAt, soloPaths, toxicPairs, type PathId, type Permission, type Role } from "./index.ts";

// The oracle shares nothing with the solver: it plays the desk, act by act, and tries every order in which people could act.

type Grant = { role: Role; from: number; until: number | null };
type Actor = { id: string; grants: Grant[]; answersForClient: boolean };
type World = { table: Record<Role, Permission[]>; actors: Actor[]; at: number };

function may(world: World, actor: Actor, permission: Permission): boolean {
  for (const grant of actor.grants) {
    const live = grant.from <= world.at && (grant.until === null || world.at < grant.until);
    if (live && world.table[grant.role].includes(permission)) return true;
  }
  return false;
}

/** What has happened so far: facts, and who made each. `helper` is an honest colleague who countersigns what admins propose. */
type Facts = Readonly<Record<string, string>>;
type Act = { fact: string; permissions: Permission[]; client?: true; helper?: true; needs?: (facts: Facts, who: string) => boolean };

const asOf = (kind: string, propose: Permission, decide: Permission): Act[] => [
  { fact: `${kind} proposed`, permissions: [propose], helper: true },
  { fact: `${kind} decided`, permissions: [decide], helper: true, needs: (facts, who) => facts[`${kind} proposed`] !== undefined && facts[`${kind} proposed`] !== who },
];
const sign = (after: string): Act => ({ fact: "money", permissions: ["payouts.approve"], needs: (facts) => facts[after] !== undefined });
const clientAsk: Act = { fact: "client asked", permissions: ["clients.create", "clients.rotate"], client: true };

const desk: Record<PathId, Act[]> = {
  payout: [{ fact: "asked", permissions: ["payouts.create"] }, sign("asked")],
  payee: [{ fact: "payee", permissions: ["beneficiaries.create"] }, sign("payee")],
  client: [clientAsk, sign("client asked")],
  hold: [
    { fact: "asked", permissions: ["payouts.create"] },
    clientAsk,
    { fact: "money", permissions: ["payouts.release"], needs: (facts) => facts["asked"] !== undefined || facts["client asked"] !== undefined },
  ],
  role: [...asOf("role", "roles.propose", "roles.decide"), { fact: "invited", permissions: ["people.invite"] }, sign("role decided")],
  policy: [...asOf("policy", "settings.propose", "settings.decide"), sign("policy decided")],
  factor: [...asOf("factor", "factors.propose_reset", "factors.decide_reset"), sign("factor decided")],
};

/** Every order of acts by `group`, until money moves. With `helped`, a colleague may countersign, and each stage still needs one of the group. */
function reaches(world: World, path: PathId, { group, helped }: { group: readonly Actor[]; helped: boolean }): boolean {
  const outsiders = world.actors.filter((actor) => !group.includes(actor));
  const stands = (facts: Facts): boolean => {
    if (facts["money"] === undefined) return false;
    const kind = (["role", "policy", "factor"] as const).find((each) => each === path);
    return !helped || kind === undefined || group.some((actor) => [facts[`${kind} proposed`], facts[`${kind} decided`]].includes(actor.id));
  };
  const visit = (facts: Facts, depth: number): boolean => {
    if (stands(facts)) return true;
    if (depth === 0 || facts["money"] !== undefined) return false;
    if (!helped && path === "role" && facts["role decided"] !== undefined && facts["invited"] !== undefined) return true;
    if (!helped && path === "factor" && facts["factor decided"] !== undefined && outsiders.some((actor) => may(world, actor, "payouts.approve"))) return true;
    return desk[path].some((act) => {
      if (facts[act.fact] !== undefined) return false;
      const able = group
        .filter((actor) => act.permissions.some((permission) => may(world, actor, permission)) || (act.client === true && actor.answersForClient))
        .map(({ id }) => id);
      const everyone = helped && act.helper === true ? [...able, "helper"] : able;
      return everyone.some((who) => (act.needs?.(facts, who) ?? true) && visit({ ...facts, [act.fact]: who }, depth - 1));
    });
  };
  return visit({}, 5);
}

const relevant: Permission[] = [
  "payouts.create",
  "payouts.approve",
  "payouts.release",
  "beneficiaries.create",
  "clients.create",
  "clients.rotate",
  "roles.propose",
  "roles.decide",
  "settings.propose",
  "settings.decide",
  "factors.propose_reset",
  "factors.decide_reset",
  "people.invite",
  "overview.view",
];

const grant = fc.record({ role: fc.constantFrom(...roles), from: fc.integer({ min: 0, max: 8 }), until: fc.option(fc.integer({ min: 1, max: 10 })) });
const worlds = fc.record({
  table: fc.record(Object.fromEntries(roles.map((role) => [role, fc.subarray(relevant, { maxLength: 4 })])) as Record<Role, fc.Arbitrary<Permission[]>>),
  grants: fc.array(fc.record({ grants: fc.array(grant, { maxLength: 4 }), answersForClient: fc.boolean() }), { minLength: 2, maxLength: 4 }),
  at: fc.integer({ min: 0, max: 10 }),
});

const instant = (tick: number) => new Date(Date.UTC(2026, 0, 1) + tick * 86_400_000);

function seen(world: World, actor: Actor) {
  const spans = actor.grants.map(({ role, from, until }) => ({ role, from: instant(from), until: until === null ? null : instant(until) }));
  return holderOf({ id: actor.id, name: actor.id, roles: rolesAt(spans, instant(world.at)), answersForClient: actor.answersForClient }, world.table);
}

describe("the solver against a search over every order of acts, on random people and roles", () => {
  test("finds for one person exactly the ways they stand on from end to end", () => {
    let found = 0;
    fc.assert(
      fc.property(worlds, ({ table, grants, at }) => {
        const world: World = { table, at, actors: grants.map((each, index) => ({ id: `p${index}`, ...each })) };
        for (const actor of world.actors) {
          const expected = pathIds.filter((path) => reaches(world, path, { group: [actor], helped: true }));
          found += expected.length;
          expect(soloPaths(seen(world, actor)).map(({ path }) => path)).toEqual(expected);
        }
      }),
      { numRuns: 10_000 },
    );
    expect(found).toBeGreaterThan(1000);
  });

  test("finds for two people exactly the ways they can walk together and neither can alone", () => {
    let found = 0;
    fc.assert(
      fc.property(worlds, ({ table, grants, at }) => {
        const world: World = { table, at, actors: grants.map((each, index) => ({ id: `p${index}`, ...each })) };
        const everyone = world.actors.map((actor) => seen(world, actor));
        for (const [index, one] of world.actors.entries()) {
          for (const [more, other] of world.actors.slice(index + 1).entries()) {
            const expected = pathIds.filter(
              (path) => reaches(world, path, { group: [one, other], helped: false }) && ![one, other].some((actor) => reaches(world, path, { group: [actor], helped: false })),
            );
            found += expected.length;
            const pair = [everyone[index] ?? seen(world, one), everyone[index + 1 + more] ?? seen(world, other)] as const;
            expect(pairPaths(pair, everyone).map(({ path }) => path)).toEqual(expected);
          }
        }
      }),
      { numRuns: 10_000 },
    );
    expect(found).toBeGreaterThan(1000);
  });
});

describe("the roles as shipped", () => {
  const shipped = rolePermissions as unknown as Record<Role, Permission[]>;
  const person = (held: readonly Role[]): World => ({
    table: shipped,
    at: 1,
    actors: [{ id: "p", answersForClient: false, grants: held.map((role) => ({ role, from: 0, until: null })) }],
  });
  const alone = (held: readonly Role[]) => {
    const world = person(held);
    return pathIds.some((path) => reaches(world, path, { group: world.actors, helped: true }));
  };

  test("may meet in one person in every combination but those that hold a toxic pair, which the search confirms", () => {
    const pairs = toxicPairs();
    for (let mask = 0; mask < 2 ** roles.length; mask += 1) {
      const held = roles.filter((_, index) => (mask >> index) % 2 === 1);
      expect(alone(held), held.join(" + ")).toBe(pairs.some(([one, other]) => held.includes(one) && held.includes(other)));
    }
    expect(pairs).toContainEqual(["finance_admin", "finance_maker"]);
  });

  test("are privileged exactly when they have a part in a way to money", () => {
    expect(privilegedRoles).toEqual(["owner", "finance_admin", "finance_maker", "risk_analyst", "security_admin"]);
  });

  test("say in words what one person could do, and as what", () => {
    const asha = holderOf({ id: "usr_a", name: "Asha", roles: ["finance_maker", "finance_admin"] });
    expect(soloPaths(asha)[0]?.sentence).toBe("Asha could request a payout as Finance maker and approve it as Finance admin.");
    const keeper = holderOf({ id: "usr_b", name: "Arjun", roles: ["finance_admin"], answersForClient: true });
    expect(soloPaths(keeper).map(({ path }) => path)).toEqual(["client"]);
  });
});

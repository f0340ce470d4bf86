// Segregation of duties: which ways money could take out of this desk, and how few people could walk one. Pure, both sides.
import type { Permission } from "./permissions.ts";
import { roleLabels, rolePermissions, roles, type Role } from "./roles.ts";

/** A permission, or answering for an API client: whoever made, owns or gave a new key to one is the maker of what it asks for. */
export type Capability = Permission | "clients.answer";

/**
 * One step of a way. Each entry of `signatures` must be given by a different person who holds one of its capabilities:
 * what the product already demands of two people (a change of roles) has two.
 */
type Step = {
  signatures: readonly (readonly Capability[])[];
  /** Signing this puts somebody else's access into the signers' hands, so a pair needs no role of its own for the rest. */
  yields?: "invented_person" | "taken_account";
};

const asks: readonly Capability[] = ["payouts.create", "clients.create", "clients.rotate", "clients.answer"];

/**
 * Every way that matters. That who asked for one payout may not sign that payout is a second wall behind this one and
 * is not relied on here: roles alone must keep the steps apart. Dispatch follows the last signature by itself.
 */
export const paths = {
  payout: { label: "Ask for a payout and approve it", steps: [{ signatures: [["payouts.create"]] }, { signatures: [["payouts.approve"]] }] },
  payee: { label: "Choose where money goes and approve it", steps: [{ signatures: [["beneficiaries.create"]] }, { signatures: [["payouts.approve"]] }] },
  client: {
    label: "Ask through an API client and approve it",
    steps: [{ signatures: [["clients.create", "clients.rotate", "clients.answer"]] }, { signatures: [["payouts.approve"]] }],
  },
  hold: { label: "Ask for a payout and release it when it is held", steps: [{ signatures: [asks] }, { signatures: [["payouts.release"]] }] },
  role: {
    label: "Change who may approve, and approve",
    steps: [{ signatures: [["roles.propose"], ["roles.decide"]], yields: "invented_person" }, { signatures: [["payouts.approve"]] }],
  },
  policy: {
    label: "Loosen the rules of approval, and approve",
    steps: [{ signatures: [["settings.propose"], ["settings.decide"]] }, { signatures: [["payouts.approve"]] }],
  },
  factor: {
    label: "Take over an approver by resetting their second factor",
    steps: [{ signatures: [["factors.propose_reset"], ["factors.decide_reset"]], yields: "taken_account" }, { signatures: [["payouts.approve"]] }],
  },
} as const satisfies Record<string, { label: string; steps: readonly Step[] }>;

export type PathId = keyof typeof paths;
export const pathIds = Object.keys(paths) as PathId[];

const words: Partial<Record<Capability, string>> = {
  "payouts.create": "request a payout",
  "payouts.approve": "approve it",
  "payouts.release": "release it when it is held",
  "beneficiaries.create": "add the beneficiary of a payout",
  "clients.create": "request a payout through an API client they create",
  "clients.rotate": "request a payout through an API client they give a new key",
  "clients.answer": "request a payout through an API client they answer for",
  "roles.propose": "propose who gets a role",
  "roles.decide": "countersign it",
  "settings.propose": "propose looser rules for payouts",
  "settings.decide": "countersign them",
  "factors.propose_reset": "propose to reset an approver's second factor",
  "factors.decide_reset": "countersign that",
};

function wordsOf(part: Capability, path: PathId): string {
  if (part === "payouts.approve" && (path === "role" || path === "policy" || path === "factor")) return "approve payouts";
  return words[part] ?? part;
}

/** Someone, and for each capability they have the words for what gives it to them ("Finance maker"). */
export type PathHolder = { id: string; name: string; holds: ReadonlyMap<Capability, string> };

/** A way in the hands of one person or of two; `signatures` says how many colleagues must countersign an administrative step on it. */
export type OpenPath = { path: PathId; people: string[]; countersignatures: number; sentence: string };

export type GrantSpan = { role: Role; from: Date; until: Date | null };

/** The roles somebody holds at an instant. */
export function rolesAt(grants: readonly GrantSpan[], at: Date): Role[] {
  return roles.filter((role) => grants.some((grant) => grant.role === role && grant.from <= at && (grant.until === null || grant.until > at)));
}

type Someone = { id: string; name: string; roles: readonly Role[]; answersForClient?: boolean };

/** A person as the solver sees them; `table` says what each role may do, as shipped unless a test draws its own. */
export function holderOf(person: Someone, table: Readonly<Record<Role, readonly Permission[]>> = rolePermissions): PathHolder {
  const holds = new Map<Capability, string>();
  for (const role of person.roles) for (const permission of table[role]) if (!holds.has(permission)) holds.set(permission, `as ${roleLabels[role]}`);
  if (person.answersForClient === true) holds.set("clients.answer", "");
  return { id: person.id, name: person.name, holds };
}

function heldOf(holder: PathHolder, signature: readonly Capability[]): Capability | undefined {
  return signature.find((capability) => holder.holds.has(capability));
}

/** What one person could do at every step of a way, or null where a step needs someone else altogether. */
function partsOf(holder: PathHolder, steps: readonly Step[]): Capability[] | null {
  const parts = steps.map((step) => step.signatures.map((signature) => heldOf(holder, signature)).find((part) => part !== undefined));
  return parts.every((part) => part !== undefined) ? parts : null;
}

/**
 * The ways one person stands on from end to end. Where a step takes two signatures the second is a colleague's, given for
 * a change of roles or rules and not for the payout: too little between one person and money, so it counts all the same.
 */
export function soloPaths(holder: PathHolder): OpenPath[] {
  return pathIds.flatMap((path) => {
    const steps: readonly Step[] = paths[path].steps;
    const parts = partsOf(holder, steps);
    if (parts === null) return [];
    const countersignatures = steps.reduce((sum, step) => sum + step.signatures.length - 1, 0);
    const said = parts.map((part) => `${wordsOf(part, path)} ${holder.holds.get(part) ?? ""}`.trim());
    const after = countersignatures === 0 ? "" : ", with one colleague's countersignature between the two";
    return [{ path, people: [holder.id], countersignatures, sentence: `${holder.name} could ${said.join(" and ")}${after}.` }];
  });
}

type Pair = readonly [PathHolder, PathHolder];

/** Who of the two gives each signature of a step; null when they cannot give all of them as different people. */
function signersOf(pair: Pair, step: Step): { who: PathHolder; part: Capability }[] | null {
  const [first, second] = step.signatures;
  if (first === undefined || step.signatures.length > 2) return null;
  const orders: readonly Pair[] = [pair, [pair[1], pair[0]]];
  for (const [one, other] of orders) {
    const part = heldOf(one, first);
    const more = second === undefined ? undefined : heldOf(other, second);
    if (part === undefined || (second !== undefined && more === undefined)) continue;
    return [{ who: one, part }, ...(more === undefined ? [] : [{ who: other, part: more }])];
  }
  return null;
}

function yielded(pair: Pair, step: Step, everyone: readonly PathHolder[]): string | null {
  if (step.yields === "invented_person" && pair.some((holder) => holder.holds.has("people.invite"))) return "and the person who gets it could be one they invited themselves";
  if (step.yields === "taken_account" && everyone.some((holder) => !pair.some(({ id }) => id === holder.id) && holder.holds.has("payouts.approve")))
    return "and the two of them could sign in as that approver";
  return null;
}

/** The ways two people could walk from end to end without anyone else, and neither of them alone. */
export function pairPaths(pair: Pair, everyone: readonly PathHolder[]): OpenPath[] {
  return pathIds.flatMap((path) => {
    const steps: readonly Step[] = paths[path].steps;
    if (pair.some((holder) => steps.every((step) => step.signatures.length === 1) && partsOf(holder, steps) !== null)) return [];
    const said: string[] = [];
    let gained: string | null = null;
    for (const step of steps) {
      const signers = signersOf(pair, step);
      if (signers === null) return [];
      said.push(...signers.map(({ who, part }) => `${who.name} could ${wordsOf(part, path)}`));
      gained = yielded(pair, step, everyone);
      if (gained !== null) break;
    }
    return [{ path, people: pair.map(({ id }) => id), countersignatures: 0, sentence: `${said.join(gained === null ? " and " : ", ")}${gained === null ? "" : `, ${gained}`}.` }];
  });
}

/** Every capability with a part in one of the ways. */
export const onPath: ReadonlySet<string> = new Set(pathIds.flatMap((path) => (paths[path].steps as readonly Step[]).flatMap((step) => step.signatures.flat())));

/** Roles that reach money or the rules around it: exactly those with a part in one of the ways. Granting one takes two admins. */
export const privilegedRoles: readonly Role[] = roles.filter((role) => rolePermissions[role].some((permission) => onPath.has(permission)));

/** Two roles that open a way when one person holds both, and open none apart; what a grant is refused for. */
export function toxicPairs(): [Role, Role][] {
  const opens = (held: readonly Role[]) => soloPaths(holderOf({ id: "", name: "", roles: held })).length > 0;
  return roles.flatMap((one, index) => roles.slice(index + 1).flatMap((other): [Role, Role][] => (opens([one, other]) && !opens([one]) && !opens([other]) ? [[one, other]] : [])));
}

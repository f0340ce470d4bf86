// Who did something, in words, for the trail and the security events.
const kinds: Record<string, string> = { system: "The desk", guest: "Not signed in", client: "API client", operator: "The operator" };

/** The same in the middle of a sentence: "everything by Asha Rao", "everything by people not signed in". */
export function actorPhrase(actor: { kind: string; id: string; name: string | null }): string {
  return actor.kind === "guest" ? "people not signed in" : actorText(actor).replace(/^The /, "the ");
}

/** A person's name where we have one, else the part of the program or the guest that acted. */
export function actorText(actor: { kind: string; id: string; name: string | null }): string {
  if (actor.name !== null) return actor.name;
  // Ids of parts of the program begin with their kind ("system:job:payout.dispatch").
  const name = actor.id.startsWith(`${actor.kind}:`) ? actor.id.slice(actor.kind.length + 1) : actor.id;
  if (actor.kind === "user") return name;
  const kind = kinds[actor.kind] ?? actor.kind;
  return name === actor.kind ? kind : `${kind} · ${name.replace(/^(job|sweep):/, "").replaceAll(/[:.]/g, " ")}`;
}

// Who held what, and who could have moved money with it: now, or at any instant in the past.
import { and, gt, inArray, lte, ne, or, sql } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { apiClients, clientMakers } from "@/db/schema/clients";
import { holderOf, onPath, pairPaths, roleLabels, rolesAt, soloPaths, type OpenPath, type PathHolder } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { peopleNames } from "@/lib/auth";
import { read, withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { parseInstant, toIst } from "@/lib/time";
import type { Paths, PersonRef, Report } from "./contract.ts";
import { grantsOf, namer, spanOf, type GrantRow } from "./load.ts";

/** The instant a query asks about; the future is asked like the present, with what is granted so far. */
export function instantOf(ctx: Ctx, at: string | undefined): Date {
  if (at === undefined) return ctx.now;
  const parsed = parseInstant(at);
  if (parsed === null) throw new AppError("bad_request", "invalid_input", "This is not a time.");
  return parsed;
}

/** Whoever was disabled or dormant at an instant: read from the trail, which remembers every change of standing. */
async function shutOutAt(at: Date): Promise<Set<string>> {
  const rows = await read((db) =>
    db.execute<{ id: string; verb: string }>(sql`
      select distinct on (object_id) object_id as id, verb from audit_log
      where verb in ('auth.disable_person', 'auth.dormant_person', 'auth.enable_person') and object_kind = 'user' and outcome = 'done' and at <= ${at.toISOString()}::timestamptz
      order by object_id, at desc, id desc`),
  );
  return new Set([...rows].filter((row) => row.verb !== "auth.enable_person").map((row) => row.id));
}

async function clientKeepersAt(at: Date): Promise<Set<string>> {
  const rows = await read((db) =>
    db
      .selectDistinct({ userId: clientMakers.userId })
      .from(clientMakers)
      .innerJoin(apiClients, sql`${apiClients.id} = ${clientMakers.clientId}`)
      .where(
        and(
          lte(clientMakers.since, at),
          gt(apiClients.expiresAt, at),
          or(ne(apiClients.status, "disabled"), gt(apiClients.statusSince, at)),
          sql`${apiClients.scopes} @> '["payouts:create"]'::jsonb`,
        ),
      ),
  );
  return new Set(rows.map((row) => row.userId));
}

export type Situation = { at: Date; grants: GrantRow[]; names: Map<string, string>; shutOut: Set<string>; keepers: Set<string> };

/** Everything the solver needs to know of an instant. */
export async function situationAt(at: Date): Promise<Situation> {
  const [grants, shutOut, keepers] = await Promise.all([grantsOf(null, null), shutOutAt(at), clientKeepersAt(at)]);
  const ids = [...new Set([...grants.map((grant) => grant.userId), ...keepers])];
  const known = ids.length === 0 ? [] : await read((db) => db.select({ id: users.id }).from(users).where(inArray(users.id, ids)));
  return { at, grants, shutOut, keepers, names: await peopleNames(known.map((row) => row.id)) };
}

/** The people who could act, as the solver sees them. `extra` lends one person another set of roles: for previews. */
export function holdersOf(situation: Situation, extra?: { userId: string; roles: Parameters<typeof holderOf>[0]["roles"] }): PathHolder[] {
  return [...situation.names].flatMap(([id, name]) => {
    if (situation.shutOut.has(id)) return [];
    const held = rolesAt(situation.grants.filter((grant) => grant.userId === id).map(spanOf), situation.at);
    const answersForClient = situation.keepers.has(id);
    const roles = extra?.userId === id ? extra.roles : held;
    return roles.length === 0 && !answersForClient ? [] : [holderOf({ id, name, roles, answersForClient })];
  });
}

/** Every way that two people could walk together. Whoever has no part in any way is left out before people are paired. */
export function allPairs(holders: readonly PathHolder[]): OpenPath[] {
  const able = holders.filter((holder) => [...holder.holds.keys()].some((capability) => onPath.has(capability)));
  return able.flatMap((one, index) => able.slice(index + 1).flatMap((other) => pairPaths([one, other], holders)));
}

export function withNames(open: OpenPath, names: ReadonlyMap<string, string>): { path: OpenPath["path"]; people: PersonRef[]; sentence: string } {
  return { path: open.path, people: open.people.map((id) => ({ id, name: names.get(id) ?? id })), sentence: open.sentence };
}

/** Who could move money alone (nobody, or who and how), and which two could together. */
export async function whoMovesMoney(ctx: Ctx, at?: string): Promise<Paths> {
  const situation = await situationAt(instantOf(ctx, at));
  const holders = holdersOf(situation);
  return {
    at: toIst(situation.at),
    people: holders.length,
    solo: holders.flatMap(soloPaths).map((open) => withNames(open, situation.names)),
    pairs: allPairs(holders).map((open) => withNames(open, situation.names)),
  };
}

/** Who held which role at an instant, and who had given it. */
export async function accessReport(ctx: Ctx, at?: string): Promise<Report> {
  const situation = await situationAt(instantOf(ctx, at));
  const live = situation.grants.filter((grant) => rolesAt([spanOf(grant)], situation.at).length > 0);
  const who = await namer(live.flatMap((grant) => [grant.userId, grant.grantedBy]));
  const rows = live.map((grant) => ({
    person: who(grant.userId),
    role: grant.role,
    validFrom: toIst(grant.validFrom),
    validUntil: grant.validUntil === null ? null : toIst(grant.validUntil),
    endedAt: grant.endedAt === null ? null : toIst(grant.endedAt),
    grantedBy: who(grant.grantedBy),
    shutOut: situation.shutOut.has(grant.userId),
  }));
  return { at: toIst(situation.at), rows: rows.toSorted((one, other) => one.person.name.localeCompare(other.person.name, "en") || one.role.localeCompare(other.role)) };
}

/** A cell of a spreadsheet: quoted, and never read as a formula. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** The report as a file; taking it along is an act of its own, and in the trail with its size. */
export async function exportReport(ctx: Ctx, at?: string): Promise<{ fileName: string; csv: string; rows: number }> {
  const report = await accessReport(ctx, at);
  const head = ["Person", "Person id", "Role", "From", "Until", "Ended", "Given by", "Shut out", "As of", "Exported by", "Request"];
  const by = ctx.actor.kind === "user" ? ctx.actor.userId : ctx.actor.kind;
  const lines = report.rows.map((row) => [
    row.person.name,
    row.person.id,
    roleLabels[row.role],
    row.validFrom,
    row.validUntil ?? "",
    row.endedAt ?? "",
    row.grantedBy.name,
    row.shutOut ? "yes" : "no",
    report.at,
    by,
    ctx.requestId,
  ]);
  await withTransaction(ctx, (tx) => recordAudit(tx, { verb: "users.export_report", objectKind: "access_report", objectId: "-", after: { at: report.at, rows: lines.length } }));
  return { fileName: `access-as-of-${report.at.slice(0, 10)}.csv`, csv: [head, ...lines].map((line) => `${line.map(cell).join(",")}\r\n`).join(""), rows: lines.length };
}

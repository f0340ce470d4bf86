import { createHash } from "node:crypto";
import { and, asc, desc, eq, inArray, ne, sql, type SQL } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { apiCalls, apiClientKeys, apiClients, clientMakers } from "@/db/schema/clients";
import { findPeople, peopleNames } from "@/lib/auth";
import { read, type Ctx, type Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { clockNow, parseInstant, toIst } from "@/lib/time";
import { apiScopes, type ClientList, type ClientPanel, type ClientRow } from "./contract.ts";
import { clientName, idleFrom, stateOf } from "./policy.ts";

type ClientRecord = typeof apiClients.$inferSelect;
type Found = { client: ClientRecord; lastUsed: string | null };

const lastUsed = sql<string | null>`(select to_char(max(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from api_calls where client_id = ${apiClients.id})`;

function find(where: SQL | undefined): Promise<Found[]> {
  return read((db) => db.select({ client: apiClients, lastUsed }).from(apiClients).where(where).orderBy(desc(apiClients.id)).limit(500));
}

function toRow({ client, lastUsed: last }: Found, names: ReadonlyMap<string, string>, now: Date): ClientRow {
  const at = last === null ? null : parseInstant(last);
  return {
    id: client.id,
    name: client.name,
    owner: { id: client.ownerId, name: names.get(client.ownerId) ?? client.ownerId },
    scopes: apiScopes.filter((scope) => client.scopes.includes(scope)),
    algorithm: client.algorithm,
    addresses: client.addresses,
    environment: client.environment,
    state: stateOf(client, now),
    stateReason: client.status === "disabled" ? client.statusReason : null,
    expiresAt: toIst(client.expiresAt),
    createdAt: toIst(client.createdAt),
    lastUsedAt: at === null ? null : toIst(at),
  };
}

/** Every API client, newest first. */
export async function listClients(_ctx: Ctx): Promise<ClientList> {
  const found = await find(undefined);
  const names = await peopleNames(found.map(({ client }) => client.ownerId));
  const now = clockNow();
  return { items: found.map((row) => toRow(row, names, now)) };
}

async function findOne(id: string): Promise<Found> {
  const [found] = await find(eq(apiClients.id, id));
  if (found === undefined) throw new AppError("not_found", "client_not_found", "There is no such API client.");
  return found;
}

/** One API client as the list shows it; throws `not_found`. */
export async function getClientRow(_ctx: Ctx, id: string): Promise<ClientRow> {
  const found = await findOne(id);
  return toRow(found, await peopleNames([found.client.ownerId]), clockNow());
}

/** One API client with its keys, everyone who counts as its maker, and its latest calls. */
export async function getClient(_ctx: Ctx, id: string): Promise<ClientPanel> {
  const [found, keys, makers, calls] = await Promise.all([
    findOne(id),
    read((db) => db.select().from(apiClientKeys).where(eq(apiClientKeys.clientId, id)).orderBy(desc(apiClientKeys.createdAt)).limit(20)),
    read((db) => db.select().from(clientMakers).where(eq(clientMakers.clientId, id)).orderBy(asc(clientMakers.since), asc(clientMakers.why))),
    read((db) => db.select().from(apiCalls).where(eq(apiCalls.clientId, id)).orderBy(desc(apiCalls.at)).limit(20)),
  ]);
  const names = await peopleNames([found.client.ownerId, ...makers.map((maker) => maker.userId), ...keys.map((key) => key.createdBy)]);
  return {
    ...toRow(found, names, clockNow()),
    keys: keys.map((key) => ({
      id: key.id,
      fingerprint: key.publicKey === null ? null : fingerprintOf(key.publicKey),
      createdAt: toIst(key.createdAt),
      createdBy: names.get(key.createdBy) ?? key.createdBy,
      goodUntil: key.goodUntil === null ? null : toIst(key.goodUntil),
    })),
    makers: makers.map((maker) => ({ person: { id: maker.userId, name: names.get(maker.userId) ?? maker.userId }, why: maker.why, since: toIst(maker.since) })),
    calls: calls.map((call) => ({ at: toIst(call.at), method: call.method, path: call.path, ip: call.ip, keyId: call.keyId, requestId: call.requestId })),
  };
}

/** The first half of a public key's SHA-256: enough to recognise it by. */
export function fingerprintOf(publicKey: Uint8Array): string {
  return createHash("sha256").update(publicKey).digest("hex").slice(0, 32);
}

/** Active people, for choosing who answers for a client. */
export async function listOwners(_ctx: Ctx): Promise<{ items: { id: string; name: string }[] }> {
  const rows = await read((db) => db.select({ id: users.id }).from(users).where(eq(users.status, "active")).orderBy(asc(users.id)).limit(500));
  const names = await peopleNames(rows.map((row) => row.id));
  return { items: rows.map(({ id }) => ({ id, name: names.get(id) ?? id })).sort((a, b) => a.name.localeCompare(b.name)) };
}

/** Everyone who counts as the maker of what this client asks for. */
export async function makersOfClient(tx: Tx | null, clientId: string): Promise<string[]> {
  const query = (db: Pick<Tx["db"], "selectDistinct">) => db.selectDistinct({ userId: clientMakers.userId }).from(clientMakers).where(eq(clientMakers.clientId, clientId));
  const rows = tx === null ? await read(query) : await query(tx.db);
  return rows.map((row) => row.userId);
}

/** The names behind the ids of people and of API clients ("API client Payroll"); other ids are left out. */
export async function actorNames(ids: readonly string[]): Promise<Map<string, string>> {
  const clientIds = [...new Set(ids.filter((id) => id.startsWith("cl_")))];
  const [names, clients] = await Promise.all([
    peopleNames(ids.filter((id) => id.startsWith("usr_"))),
    clientIds.length === 0 ? [] : read((db) => db.select({ id: apiClients.id, name: apiClients.name }).from(apiClients).where(inArray(apiClients.id, clientIds))),
  ]);
  return new Map([...names, ...clients.map(({ id, name }) => [id, clientName(name)] as const)]);
}

/** People and programs that a name, a part of one, an e-mail address or an id means. */
export async function findActors(text: string): Promise<{ id: string; name: string }[]> {
  const [exact, people, clients] = await Promise.all([
    actorNames([text]),
    findPeople(text),
    read((db) =>
      db
        .select({ id: apiClients.id, name: apiClients.name })
        .from(apiClients)
        .where(sql`position(lower(${text}) in lower(${apiClients.name})) > 0`),
    ),
  ]);
  return [...[...exact].map(([id, name]) => ({ id, name })), ...people, ...clients.map(({ id, name }) => ({ id, name: clientName(name) }))];
}

/** Active clients whose owner is no longer an active person. */
export async function listOrphanedClients(): Promise<string[]> {
  const rows = await read((db) =>
    db
      .select({ id: apiClients.id })
      .from(apiClients)
      .innerJoin(users, eq(users.id, apiClients.ownerId))
      .where(and(eq(apiClients.status, "active"), ne(users.status, "active"))),
  );
  return rows.map((row) => row.id);
}

/** Active clients that nobody has used for too long. */
export async function listIdleClients(now: Date): Promise<string[]> {
  const found = await find(eq(apiClients.status, "active"));
  return found
    .filter(({ client, lastUsed: last }) => idleFrom({ statusSince: client.statusSince, lastUsedAt: last === null ? null : parseInstant(last) }) <= now)
    .map(({ client }) => client.id);
}

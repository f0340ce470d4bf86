import { randomBytes } from "node:crypto";
import { and, desc, eq, gt, isNull, or } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { apiClientKeys, apiClients, clientMakers } from "@/db/schema/clients";
import { requirePermission, type Permission } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { requireMayAnswer } from "@/lib/auth";
import { config } from "@/lib/config";
import { withTransaction, type Ctx, type Tx, type UserActor } from "@/lib/context";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { dayMs, hourMs, plusMs } from "@/lib/time";
import { seal } from "@/lib/vault";
import { requireRanges } from "./addresses.ts";
import type { ClientMade, ClientRow, CreateClientInput, MakerReason, RotateClientInput, SigningAlgorithm } from "./contract.ts";
import { clientRules, stateOf } from "./policy.ts";
import { fingerprintOf, getClientRow } from "./queries.ts";
import { publicKeyBytes } from "./signature.ts";

type ClientRecord = typeof apiClients.$inferSelect;

/** The signed-in person with the permission; a program never makes or changes programs. */
function requirePerson(ctx: Ctx, permission: Permission): UserActor {
  requirePermission(ctx.actor, permission);
  if (ctx.actor.kind !== "user") throw new AppError("forbidden", "not_a_person", "Only a signed-in person may do this.");
  return ctx.actor;
}

/** Makes an API client with its first key. A secret is in this answer and nowhere else. */
export async function createClient(ctx: Ctx, input: CreateClientInput): Promise<ClientMade> {
  const person = requirePerson(ctx, "clients.create");
  const addresses = requireRanges(input.addresses);
  const id = newId("client");
  const key = await newKey(input);
  await withTransaction(ctx, async (tx) => {
    await requireMakersMay(tx, input.scopes, [person.userId, input.ownerId]);
    await requireActive(tx, input.ownerId);
    await tx.db.insert(apiClients).values({
      id,
      name: input.name,
      ownerId: input.ownerId,
      scopes: [...new Set(input.scopes)],
      algorithm: input.algorithm,
      addresses,
      environment: config().mode,
      statusSince: ctx.now,
      expiresAt: plusMs(ctx.now, input.days * dayMs),
      createdBy: person.userId,
      createdAt: ctx.now,
    });
    await addMaker(tx, { clientId: id, userId: person.userId, why: "created" });
    await addMaker(tx, { clientId: id, userId: input.ownerId, why: "owns" });
    await addKey(tx, { clientId: id, key, by: person.userId });
    const facts = { scopes: input.scopes.join(" "), algorithm: input.algorithm };
    await recordAudit(tx, {
      verb: "client.create",
      objectKind: "client",
      objectId: id,
      after: { ...facts, ownerId: input.ownerId, addresses: addresses.join(" "), days: input.days, keyId: key.id, fingerprint: key.fingerprint },
    });
    await recordEvent(tx, { event: "client.created", subjectUserId: input.ownerId, fields: { clientId: id, ...facts } });
  });
  return made(ctx, id, key);
}

/** Gives a client a new key; the old one stays good for the overlap. Who does this counts as its maker from now on. */
export async function rotateClient(ctx: Ctx, id: string, input: RotateClientInput): Promise<ClientMade> {
  const person = requirePerson(ctx, "clients.rotate");
  const { algorithm } = await getClientRow(ctx, id);
  const key = await newKey({ algorithm, publicKey: input.publicKey });
  await withTransaction(ctx, async (tx) => {
    const client = await lockClient(tx, id);
    if (stateOf(client, ctx.now) !== "active") throw conflict("client_not_active", "Only an active client gets a new key.");
    await requireMakersMay(tx, client.scopes, [person.userId]);
    const good = await goodKeys(tx, id);
    const until = plusMs(ctx.now, input.overlapHours * hourMs);
    const [latest, ...older] = good;
    if (latest !== undefined) await endKey(tx, latest, until);
    // Two at a time: what an earlier change-over left behind ends now.
    for (const each of older) await endKey(tx, each, ctx.now);
    await addMaker(tx, { clientId: id, userId: person.userId, why: "rotated" });
    await addKey(tx, { clientId: id, key, by: person.userId });
    await recordAudit(tx, {
      verb: "client.rotate",
      objectKind: "client",
      objectId: id,
      before: { keyId: latest?.id ?? "-" },
      after: { keyId: key.id, fingerprint: key.fingerprint, oldGoodUntil: until.toISOString() },
    });
    await recordEvent(tx, { event: "client.rotated", fields: { clientId: id, keyId: key.id, overlapHours: input.overlapHours } });
  });
  return made(ctx, id, key);
}

/** Stops a client: its very next call is refused. */
export async function disableClient(ctx: Ctx, id: string, given: { reason: string }): Promise<ClientRow> {
  requirePerson(ctx, "clients.disable");
  await withTransaction(ctx, async (tx) => {
    await changeStatus(tx, await lockClient(tx, id), { to: "disabled", reason: given.reason });
    await recordEvent(tx, { event: "client.disabled", fields: { clientId: id } });
  });
  return getClientRow(ctx, id);
}

/** Lets a disabled client call again. Who does this counts as its maker from now on. */
export async function enableClient(ctx: Ctx, id: string, given: { reason: string }): Promise<ClientRow> {
  const person = requirePerson(ctx, "clients.create");
  await withTransaction(ctx, async (tx) => {
    const client = await lockClient(tx, id);
    if (client.expiresAt <= ctx.now) throw conflict("client_expired", "An expired client stays so. Create a new one.");
    // While it was disabled its makers could be given what they may not hold beside it.
    const makers = await tx.db.selectDistinct({ userId: clientMakers.userId }).from(clientMakers).where(eq(clientMakers.clientId, id));
    await requireMakersMay(tx, client.scopes, [person.userId, ...makers.map((maker) => maker.userId)]);
    await requireActive(tx, client.ownerId);
    await addMaker(tx, { clientId: id, userId: person.userId, why: "enabled" });
    await changeStatus(tx, client, { to: "active", reason: given.reason });
    await recordEvent(tx, { event: "client.enabled", fields: { clientId: id } });
  });
  return getClientRow(ctx, id);
}

/** Disables one client because nobody used it; for the sweep. */
export async function disableIdle(ctx: Ctx, id: string): Promise<void> {
  const days = clientRules.idleMs / dayMs;
  await withTransaction(ctx, async (tx) => {
    await changeStatus(tx, await lockClient(tx, id), { to: "disabled", reason: `Nobody used it for ${days} days.` });
    await recordEvent(tx, { event: "client.idle", fields: { clientId: id, days } });
  });
}

/** Disables one client because its owner is gone; for the sweep. */
export async function disableOrphaned(ctx: Ctx, id: string): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await changeStatus(tx, await lockClient(tx, id), { to: "disabled", reason: "Its owner is no longer an active person of this desk." });
    await recordEvent(tx, { event: "client.disabled", fields: { clientId: id } });
  });
}

async function changeStatus(tx: Tx, client: ClientRecord, change: { to: "active" | "disabled"; reason: string }): Promise<void> {
  if (client.status === change.to) throw conflict("client_already", `This client is already ${change.to}.`);
  await tx.db.update(apiClients).set({ status: change.to, statusReason: change.reason, statusSince: tx.ctx.now }).where(eq(apiClients.id, client.id));
  await recordAudit(tx, {
    verb: change.to === "active" ? "client.enable" : "client.disable",
    objectKind: "client",
    objectId: client.id,
    reason: change.reason,
    before: { status: client.status },
    after: { status: change.to },
  });
}

async function lockClient(tx: Tx, id: string): Promise<ClientRecord> {
  const [row] = await tx.db.select().from(apiClients).where(eq(apiClients.id, id)).for("update");
  if (row === undefined) throw new AppError("not_found", "client_not_found", "There is no such API client.");
  return row;
}

/** Whoever becomes the maker of a client's payouts may not hold a role with which they could decide them. */
async function requireMakersMay(tx: Tx, scopes: readonly string[], people: readonly string[]): Promise<void> {
  if (!scopes.includes("payouts:create")) return;
  for (const userId of [...new Set(people)].sort()) await requireMayAnswer(tx, userId);
}

async function requireActive(tx: Tx, userId: string): Promise<void> {
  const rows = await tx.db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.status, "active")))
    .for("share");
  if (rows.length === 0) throw new AppError("unprocessable", "owner_not_active", "The owner must be an active person of this desk.");
}

function goodKeys(tx: Tx, clientId: string) {
  return tx.db
    .select({ id: apiClientKeys.id, goodUntil: apiClientKeys.goodUntil })
    .from(apiClientKeys)
    .where(and(eq(apiClientKeys.clientId, clientId), or(isNull(apiClientKeys.goodUntil), gt(apiClientKeys.goodUntil, tx.ctx.now))))
    .orderBy(desc(apiClientKeys.createdAt), desc(apiClientKeys.id));
}

async function isKnownKey(tx: Tx, publicKey: Uint8Array): Promise<boolean> {
  return (await tx.db.select({ id: apiClientKeys.id }).from(apiClientKeys).where(eq(apiClientKeys.publicKey, publicKey)).limit(1)).length > 0;
}

async function endKey(tx: Tx, key: { id: string; goodUntil: Date | null }, until: Date): Promise<void> {
  if (key.goodUntil !== null && key.goodUntil <= until) return;
  await tx.db.update(apiClientKeys).set({ goodUntil: until }).where(eq(apiClientKeys.id, key.id));
}

async function addMaker(tx: Tx, maker: { clientId: string; userId: string; why: MakerReason }): Promise<void> {
  await tx.db
    .insert(clientMakers)
    .values({ ...maker, since: tx.ctx.now })
    .onConflictDoNothing();
}

type NewKey = { id: string; publicKey: Uint8Array | null; secretCt: Uint8Array | null; secret: string | null; fingerprint: string };

async function newKey(given: { algorithm: SigningAlgorithm; publicKey?: string | undefined }): Promise<NewKey> {
  const id = newId("clientKey");
  if (given.algorithm === "ed25519") {
    const publicKey = publicKeyBytes(given.publicKey ?? "");
    if (publicKey === null)
      throw new AppError("unprocessable", "bad_public_key", "This is not a whole Ed25519 public key (-----BEGIN PUBLIC KEY-----).", {
        detail: { publicKey: "Paste a whole Ed25519 public key in PEM." },
      });
    return { id, publicKey, secretCt: null, secret: null, fingerprint: fingerprintOf(publicKey) };
  }
  if (given.publicKey !== undefined) throw new AppError("unprocessable", "no_public_key", "A client that signs with a secret has no public key.");
  // The text itself is the key, so that a shell can sign with it.
  const secret = randomBytes(32).toString("base64url");
  const secretCt = await seal({ table: "api_client_keys", column: "secret_ct", rowId: id }, secret);
  return { id, publicKey: null, secretCt, secret, fingerprint: "secret" };
}

async function addKey(tx: Tx, given: { clientId: string; key: NewKey; by: string }): Promise<void> {
  const { id, publicKey, secretCt } = given.key;
  if (publicKey !== null && (await isKnownKey(tx, publicKey))) throw conflict("key_known", "This key is or was already used by an API client. Make a new pair.");
  await tx.db.insert(apiClientKeys).values({ id, clientId: given.clientId, publicKey, secretCt, createdBy: given.by, createdAt: tx.ctx.now });
}

async function made(ctx: Ctx, id: string, key: NewKey): Promise<ClientMade> {
  return { client: await getClientRow(ctx, id), keyId: key.id, secret: key.secret };
}

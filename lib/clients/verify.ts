// Who calls: the signature first, then the body it binds, then its nonce. Nothing is said of a client whose key did not sign.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { and, desc, eq, gt, isNull, or } from "drizzle-orm";
import { compiled, slot } from "@/db/compiled";
import { users } from "@/db/schema/auth";
import { apiClientKeys, apiClients } from "@/db/schema/clients";
import { config } from "@/lib/config";
import { read, type ClientActor, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { requireQuota } from "@/lib/edge";
import { log, raiseQuietly } from "@/lib/monitoring";
import { seal, unsealBytes } from "@/lib/vault";
import { isWithin } from "./addresses.ts";
import { noteCall } from "./calls.ts";
import { apiScopes, type ApiScope, type SigningAlgorithm } from "./contract.ts";
import { countBadSignature, requireNotBlocked } from "./limits.ts";
import { clientRules, mayCall, permissionsOfScopes } from "./policy.ts";
import { digestMatches, isSignedBy, publicKeyFrom, readClaim, type Claim, type VerifyingKey } from "./signature.ts";

export type Call = { method: string; url: URL; headers: Headers; readBody: () => Promise<Uint8Array> };

/** A call whose signature, body and nonce are good. Whether its client may call at all is asked next. */
export type KnownCall = { ctx: Ctx & { actor: ClientActor }; raw: Uint8Array; client: Pick<ClientRecord, "status" | "expiresAt" | "addresses"> & { ownerActive: boolean } };

type ClientRecord = typeof apiClients.$inferSelect;
type KeyRecord = { id: string; publicKey: Uint8Array | null; secretCt: Uint8Array | null };
type Found = { client: ClientRecord; ownerActive: boolean; keys: KeyRecord[] };
type Failure = "unsigned" | "bad_signature" | "other_environment" | "replayed" | "body_mismatch" | "skewed";

/** Verifies a call and answers it in the name of its client; throws `unauthenticated`, in one wording for all that is not signed well. */
export async function verifyCall(ctx: Ctx, call: Call): Promise<KnownCall> {
  const hasBody = carriesBody(call);
  const claim = readClaim({ ...call, hasBody });
  const [found] = await Promise.all([claim === null ? null : load(claim.keyId, ctx.now), requireNotBlocked(ctx)]);
  if (claim === null) throw await failure(ctx, call.headers.has("signature") || call.headers.has("signature-input") ? "bad_signature" : "unsigned");
  const keyId = await signedBy(claim, found);
  if (found === null || keyId === null) throw await failure(ctx, "bad_signature");
  const known = { ...ctx, actor: actorOf(found.client, keyId) };
  if (found.client.environment !== config().mode) throw await failure(known, "other_environment");
  if (Math.abs(ctx.now.getTime() - claim.createdMs) > clientRules.skewMs) throw await failure(known, "skewed");
  const raw = hasBody ? await call.readBody() : new Uint8Array();
  if (hasBody && !digestMatches(call.headers.get("content-digest"), raw)) throw await failure(known, "body_mismatch");
  const fresh = await noteCall(known, { nonce: claim.nonce, method: call.method, path: call.url.pathname });
  if (!fresh) throw await failure(known, "replayed");
  return { ctx: known, raw, client: { ...found.client, ownerActive: found.ownerActive } };
}

/** Whatever announces a body must have signed it, also where the method has no use for one. */
function carriesBody({ method, headers }: Call): boolean {
  return (method !== "GET" && method !== "HEAD") || (headers.get("content-length") ?? "0") !== "0" || headers.has("transfer-encoding");
}

/** Refuses a disabled or expired client (401) and one that calls from elsewhere (403). */
export function requireMayCall({ ctx, client }: KnownCall): void {
  const decision = mayCall(client, { now: ctx.now, addressAllowed: isWithin(client.addresses, ctx.ip) });
  if (decision.allowed) return;
  const [first] = decision.reasons;
  const code = first?.code === "address_not_allowed" ? "forbidden" : "unauthenticated";
  throw new AppError(code, first?.code ?? "client_refused", decision.reasons.map((reason) => reason.sentence).join(" "), { reasons: decision.reasons });
}

const selectKeys = compiled((db) =>
  db
    .select({ client: apiClients, ownerStatus: users.status, key: { id: apiClientKeys.id, publicKey: apiClientKeys.publicKey, secretCt: apiClientKeys.secretCt } })
    .from(apiClients)
    .innerJoin(apiClientKeys, and(eq(apiClientKeys.clientId, apiClients.id), or(isNull(apiClientKeys.goodUntil), gt(apiClientKeys.goodUntil, slot("nowText")))))
    .innerJoin(users, eq(users.id, apiClients.ownerId))
    .where(eq(apiClients.id, slot("id")))
    .orderBy(desc(apiClientKeys.createdAt), desc(apiClientKeys.id))
    .limit(clientRules.keysMax),
);

async function load(id: string, now: Date): Promise<Found | null> {
  const rows = await read((db) => selectKeys(db, { id, nowText: now.toISOString() }));
  const [first] = rows;
  return first === undefined ? null : { client: first.client, ownerActive: first.ownerStatus === "active", keys: rows.map((row) => row.key) };
}

/**
 * The key that signed, or null. As many keys are tried for a client that does not exist, or has one key, as for one with
 * all it can have, and none is left out once another fitted: time says nothing about who exists.
 */
async function signedBy(claim: Claim, found: Found | null): Promise<string | null> {
  const own = found !== null && found.client.algorithm === claim.algorithm ? found.keys : [];
  const tried = [...own, ...Array.from({ length: clientRules.keysMax - own.length }, () => null)];
  let signer: string | null = null;
  for (const key of tried) {
    const good = isSignedBy(key === null ? await nobodysKey(claim.algorithm) : await verifyingKey(claim.algorithm, key), claim.base, claim.signature);
    if (good && key !== null) signer ??= key.id;
  }
  return signer;
}

async function verifyingKey(algorithm: SigningAlgorithm, key: KeyRecord): Promise<VerifyingKey> {
  if (algorithm === "ed25519" && key.publicKey !== null) return { algorithm, publicKey: publicKeyFrom(key.publicKey) };
  if (algorithm === "hmac-sha256" && key.secretCt !== null)
    return { algorithm, secret: await unsealBytes({ table: "api_client_keys", column: "secret_ct", rowId: key.id }, key.secretCt) };
  throw new AppError("internal", "client_key_broken", "A key of this API client is not of its kind.");
}

let nobody: Promise<KeyRecord> | undefined;

/** A key of which nobody has the other half, opened with the same work as a real one. */
async function nobodysKey(algorithm: SigningAlgorithm): Promise<VerifyingKey> {
  nobody ??= seal({ table: "api_client_keys", column: "secret_ct", rowId: "nobody" }, randomBytes(32)).then((secretCt) => {
    const { publicKey } = generateKeyPairSync("ed25519");
    return { id: "nobody", publicKey: new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32)), secretCt };
  });
  nobody.catch(() => (nobody = undefined));
  return verifyingKey(algorithm, await nobody);
}

function actorOf(client: ClientRecord, keyId: string): ClientActor {
  const scopes = apiScopes.filter((scope: ApiScope) => client.scopes.includes(scope));
  return { kind: "client", clientId: client.id, name: client.name, keyId, scopes, permissions: permissionsOfScopes(scopes) };
}

const sentences: Record<Failure, string> = {
  unsigned: "The signature is missing or not valid for this request.",
  bad_signature: "The signature is missing or not valid for this request.",
  other_environment: "This API client was made in another environment. Use one that was made in this one.",
  replayed: "This signature was used before. Sign every request anew, with its own nonce.",
  body_mismatch: "The body is not the one that the signed Content-Digest (sha-256) speaks of.",
  skewed: "The signature's time is more than 60 s from ours. Set the clock and sign anew.",
};

/**
 * Notes the failure. A signature by nobody's key counts towards shutting the address out; whatever else is wrong (no
 * signature, a wrong clock, a repetition) is only kept from coming too often. Answers what to throw.
 */
async function failure(ctx: Ctx, why: Failure): Promise<AppError> {
  log.info({ requestId: ctx.requestId, ip: ctx.ip, why, client: ctx.actor.kind === "client" ? ctx.actor.clientId : null }, "a signed request was refused");
  await raiseQuietly(ctx, { event: "apisig.failed", fields: { why, client: ctx.actor.kind === "client" ? ctx.actor.clientId : "nobody known" } }, `${ctx.ip ?? "unknown"} ${why}`);
  if (why === "bad_signature") await countBadSignature(ctx);
  else await requireQuota({ ...ctx, actor: { kind: "guest", name: "guest", permissions: [] } }, "guest");
  const kind = why === "unsigned" ? "bad_signature" : why;
  return new AppError("unauthenticated", kind, sentences[why]);
}

// A caller of the service API for tests: signs as the profile says, or wrongly in whatever way a test wants.
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { createClient } from "@/lib/clients";
import type { ApiScope, CreateClientInput } from "@/lib/clients/contract";
import { clockNow } from "@/lib/time";
import type { TestDatabase } from "./database.ts";
import { ctxOf, type Person } from "./payouts.ts";

export type TestClient = { id: string; algorithm: "ed25519"; privateKey: KeyObject } | { id: string; algorithm: "hmac-sha256"; secret: string };

export function newPair(): { publicKey: string; privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { publicKey: publicKey.export({ format: "pem", type: "spki" }).toString(), privateKey };
}

/** Makes a client as `creator`, who owns it unless told otherwise. */
export async function newClient(creator: Person, scopes: readonly ApiScope[], given: Partial<CreateClientInput> = {}): Promise<TestClient> {
  const pair = newPair();
  const algorithm = given.algorithm ?? "ed25519";
  const key = algorithm === "ed25519" ? { publicKey: pair.publicKey } : {};
  const made = await createClient(ctxOf(creator), { name: "Test Client", ownerId: creator.userId, scopes: [...scopes], addresses: [], days: 30, ...given, algorithm, ...key });
  if (made.secret !== null) return { id: made.client.id, algorithm: "hmac-sha256", secret: made.secret };
  return { id: made.client.id, algorithm: "ed25519", privateKey: pair.privateKey };
}

export type Ask = {
  method?: string;
  path: string;
  body?: unknown;
  key?: string;
  ip?: string;
  nonce?: string;
  createdSeconds?: number;
  algorithm?: string;
  keyId?: string;
  components?: readonly string[];
  label?: string;
  /** Changes what is sent after it was signed. */
  tamper?: (sent: { method: string; path: string; headers: Headers; body: string | null }) => void;
};

const signer = (client: TestClient, base: string): Buffer =>
  client.algorithm === "ed25519" ? sign(null, Buffer.from(base), client.privateKey) : createHmac("sha256", client.secret).update(base).digest();

export function newKey(): string {
  return randomBytes(12).toString("hex");
}

/** The address header of the test configuration, so that each test calls from an address of its own. */
export const peerHeader = "x-test-peer";

let calls = 0;

/** A signed request. Each call comes from another address unless one is given, so that no test blocks another's. */
export function signedRequest(client: TestClient, ask: Ask): Request {
  const sent = {
    method: ask.method ?? (ask.body === undefined ? "GET" : "POST"),
    path: ask.path,
    headers: new Headers(),
    body: ask.body === undefined ? null : JSON.stringify(ask.body),
  };
  calls += 1;
  sent.headers.set(peerHeader, ask.ip ?? `10.${(calls >> 16) & 255}.${(calls >> 8) & 255}.${calls & 255}`);
  const url = new URL(sent.path, "http://localhost:3000");
  const values: Record<string, string> = { "@method": sent.method, "@path": url.pathname, "@query": url.search === "" ? "?" : url.search, "@authority": url.host };
  const components = [...(ask.components ?? ["@method", "@path", "@query", ...(sent.body === null ? [] : ["content-digest", "idempotency-key"])])];
  if (sent.body !== null) {
    values["content-digest"] = `sha-256=:${createHash("sha256").update(sent.body).digest("base64")}:`;
    values["idempotency-key"] = ask.key ?? newKey();
    sent.headers.set("content-type", "application/json");
    for (const name of ["content-digest", "idempotency-key"]) sent.headers.set(name, values[name] ?? "");
  }
  const created = ask.createdSeconds ?? Math.floor(clockNow().getTime() / 1000);
  const params = `(${components.map((name) => `"${name}"`).join(" ")});created=${created};nonce="${ask.nonce ?? newKey()}";keyid="${ask.keyId ?? client.id}";alg="${ask.algorithm ?? client.algorithm}"`;
  const base = [...components.map((name) => `"${name}": ${values[name] ?? ""}`), `"@signature-params": ${params}`].join("\n");
  const label = ask.label ?? "sig1";
  sent.headers.set("signature-input", `${label}=${params}`);
  sent.headers.set("signature", `${label}=:${signer(client, base).toString("base64")}:`);
  ask.tamper?.(sent);
  return new Request(new URL(sent.path, "http://localhost:3000"), { method: sent.method, headers: sent.headers, ...(sent.body === null ? {} : { body: sent.body }) });
}

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

export type Answered = { status: number; body: Record<string, unknown>; headers: Headers };

/** Lets a handler answer a request, with the parameters its path has. */
export async function answer(handler: Handler, request: Request, params: Record<string, string> = {}): Promise<Answered> {
  const response = await handler(request, { params: Promise.resolve(params) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
}

/** "401 bad_signature": what matters of a refusal. */
export const said = ({ status, body: { code } }: Answered): string => `${status} ${String(code)}`;

export const withHeader =
  (name: string, change: (was: string) => string): NonNullable<Ask["tamper"]> =>
  ({ headers }) =>
    headers.set(name, change(headers.get(name) ?? ""));

export const without =
  (...names: string[]): NonNullable<Ask["tamper"]> =>
  ({ headers }) =>
    names.forEach((name) => headers.delete(name));

/** How many rows money and its trail have: what would differ, had anything been done. */
export async function moneyState({ superuser }: TestDatabase): Promise<number[]> {
  const tables = ["payouts", "holds", "transactions", "transaction_evidence", "jobs", "api_answers", "idempotency_keys"];
  return Promise.all(tables.map(async (table) => (await superuser<{ count: number }[]>`select count(*)::int as count from ${superuser(table)}`)[0]?.count ?? -1));
}

/** The fields of every security event with this id. */
export async function eventsOf({ superuser }: TestDatabase, event: string): Promise<Record<string, string>[]> {
  const rows = await superuser<{ fields: Record<string, string> }[]>`select fields from security_events where event = ${event}`;
  return rows.map((row) => row.fields);
}

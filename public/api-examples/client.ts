// Calls the Countersign service API: signs a request (RFC 9421), sends it, prints the answer. Needs nothing but Node 24.
//
//   openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout   # give the public half to the desk
//   node client.ts https://desk.example cl_… key.pem GET /api/v1/accounts
//   node client.ts https://desk.example cl_… key.pem POST /api/v1/payouts '{"accountId":"acct_…","beneficiaryId":"ben_…","amountPaise":"100000","purpose":"Invoice 42"}'
//
// The key file holds an Ed25519 private key (PEM), or the secret that the desk showed once. A further argument is the
// Idempotency-Key: give the same one again, with the same body, when you do not know whether a request arrived.
import { createHash, createHmac, createPrivateKey, randomBytes, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";

type Signed = { method: string; path: string; body: string | null; clientId: string; key: string; idempotencyKey: string };

/** The headers that make a request one of this client's, for the next minute, once. */
export function signedHeaders({ method, path, body, clientId, key, idempotencyKey }: Signed): Record<string, string> {
  const isPem = key.includes("PRIVATE KEY");
  const [pathname = "", query = ""] = path.split(/\?(.*)/s);
  const covered: [name: string, value: string][] = [
    ["@method", method],
    ["@path", pathname],
    ["@query", `?${query}`],
  ];
  if (body !== null) {
    covered.push(["content-digest", `sha-256=:${createHash("sha256").update(body).digest("base64")}:`]);
    covered.push(["idempotency-key", idempotencyKey]);
  }
  const names = covered.map(([name]) => `"${name}"`).join(" ");
  const created = Math.floor(Date.now() / 1000);
  const params = `(${names});created=${created};nonce="${randomBytes(16).toString("hex")}";keyid="${clientId}";alg="${isPem ? "ed25519" : "hmac-sha256"}"`;
  const base = [...covered.map(([name, value]) => `"${name}": ${value}`), `"@signature-params": ${params}`].join("\n");
  const signature = isPem ? sign(null, Buffer.from(base), createPrivateKey(key)) : createHmac("sha256", key.trim()).update(base).digest();
  return {
    ...Object.fromEntries(covered.filter(([name]) => !name.startsWith("@"))),
    ...(body === null ? {} : { "content-type": "application/json" }),
    "signature-input": `sig1=${params}`,
    signature: `sig1=:${signature.toString("base64")}:`,
  };
}

const [origin, clientId, keyFile, method, path, text, idempotencyKey] = process.argv.slice(2);
if (origin === undefined || clientId === undefined || keyFile === undefined || method === undefined || path === undefined) {
  console.error("node client.ts ORIGIN CLIENT_ID KEY_FILE METHOD PATH [BODY [IDEMPOTENCY_KEY]]");
  process.exit(2);
}
const body = text ?? null;
const headers = signedHeaders({ method, path, body, clientId, key: readFileSync(keyFile, "utf8"), idempotencyKey: idempotencyKey ?? randomUUID() });
const response = await fetch(new URL(path, origin), { method, headers, redirect: "error", ...(body === null ? {} : { body }) });
console.log(await response.text());
process.exitCode = response.ok ? 0 : 1;

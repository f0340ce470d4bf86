// HTTP message signatures (RFC 9421) over requests, with the body bound by its digest (RFC 9530): one profile, exactly.
import { createHash, createHmac, createPublicKey, timingSafeEqual, verify, type KeyObject } from "node:crypto";
import { signingAlgorithms, type SigningAlgorithm } from "./contract.ts";
import { onlyBytes, onlyInnerList, writeInnerList, type InnerList } from "./structured.ts";

const label = "sig1";
const covered = ["@method", "@path", "@query"] as const;
const coveredWithBody = [...covered, "content-digest", "idempotency-key"] as const;

/** What the headers claim; nothing of it is believed before the signature is verified. */
export type Claim = { keyId: string; algorithm: SigningAlgorithm; createdMs: number; nonce: string; base: string; signature: Uint8Array };

type SignedRequest = { method: string; url: URL; headers: Headers; hasBody: boolean };

/** The claim of a request; null unless it has exactly the label, components and parameters of the profile. */
export function readClaim(request: SignedRequest): Claim | null {
  const input = onlyInnerList(request.headers.get("signature-input"), label);
  const signature = onlyBytes(request.headers.get("signature"), label);
  if (input === null || signature === null) return null;
  const expected: readonly string[] = request.hasBody ? coveredWithBody : covered;
  if (input.items.length !== expected.length || !expected.every((name, index) => input.items[index] === name)) return null;
  const claimed = readParams(input);
  const lines = expected.map((name) => [name, componentOf(request, name)] as const);
  if (claimed === null || lines.some(([, value]) => value === null)) return null;
  return {
    ...claimed,
    base: signatureBase(
      lines.map(([name, value]) => [name, value ?? ""]),
      input,
    ),
    signature,
  };
}

function readParams({ params }: InnerList): Pick<Claim, "keyId" | "algorithm" | "createdMs" | "nonce"> | null {
  const [created, nonce, keyId, alg] = [params.get("created"), params.get("nonce"), params.get("keyid"), params.get("alg")];
  if (params.size !== 4 || created?.kind !== "integer" || nonce?.kind !== "string" || keyId?.kind !== "string" || alg?.kind !== "string") return null;
  const algorithm = signingAlgorithms.find((known) => known === alg.value);
  if (algorithm === undefined || !/^[A-Za-z0-9_-]{16,64}$/.test(nonce.value)) return null;
  return { keyId: keyId.value, algorithm, createdMs: created.value * 1000, nonce: nonce.value };
}

function componentOf(request: SignedRequest, name: string): string | null {
  if (name === "@method") return request.method;
  if (name === "@path") return request.url.pathname;
  if (name === "@query") return request.url.search === "" ? "?" : request.url.search;
  return request.headers.get(name);
}

/** RFC 9421 §2.5: one line for each component, then the parameters themselves. */
export function signatureBase(components: readonly (readonly [name: string, value: string])[], input: InnerList): string {
  return [...components.map(([name, value]) => `"${name}": ${value}`), `"@signature-params": ${writeInnerList(input)}`].join("\n");
}

/** Whether `raw` is the body that the Content-Digest header speaks of: SHA-256, and no other algorithm beside it. */
export function digestMatches(header: string | null, raw: Uint8Array): boolean {
  const given = onlyBytes(header, "sha-256");
  const real = createHash("sha256").update(raw).digest();
  return given !== null && given.length === real.length && timingSafeEqual(given, real);
}

/** A key to verify by. `algorithm` is the key's own: what a request claims never chooses how it is verified. */
export type VerifyingKey = { algorithm: "ed25519"; publicKey: KeyObject } | { algorithm: "hmac-sha256"; secret: Uint8Array };

/** Whether the signature over `base` was made by this key. */
export function isSignedBy(key: VerifyingKey, base: string, signature: Uint8Array): boolean {
  const text = Buffer.from(base, "utf8");
  if (key.algorithm === "ed25519") return signature.length === 64 && verify(null, text, key.publicKey, signature);
  const real = createHmac("sha256", key.secret).update(text).digest();
  return signature.length === real.length && timingSafeEqual(signature, real);
}

/** DER prefix of an Ed25519 public key, before its 32 bytes. */
const spkiHead = Buffer.from("302a300506032b6570032100", "hex");

export function publicKeyFrom(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiHead, raw]), format: "der", type: "spki" });
}

/** The 32 bytes of an Ed25519 public key in PEM; null for a private key, another kind of key, or no key. */
export function publicKeyBytes(pem: string): Uint8Array | null {
  if (!/^-----BEGIN PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----$/.test(pem.trim())) return null;
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType !== "ed25519") return null;
    const raw = new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(spkiHead.length));
    return isWeak(raw) ? null : raw;
  } catch {
    return null;
  }
}

/** Points of small order, for which anyone can make signatures that verify. */
function isWeak(raw: Uint8Array): boolean {
  const unsigned = Buffer.from(raw);
  unsigned[31] = (unsigned[31] ?? 0) & 0x7f;
  return smallOrder.has(unsigned.toString("hex"));
}

const smallOrder = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

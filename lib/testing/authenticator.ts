// A passkey device for tests, in software: it makes keys and signs what it is told to, truthfully or not.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import type { Assertion, Attestation } from "@/lib/auth/contract";

const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: Uint8Array | string): Buffer => createHash("sha256").update(bytes).digest();

// CBOR (RFC 8949), as far as an attestation object needs it.
function head(major: number, size: number): Buffer {
  if (size < 24) return Buffer.from([(major << 5) | size]);
  return size < 256 ? Buffer.from([(major << 5) | 24, size]) : Buffer.from([(major << 5) | 25, size >> 8, size & 255]);
}
const integer = (value: number): Buffer => (value >= 0 ? head(0, value) : head(1, -1 - value));
const byteString = (value: Uint8Array): Buffer => Buffer.concat([head(2, value.length), value]);
const textString = (value: string): Buffer => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const map = (...pairs: [Buffer, Buffer][]): Buffer => Buffer.concat([head(5, pairs.length), ...pairs.flat()]);

export type Lies = { origin?: string; rpId?: string; challenge?: Uint8Array; userHandle?: string | null; verified?: boolean; counter?: number; type?: string };

export class SoftAuthenticator {
  readonly credentialId = randomBytes(32);
  readonly #origin: string;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  #counter: number;
  readonly #counts: boolean;
  #userHandle: string | null = null;

  constructor(origin: string, given: { counts?: boolean } = {}) {
    this.#origin = origin;
    this.#counts = given.counts ?? false;
    this.#counter = 0;
    ({ privateKey: this.#privateKey, publicKey: this.#publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" }));
  }

  /** Answers registration options. */
  register(options: Record<string, unknown>, lies: Lies = {}): Attestation {
    this.#userHandle = (options["user"] as { id: string }).id;
    const { x = "", y = "" } = this.#publicKey.export({ format: "jwk" });
    const cose = map(
      [integer(1), integer(2)],
      [integer(3), integer(-7)],
      [integer(-1), integer(1)],
      [integer(-2), byteString(Buffer.from(x, "base64url"))],
      [integer(-3), byteString(Buffer.from(y, "base64url"))],
    );
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.credentialId.length]), this.credentialId, cose]);
    const authData = this.#authData(lies, attested);
    const attestationObject = map([textString("fmt"), textString("none")], [textString("attStmt"), map()], [textString("authData"), byteString(authData)]);
    return {
      ...this.#named(),
      response: { clientDataJSON: this.#clientData("webauthn.create", options, lies), attestationObject: base64url(attestationObject), transports: ["internal"] },
    };
  }

  /** Answers authentication options. */
  sign(options: Record<string, unknown>, lies: Lies = {}): Assertion {
    const authenticatorData = this.#authData(lies);
    const clientDataJSON = this.#clientData("webauthn.get", options, lies);
    const signature = sign("sha256", Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, "base64url"))]), this.#privateKey);
    const handle = lies.userHandle === undefined ? this.#userHandle : lies.userHandle;
    return {
      ...this.#named(),
      response: { clientDataJSON, authenticatorData: base64url(authenticatorData), signature: base64url(signature), ...(handle === null ? {} : { userHandle: handle }) },
    };
  }

  #named() {
    const id = base64url(this.credentialId);
    return { id, rawId: id, type: "public-key" as const, clientExtensionResults: {} };
  }

  #clientData(type: string, options: Record<string, unknown>, lies: Lies): string {
    const challenge = lies.challenge === undefined ? options["challenge"] : base64url(lies.challenge);
    return base64url(JSON.stringify({ type: lies.type ?? type, challenge, origin: lies.origin ?? this.#origin, crossOrigin: false }));
  }

  #authData(lies: Lies, attested?: Buffer): Buffer {
    if (this.#counts) this.#counter += 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lies.counter ?? this.#counter);
    const flags = 0x01 | (lies.verified === false ? 0 : 0x04) | (attested === undefined ? 0 : 0x40);
    return Buffer.concat([sha256(lies.rpId ?? new URL(this.#origin).hostname), Buffer.from([flags]), counter, attested ?? Buffer.alloc(0)]);
  }
}

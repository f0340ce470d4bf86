import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";

/** The Ed25519 key that signs heads: a private file, never in the database. */
export function readSigningKey(file: string): KeyObject {
  return ed25519(createPrivateKey(readFileSync(file)), file);
}

/** A public key from a PEM file; a private one answers its public half. */
export function readPublicKey(file: string): KeyObject {
  return ed25519(createPublicKey(readFileSync(file)), file);
}

function ed25519(key: KeyObject, file: string): KeyObject {
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`${file} is not an Ed25519 key.`);
  return key;
}

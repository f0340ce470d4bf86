// The RFC 6962 tree over the sealed leaves, kept as a frontier so that appending needs no earlier leaf.
import { createHash } from "node:crypto";

const width = 32;

function node(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(Buffer.of(1)).update(left).update(right).digest();
}

/** The roots of the complete subtrees, largest first; their sizes are the set bits of `size`. */
export class Frontier {
  #size: bigint;
  readonly #roots: Buffer[];

  constructor(size = 0n, packed: Uint8Array = new Uint8Array()) {
    if (packed.length !== bits(size) * width) throw new Error("The tree's frontier does not fit its size.");
    this.#size = size;
    this.#roots = Array.from({ length: packed.length / width }, (_, index) => Buffer.from(packed.subarray(index * width, (index + 1) * width)));
  }

  get size(): bigint {
    return this.#size;
  }

  append(leaf: Uint8Array): void {
    let root: Buffer = Buffer.from(leaf);
    for (let rest = this.#size; (rest & 1n) === 1n; rest >>= 1n) {
      const left = this.#roots.pop();
      if (left === undefined) throw new Error("The tree's frontier does not fit its size.");
      root = node(left, root);
    }
    this.#roots.push(root);
    this.#size += 1n;
  }

  /** The Merkle tree hash of everything appended; SHA-256 of nothing for an empty tree. */
  root(): Buffer {
    const [last, ...larger] = this.#roots.toReversed();
    if (last === undefined) return createHash("sha256").digest();
    return larger.reduce<Buffer>((right, left) => node(left, right), last);
  }

  pack(): Buffer {
    return Buffer.concat(this.#roots);
  }
}

function bits(size: bigint): number {
  let count = 0;
  for (let rest = size; rest > 0n; rest >>= 1n) count += Number(rest & 1n);
  return count;
}

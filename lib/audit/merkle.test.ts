import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Frontier } from "./merkle.ts";

const sha = (...parts: Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();

/** RFC 6962 §2.1, as it is written there. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(Buffer.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

test("the frontier's root equals RFC 6962's recursive hash for every size, also when it is packed and reopened at each step", () => {
  const leaves: Buffer[] = [];
  let frontier = new Frontier();
  for (let size = 0; size <= 130; size += 1) {
    expect(frontier.root().equals(treeHash(leaves)), `size ${size}`).toBe(true);
    frontier = new Frontier(frontier.size, frontier.pack());
    const leaf = sha(Buffer.of(0, size));
    leaves.push(leaf);
    frontier.append(leaf);
  }
  expect(frontier.size).toBe(131n);
});

test("a frontier that does not fit its size is refused", () => {
  expect(() => new Frontier(3n, new Uint8Array(32))).toThrow(/does not fit/);
});

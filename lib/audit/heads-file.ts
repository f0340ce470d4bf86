// The heads file lives outside the database, so that whoever can rewrite the database cannot rewrite what it once proved.
import { closeSync, createReadStream, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { signedHeadShape, type SignedHead } from "./head.ts";

const tailBytes = 64 * 1024;

/** A head as one line says it, or null for a line that is none (a crash can leave half a line). */
export function parseHead(line: string): SignedHead | null {
  try {
    const parsed = signedHeadShape.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Appends heads and returns once the disk has them. */
export function appendHeads(file: string, heads: readonly SignedHead[]): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, "a+", 0o600);
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    const torn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
    writeSync(descriptor, `${torn ? "\n" : ""}${heads.map((head) => `${JSON.stringify(head)}\n`).join("")}`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The newest readable head, or null when there is no file yet. */
export function lastHead(file: string): SignedHead | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    const { size } = fstatSync(descriptor);
    const tail = Buffer.alloc(Math.min(size, tailBytes));
    readSync(descriptor, tail, 0, tail.length, size - tail.length);
    for (const line of tail.toString("utf8").split("\n").toReversed()) {
      const head = parseHead(line);
      if (head !== null) return head;
    }
    return null;
  } finally {
    closeSync(descriptor);
  }
}

export type HeadLine = { line: number; head: SignedHead | null };

/** The file's lines as it is now; lines appended while reading are left for the next time. Empty when there is no file. */
export async function* readHeads(file: string): AsyncGenerator<HeadLine> {
  const bytes = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (bytes === 0) return;
  const lines = createInterface({ input: createReadStream(file, { end: bytes - 1 }), crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text !== "") yield { line, head: parseHead(text) };
  }
}

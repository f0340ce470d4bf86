import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type * as z from "zod/mini";

/** Writes a file that only its owner can read, whole or not at all. */
export function writePrivate(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.new`;
  const descriptor = openSync(temporary, "w", 0o600);
  try {
    chmodSync(temporary, 0o600);
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}

/** A text file's content, or null when there is none. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** A JSON file parsed by its contract, or null when there is none; a broken file throws. */
export function readJson<S extends z.ZodMiniType>(file: string, contract: S): z.output<S> | null {
  const text = readText(file);
  return text === null ? null : contract.parse(JSON.parse(text));
}

/** The private file's content, made by `create` the first time. */
export function keepPrivate(file: string, create: () => string): string {
  const kept = readText(file);
  if (kept !== null) return kept.trim();
  const made = create();
  writePrivate(file, `${made}\n`);
  return made.trim();
}

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { collectionNames, type Collections } from "./records.ts";

type Name = keyof Collections;
type Line = { c: Name; id: string; v: Collections[Name] | null };

/** The emulator's memory: maps, with every change appended to one file before it is answered. Survives a kill at any moment. */
export class Store {
  readonly #maps = new Map<Name, Map<string, unknown>>(collectionNames.map((name) => [name, new Map()]));
  readonly #file: string;
  #fd: number;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#file = join(dir, "state.jsonl");
    if (existsSync(this.#file)) this.#load(readFileSync(this.#file, "utf8"));
    this.#fd = this.#compact();
  }

  #load(text: string): void {
    for (const row of text.split("\n")) {
      if (row === "") continue;
      let line: Line;
      try {
        line = JSON.parse(row) as Line;
      } catch {
        // Only the last line can be half written: its request was never answered.
        continue;
      }
      const map = this.#map(line.c);
      if (line.v === null) map.delete(line.id);
      else map.set(line.id, line.v);
    }
  }

  #compact(): number {
    const lines = collectionNames.flatMap((c) => [...this.#map(c)].map(([id, v]) => JSON.stringify({ c, id, v })));
    writeFileSync(`${this.#file}.new`, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
    return openSync(this.#file, "a", 0o600);
  }

  #map(name: Name): Map<string, unknown> {
    const map = this.#maps.get(name);
    if (map === undefined) throw new Error(`no collection ${name}`);
    return map;
  }

  find<K extends Name>(name: K, id: string): Collections[K] | undefined {
    return this.#map(name).get(id) as Collections[K] | undefined;
  }

  list<K extends Name>(name: K): Collections[K][] {
    return [...this.#map(name).values()] as Collections[K][];
  }

  /** Writes a record and keeps it; the caller changes a record only by putting it again. */
  put<K extends Name>(name: K, id: string, value: Collections[K]): Collections[K] {
    this.#append({ c: name, id, v: value });
    this.#map(name).set(id, value);
    return value;
  }

  remove(name: Name, id: string): void {
    this.#append({ c: name, id, v: null });
    this.#map(name).delete(id);
  }

  /** A number that never repeats, also over restarts. */
  next(counter: string): bigint {
    const value = BigInt(this.find("meta", counter)?.value ?? "0") + 1n;
    this.put("meta", counter, { value: value.toString() });
    return value;
  }

  clear(): void {
    for (const map of this.#maps.values()) map.clear();
    closeSync(this.#fd);
    this.#fd = this.#compact();
  }

  close(): void {
    closeSync(this.#fd);
  }

  #append(line: Line): void {
    writeSync(this.#fd, `${JSON.stringify(line)}\n`);
  }
}

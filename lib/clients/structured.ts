// Structured field values (RFC 9651) as far as signatures need them, and stricter: a member or parameter that comes
// twice is refused instead of the last one winning, because two readers could disagree about which one was signed.

/** A bare item: text in quotes, a whole number, or bytes between colons. */
export type Bare = { kind: "string"; value: string } | { kind: "integer"; value: number } | { kind: "bytes"; value: Uint8Array };
export type Params = ReadonlyMap<string, Bare>;
export type InnerList = { items: readonly string[]; params: Params };

class Reader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Takes what `pattern` (sticky) matches here; null when it does not. */
  take(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text);
    if (match !== null) this.#at = sticky.lastIndex;
    return match;
  }

  done(): boolean {
    return this.#at === this.#text.length;
  }
}

const keyPattern = /[a-z*][a-z0-9_.*-]*/;

function readString(reader: Reader): string | null {
  const match = reader.take(/"((?:[ !#-[\]-~]|\\["\\])*)"/);
  return match === null ? null : (match[1] ?? "").replace(/\\(["\\])/g, "$1");
}

function readBytes(reader: Reader): Uint8Array | null {
  const text = reader.take(/:([A-Za-z0-9+/]*={0,2}):/)?.[1];
  if (text === undefined) return null;
  const bytes = Buffer.from(text, "base64");
  // Only the one spelling of these bytes: no missing padding, no stray bits at the end.
  return bytes.toString("base64") === text ? new Uint8Array(bytes) : null;
}

function readBare(reader: Reader): Bare | null {
  const text = readString(reader);
  if (text !== null) return { kind: "string", value: text };
  const digits = reader.take(/-?\d{1,15}(?![\d.])/)?.[0];
  if (digits !== undefined) return { kind: "integer", value: Number(digits) };
  const bytes = readBytes(reader);
  return bytes === null ? null : { kind: "bytes", value: bytes };
}

function readParams(reader: Reader): Params | null {
  const params = new Map<string, Bare>();
  while (reader.take(/; */) !== null) {
    const name = reader.take(keyPattern)?.[0];
    if (name === undefined || params.has(name) || reader.take(/=/) === null) return null;
    const value = readBare(reader);
    if (value === null) return null;
    params.set(name, value);
  }
  return params;
}

function readInnerList(reader: Reader): InnerList | null {
  if (reader.take(/\( */) === null) return null;
  const items: string[] = [];
  while (reader.take(/\)/) === null) {
    const item = readString(reader);
    // Components with parameters of their own ("…";sf) are never covered here, so they do not parse.
    if (item === null || items.includes(item) || reader.take(/ +|(?=\))/) === null) return null;
    items.push(item);
  }
  const params = readParams(reader);
  return params === null ? null : { items, params };
}

/** The one member of a dictionary field, `name=value`; null when it is not well-formed, or holds any other or further member. */
function onlyMember<T>(text: string | null, name: string, read: (reader: Reader) => T | null): T | null {
  if (text === null || text.length > 4096) return null;
  const reader = new Reader(text.replace(/^ +| +$/g, ""));
  if (reader.take(keyPattern)?.[0] !== name || reader.take(/=/) === null) return null;
  const value = read(reader);
  return value !== null && reader.done() ? value : null;
}

/** Reads `name=("a" "b");p=1` and nothing else. */
export function onlyInnerList(text: string | null, name: string): InnerList | null {
  return onlyMember(text, name, readInnerList);
}

/** Reads `name=:base64:` and nothing else. */
export function onlyBytes(text: string | null, name: string): Uint8Array | null {
  return onlyMember(text, name, readBytes);
}

function writeBare(bare: Bare): string {
  if (bare.kind === "integer") return String(bare.value);
  return bare.kind === "bytes" ? `:${Buffer.from(bare.value).toString("base64")}:` : `"${bare.value.replace(/["\\]/g, "\\$&")}"`;
}

/** The one canonical text of an inner list with its parameters, in their order. */
export function writeInnerList(list: InnerList): string {
  const params = [...list.params].map(([name, value]) => `;${name}=${writeBare(value)}`).join("");
  return `(${list.items.map((item) => writeBare({ kind: "string", value: item })).join(" ")})${params}`;
}

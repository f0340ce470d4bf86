// A round trip costs more than what it asks. So what a command wants to know at its beginning is asked at once, and what
// only has to be written by its end is written at once: each by one statement that calls the rooms' own functions in turn.
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Db } from "./pool.ts";

/** A function of the database that takes one JSON value and answers one. */
export type Ask<T> = { readonly call: string; readonly given: unknown; readonly read: (answer: unknown) => T };

export type Answers<A extends readonly Ask<unknown>[]> = { [I in keyof A]: A[I] extends Ask<infer T> ? T : never };

/** A function of the database that takes a JSON list of rows, writes them, and answers nothing. */
export type Later = {
  readonly call: string;
  readonly row: object;
  /** By the SQLSTATE the function raises: looks, after everything is undone, why it refused. */
  readonly refusals?: Readonly<Record<string, () => Promise<unknown>>>;
};

type Client = { unsafe: (text: string, values: string[], options: { prepare: boolean }) => PromiseLike<readonly Record<string, unknown>[]> };

function clientOf(db: Pick<Db, "execute">): Client {
  const session = Reflect.get(db, "session") as { client: Client };
  return session.client;
}

/** The functions are called from left to right, and each statement inside one sees what was committed before it began. */
function textOf(calls: readonly { call: string }[]): string {
  return `select ${calls.map(({ call }, index) => `${named(call)}($${index + 1}) as a${index}`).join(", ")}`;
}

function named(call: string): string {
  if (!/^[a-z_]+$/.test(call)) throw new Error(`${call} is not the name of a function.`);
  return call;
}

/** Asks all at once; answers in the order asked. */
export async function askAll<const A extends readonly Ask<unknown>[]>(db: Pick<Db, "execute">, asks: A): Promise<Answers<A>> {
  const [row] = await clientOf(db).unsafe(
    textOf(asks),
    asks.map(({ given }) => JSON.stringify(given)),
    { prepare: true },
  );
  return asks.map(({ read }, index) => read(row?.[`a${index}`])) as Answers<A>;
}

/** Writes all at once: each function is called once with all its rows, in the order in which it was first named. */
export async function recordAll(db: Pick<Db, "execute">, writes: readonly Later[]): Promise<void> {
  if (writes.length === 0) return;
  const rows = new Map<string, object[]>();
  for (const { call, row } of writes) {
    const known = rows.get(call);
    if (known === undefined) rows.set(call, [row]);
    else known.push(row);
  }
  await clientOf(db).unsafe(
    textOf(Array.from(rows.keys(), (call) => ({ call }))),
    Array.from(rows.values(), (list) => JSON.stringify(list)),
    { prepare: true },
  );
}

/** How to explain an error that one of the writes foresaw; null when none did. */
export function refusalOf(writes: readonly Later[], error: unknown): (() => Promise<unknown>) | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  for (const { refusals } of writes) {
    const explain = refusals?.[code];
    if (explain !== undefined) return explain;
  }
  return null;
}

/** A row by its columns' names, with values as the database reads them from JSON; what is undefined is left out. */
export function jsonRow(columns: Readonly<Record<string, PgColumn>>, row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    const column = columns[name];
    if (column === undefined) throw new Error(`The table has no column ${name}.`);
    if (value !== undefined) out[column.name] = jsonValue(value);
  }
  return out;
}

/** Bytes as the database writes them into JSON. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), "hex"));
}

function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}` : value;
}

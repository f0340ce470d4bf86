// A round trip costs more than what it asks. So what a command wants to know at its beginning is asked at once, and what
// only has to be written by its end is written at once: each by one statement that calls the rooms' own functions in turn.
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Db } from "./pool.ts";

/** A function's arguments by their names in the database; what is undefined is left out, objects and lists go as JSON. */
type Arguments = Readonly<Record<string, unknown>>;

/** A function of the database that answers one JSON value. */
export type Ask<T> = { readonly call: string; readonly given: Arguments; readonly read: (answer: unknown) => T };

export type Answers<A extends readonly Ask<unknown>[]> = { [I in keyof A]: A[I] extends Ask<infer T> ? T : never };

/** A function of the database that writes one row, or what belongs to it, and answers nothing. */
export type Later = {
  readonly call: string;
  readonly row: Arguments;
  /** A channel that is notified after the commit, soon and once for many. */
  readonly wakes?: string;
  /** By the SQLSTATE the function raises: looks, after everything is undone, why it refused. */
  readonly refusals?: Readonly<Record<string, () => Promise<unknown>>>;
};

/** What a statement selects before it asks: columns with holes `$1` and on, their values, and who hears the row. */
export type Lead = { readonly columns: string; readonly values: readonly unknown[]; readonly heard: (row: Record<string, unknown>) => void };

type Client = { unsafe: (text: string, values: unknown[], options: { prepare: boolean }) => PromiseLike<readonly Record<string, unknown>[]> };

function clientOf(db: Pick<Db, "execute">): Client {
  const session = Reflect.get(db, "session") as { client: Client };
  return session.client;
}

type Call = { readonly call: string; readonly given: Arguments };

/** The functions are called from left to right, and each statement inside one sees what was committed before it began. */
function callAll(db: Pick<Db, "execute">, calls: readonly Call[], lead?: Lead): PromiseLike<readonly Record<string, unknown>[]> {
  const values: unknown[] = lead === undefined ? [] : [...lead.values];
  let shape = lead === undefined ? shapes : after(shapes.names, lead.columns);
  for (const { call, given } of calls) {
    shape = after(shape.functions, call);
    for (const name of Object.keys(given)) {
      const value = given[name];
      if (value === undefined) continue;
      values.push(encoded(value));
      shape = after(shape.names, name);
    }
  }
  shape.text ??= textOf(calls, lead);
  return clientOf(db).unsafe(shape.text, values, { prepare: true });
}

/**
 * Which functions are called with which arguments, name after name, and at the end the statement's text: it has a hundred
 * holes, and writing it anew costs more than filling them.
 */
type Shape = { readonly functions: Map<string, Shape>; readonly names: Map<string, Shape>; text?: string };

const shapes = newShape();

function newShape(): Shape {
  return { functions: new Map(), names: new Map() };
}

function after(known: Map<string, Shape>, name: string): Shape {
  const shape = known.get(name);
  if (shape !== undefined) return shape;
  const made = newShape();
  known.set(name, made);
  return made;
}

function textOf(calls: readonly Call[], lead?: Lead): string {
  let holes = lead?.values.length ?? 0;
  const texts = calls.map(({ call, given }, index) => {
    const names = Object.keys(given).filter((name) => given[name] !== undefined);
    return `${plainName(call)}(${names.map((name) => `${plainName(name)} => $${(holes += 1)}`).join(", ")}) as a${index}`;
  });
  return `select ${[...(lead === undefined ? [] : [lead.columns]), ...texts].join(", ")}`;
}

function plainName(name: string): string {
  if (!/^[a-z_0-9]+$/.test(name)) throw new Error(`${name} is not a name in the database.`);
  return name;
}

function encoded(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date) return value.toISOString();
  return typeof value !== "object" || value === null || value instanceof Uint8Array ? value : JSON.stringify(value);
}

/** Texts as a list of the database's own kind. */
export function textList(items: readonly string[]): string {
  return `{${items.map((item) => JSON.stringify(item)).join(",")}}`;
}

/** Asks all at once, behind what `lead` selects; answers in the order asked. */
export async function askAll<const A extends readonly Ask<unknown>[]>(db: Pick<Db, "execute">, asks: A, lead?: Lead): Promise<Answers<A>> {
  const [row] = await callAll(db, asks, lead);
  lead?.heard(row ?? {});
  return asks.map(({ read }, index) => read(row?.[`a${index}`])) as Answers<A>;
}

/**
 * Writes all at once, in this order. Not async: what cannot be put into a statement throws at once, while the transaction
 * can still be undone, and not from a promise that nobody looks at before the commit.
 */
export function recordAll(db: Pick<Db, "execute">, writes: readonly Later[]): Promise<void> {
  if (writes.length === 0) return Promise.resolve();
  const rows = callAll(
    db,
    writes.map(({ call, row }) => ({ call, given: row })),
  );
  return Promise.resolve(rows).then(() => undefined);
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

/** A row by its columns' names; what is undefined is left out. */
export function namedRow(columns: Readonly<Record<string, PgColumn>>, row: Arguments): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    const column = columns[name];
    if (column === undefined) throw new Error(`The table has no column ${name}.`);
    out[column.name] = value;
  }
  return out;
}

/** Bytes as the database writes them into JSON. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), "hex"));
}

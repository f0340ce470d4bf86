// Drizzle writes a statement's text anew at every use, which on the hot path costs more than running it. A compiled
// statement is written once, with placeholders, and then runs on whatever connection or transaction it is given.
import { sql } from "drizzle-orm";
import type { Db } from "./pool.ts";

type Values = Record<string, unknown>;
type Prepared<R> = { execute: (values?: Values) => Promise<R> };
type Preparable<R> = { prepare: (name: string) => Prepared<R> };
/** What a statement can be built on and run on; the driver's client hides in drizzle's session. */
type Runner = Pick<Db, "select" | "insert" | "update" | "delete">;

/**
 * Compiles `build` at its first use and answers a function that runs it. Values are placeholders by name (`slot(…)`);
 * none may be null, because drizzle encodes what is stored without looking, and what is compared not at all: pass text there.
 */
export function compiled<R>(build: (db: Runner) => Preparable<R>): (db: Runner, values?: Values) => Promise<R> {
  let made: Prepared<R> | undefined;
  return (db, values = {}) => {
    made ??= build(db).prepare("compiled");
    const session = Reflect.get(db, "session") as { client: unknown };
    const here = Object.assign(Object.create(Object.getPrototypeOf(made) as object) as Prepared<R>, made, { client: session.client });
    return here.execute(values);
  };
}

/** A named hole in a compiled statement, typed as the value that goes there. */
export function slot<T>(name: string): T {
  return sql.placeholder(name) as T;
}

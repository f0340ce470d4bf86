// Drizzle asks the driver to describe every parameterised statement anew before running it: a second round trip, a
// second parse and plan, and no pipelining. Through this view each connection prepares a statement's text once.
import type postgres from "postgres";

type Client = postgres.Sql | postgres.TransactionSql;
type Callback = (inner: postgres.TransactionSql) => unknown;

/** The same client, with parameterised statements prepared and inner transactions seen the same way. */
export function preparing<C extends Client>(client: C): C {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === "unsafe")
        return (text: string, values: never[] = [], options: object = {}) => target.unsafe(text, values, values.length === 0 ? options : { ...options, prepare: true });
      if ((name === "begin" || name === "savepoint") && typeof value === "function") {
        return (...given: unknown[]) =>
          Reflect.apply(
            value,
            target,
            given.map((item) => (typeof item === "function" ? (inner: postgres.TransactionSql) => (item as Callback)(preparing(inner)) : item)),
          );
      }
      return value;
    },
  });
}

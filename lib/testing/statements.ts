// Lets a test strike at the n-th statement of a command, from outside: through the driver's own debug hook.
import { appPool } from "@/lib/context";

type DriverOptions = { debug: ((connection: number, query: string) => void) | false };

/**
 * Calls `strike` just before each statement on a transaction's connection or on the pool for reads, with its number
 * from 1, until `stop` is called. Throwing there fails the statement. Only the slot that is idle now is watched: run
 * one command at a time.
 */
export async function watchStatements(strike: (number: number, query: string) => void): Promise<{ count: () => number; stop: () => void }> {
  const slot = await appPool().acquire();
  const client = Reflect.get(slot.db, "$client") as { options: DriverOptions };
  let count = 0;
  const watched = [client.options, appPool().reads().sql.options as unknown as DriverOptions];
  const before = watched.map((options) => options.debug);
  for (const options of watched) {
    options.debug = (_connection, query) => {
      count += 1;
      strike(count, query);
    };
  }
  appPool().release(slot);
  return {
    count: () => count,
    stop: () => {
      watched.forEach((options, index) => (options.debug = before[index] ?? false));
    },
  };
}

// Really takes away what guards lean on, for one test database and one process, and gives it back.
import { randomBytes } from "node:crypto";
import { config, setConfig } from "@/lib/config";
import { closePools } from "@/lib/context";
import type { Failure } from "@/lib/monitoring/posture";
import { sensitive } from "@/lib/sensitive";
import { offset } from "@/lib/testing/payouts";
import { clockNow, minuteMs, plusMs, setClockOffsetMs } from "@/lib/time";
import { resetEdge } from "@/lib/edge/snapshot";
import type { TestDatabase } from "../database.ts";

const skewMs = 20 * minuteMs;
let skewed = 0;

/** The time as everybody but this server has it. */
export function trueNow(): Date {
  return plusMs(clockNow(), -skewed);
}

type Restore = () => Promise<void>;

/** Brings a failure about; answers how to end it. */
export async function inject(failure: Failure, database: TestDatabase): Promise<Restore> {
  const before = config();
  const restoreConfig = async (): Promise<void> => setConfig(before);
  switch (failure) {
    case "database_down":
      return cutDatabase(database);
    case "vault_key_missing":
      setConfig({ ...before, keyEncryptionKey: sensitive(randomBytes(32)) });
      return restoreConfig;
    case "gateway_down": {
      const nobody = "http://127.0.0.1:9";
      setConfig({ ...before, cashfree: { ...before.cashfree, pgBase: `${nobody}/pg`, payoutBase: `${nobody}/payout`, payoutV1Base: `${nobody}/payout` } });
      return restoreConfig;
    }
    case "clock_skew":
      skewed = skewMs;
      setClockOffsetMs(offset() + skewMs);
      return async () => {
        skewed = 0;
        setClockOffsetMs(offset());
      };
    case "limiter_store_down":
      resetEdge();
      await database.superuser`revoke all on auth_limits, edge_quotas from countersign_app`;
      return async () => {
        await database.superuser`grant select, insert, update, delete on auth_limits, edge_quotas to countersign_app`;
        resetEdge();
      };
    case "worker_down":
    case "header_missing":
      // Nobody runs jobs in a test unless asked to; the missing header is left out of the request itself.
      return async () => undefined;
  }
}

/** No new connection, and none of those there were: for this database alone, because other tests share its server. */
async function cutDatabase(database: TestDatabase): Promise<Restore> {
  const name = new URL(database.urls.superuser).pathname.slice(1);
  await database.superuser.unsafe(`revoke connect on database "${name}" from public, countersign_app`);
  await database.superuser`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'countersign_app' and datname = current_database()`;
  // Everything this process knew is more than a second old by then, as in a real outage.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  return async () => {
    await database.superuser.unsafe(`grant connect on database "${name}" to countersign_app`);
    await closePools();
    resetEdge();
  };
}

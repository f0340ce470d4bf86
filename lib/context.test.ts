import { sql } from "drizzle-orm";
import { bigint, pgTable, text } from "drizzle-orm/pg-core";
import postgres from "postgres";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appPool, closePools, read, systemCtx, withTransaction, type Tx } from "./context.ts";
import { isAppError } from "./errors.ts";
import { useDatabase } from "./testing/database.ts";

const database = useDatabase();
const killsInARow = 40;

/** Pots that the application may change freely, guarded like every table; the books themselves have doors of their own. */
const pots = pgTable("pots", { id: text().primaryKey(), version: bigint({ mode: "bigint" }).notNull() });

beforeAll(async () => {
  await database.owner`create table pots (id text primary key, paise bigint not null, version bigint not null default 0)`;
  await database.owner`call countersign_guard_table('pots')`;
  await database.owner`grant select, update on pots to countersign_app`;
});

beforeEach(async () => {
  await database.superuser`truncate pots`;
  await database.superuser.begin(async (raw) => {
    await raw`set local session_replication_role = replica`;
    await raw`insert into pots (id, paise) select 'pot_' || n, 0 from generate_series(1, 60) n`;
  });
});

/** Moves one paisa from pot `from` to the next one; `between` runs after the debit, before the credit. */
async function move(from: number, between: (tx: Tx) => Promise<void> = async () => undefined): Promise<void> {
  await withTransaction(systemCtx("test"), async (tx) => {
    await tx.db.execute(sql`update pots set paise = paise - 1 where id = ${`pot_${from}`}`);
    await between(tx);
    await tx.db.execute(sql`update pots set paise = paise + 1 where id = ${`pot_${from + 1}`}`);
  });
}

async function killBackendOf(tx: Tx): Promise<void> {
  const [row] = await tx.db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  await database.superuser`select pg_terminate_backend(${row?.pid ?? 0})`;
}

async function total(): Promise<bigint> {
  const [row] = await database.superuser<{ sum: string }[]>`select coalesce(sum(paise), 0)::text as sum from pots`;
  return BigInt(row?.sum ?? "1");
}

async function halves(): Promise<unknown[]> {
  return [...(await database.superuser`select id from pots where id in ('pot_1', 'pot_2') and paise <> 0`)];
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const asked = performance.now();
  await act();
  return performance.now() - asked;
}

/** How long this machine takes at this moment to give anybody a new connection and one answer on it. */
async function freshAnswer(): Promise<number> {
  return timed(async () => {
    const alone = postgres(database.config.database.app, { max: 1, onnotice: () => undefined });
    await alone`select 1`;
    await alone.end();
  });
}

/** Each within 100 ms on a machine that is free; twice the slowest new connection says how free it is. */
function expectAnswersWithin100Ms({ gapsMs, calmMs }: { gapsMs: readonly number[]; calmMs: readonly number[] }): void {
  const crowdedMs = Math.max(...calmMs);
  expect(gapsMs).toHaveLength(killsInARow);
  expect(Math.max(...gapsMs), `ms: ${gapsMs.map(Math.round).join(" ")}; a new connection at most ${Math.round(crowdedMs)}`).toBeLessThan(100 + 2 * crowdedMs);
}

/** Keeps the same pool busy until stopped; counts what went through. */
function traffic(): { stop: () => Promise<number> } {
  let running = true;
  let done = 0;
  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    while (running) {
      await move(20 + lane * 5).then(
        () => (done += 1),
        () => undefined,
      );
      // Traffic, not a siege: what is timed beside it is the pool, not the machine.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  return {
    stop: async () => {
      running = false;
      await Promise.all(lanes);
      return done;
    },
  };
}

describe("withTransaction", () => {
  test("a backend killed between debit and credit leaves neither, 40 times in a row under traffic, and the pool it hit answers again within 100 ms", async () => {
    const others = traffic();
    const gapsMs: number[] = [];
    const calmMs: number[] = [];
    for (let round = 0; round < killsInARow; round += 1) {
      await expect(move(1, killBackendOf)).rejects.toSatisfy((error: unknown) => isAppError(error, "database_lost"));
      gapsMs.push(await timed(() => move(3)));
      calmMs.push(await freshAnswer());
    }
    const through = await others.stop();
    expect(through).toBeGreaterThan(killsInARow);
    expect(appPool().replaced).toBeGreaterThanOrEqual(killsInARow);
    expect(await total()).toBe(0n);
    expect(await halves()).toEqual([]);
    expectAnswersWithin100Ms({ gapsMs, calmMs });
  });

  test("a killed backend of the shared pool for reads is not noticed by the next read, 40 times in a row, which answers within 100 ms", async () => {
    const gapsMs: number[] = [];
    const calmMs: number[] = [];
    const ask = () => read((db) => db.execute(sql`select 1`));
    for (let round = 0; round < killsInARow; round += 1) {
      const [hit] = await read((db) => db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`));
      await database.superuser`select pg_terminate_backend(${hit?.pid ?? 0})`;
      gapsMs.push(await timed(ask));
      calmMs.push(await freshAnswer());
    }
    expectAnswersWithin100Ms({ gapsMs, calmMs });
  });

  test("the same through the driver itself, without drizzle: the guard refuses the half that lands outside its transaction", async () => {
    const others = traffic();
    for (let round = 0; round < 10; round += 1) {
      const slot = await appPool().acquire();
      const whole = slot.sql.begin(async (raw) => {
        await raw`select set_config('app.actor', 'system:test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        const [own] = await raw<{ pid: number }[]>`select pg_backend_pid() as pid`;
        await raw`update pots set paise = paise - 1 where id = 'pot_1'`;
        await database.superuser`select pg_terminate_backend(${own?.pid ?? 0})`;
        await raw`update pots set paise = paise + 1 where id = 'pot_2'`.catch(() => undefined);
        // Where a driver would go on: another connection, which has neither the actor nor this transaction.
        await expect(database.app`update pots set paise = paise + 1 where id = 'pot_2'`).rejects.toThrow(/carries no actor/);
      });
      await expect(whole).rejects.toBeDefined();
      await slot.discard();
      appPool().release(slot);
    }
    await others.stop();
    expect(await total()).toBe(0n);
    expect(await halves()).toEqual([]);
  });

  test("a pool of one connection answers again after its backend was killed", async () => {
    await closePools();
    const small = { ...database.config, database: { ...database.config.database, poolMax: 1 } };
    const { setConfig } = await import("./config/index.ts");
    setConfig(small);
    for (let round = 0; round < 5; round += 1) {
      await expect(move(1, killBackendOf)).rejects.toSatisfy((error: unknown) => isAppError(error, "database_lost"));
      await move(3);
    }
    expect(appPool().replaced).toBe(5);
    expect(await total()).toBe(0n);
    await closePools();
    setConfig(database.config);
  });

  test("a callback that swallows the lost connection and goes on still commits nothing, through drizzle and raw", async () => {
    const others = traffic();
    for (let round = 0; round < 10; round += 1) {
      await expect(
        withTransaction(systemCtx("test"), async (tx) => {
          await tx.db.execute(sql`update pots set paise = paise - 1 where id = 'pot_1'`);
          await killBackendOf(tx).catch(() => undefined);
          await tx.db
            .update(pots)
            .set({ version: 1n })
            .where(sql`id = 'pot_1'`)
            .catch(() => undefined);
          await tx.db.execute(sql`update pots set paise = paise + 1 where id = 'pot_2'`).catch(() => undefined);
        }),
      ).rejects.toBeDefined();
    }
    await others.stop();
    expect(await total()).toBe(0n);
    const touched = await database.superuser`select 1 from pots where id in ('pot_1', 'pot_2') and (paise <> 0 or version <> 0)`;
    expect([...touched]).toEqual([]);
  });

  test.each([
    ["55P03", "conflict", "contended"],
    ["40P01", "conflict", "contended"],
    ["40001", "conflict", "contended"],
    ["57014", "unavailable", "too_slow"],
    ["25P04", "unavailable", "too_slow"],
  ])("%s from the database is told as %s with a time to retry, in a transaction and in a read", async (state, code, kind) => {
    const fail = sql.raw(`do $$ begin raise exception 'given up' using errcode = '${state}'; end $$`);
    const told = (error: unknown): boolean => isAppError(error, kind) && error.code === code && (error.retryAfterSeconds ?? 0) > 0;
    await expect(withTransaction(systemCtx("test"), (tx) => tx.db.execute(fail))).rejects.toSatisfy(told);
    await expect(read((db) => db.execute(fail))).rejects.toSatisfy(told);
  });

  test("a last write that cannot even be put into a statement undoes the whole transaction", async () => {
    const act = withTransaction(systemCtx("test"), async (tx) => {
      await tx.db
        .update(pots)
        .set({ version: 1n })
        .where(sql`id = 'pot_1'`);
      tx.later({ call: "record_audit", row: { after: { paise: 1n } } });
    });
    await expect(act).rejects.toThrow(TypeError);
    expect([...(await database.superuser`select version from pots where id = 'pot_1'`)]).toEqual([{ version: "0" }]);
  });

  test("a handle used after its transaction ended is refused", async () => {
    let kept: Tx | undefined;
    await withTransaction(systemCtx("test"), async (tx) => {
      kept = tx;
      await tx.db.execute(sql`select 1`);
    });
    expect(() => kept?.db).toThrow(/has ended/);
  });

  test("a write without an actor is refused loudly, by any role but the superuser's bypass", async () => {
    for (const connection of [database.app, database.owner]) {
      await expect(connection`update pots set version = 1`).rejects.toThrow(/carries no actor/);
    }
    await expect(
      database.app.begin(async (raw) => {
        await raw`select set_config('app.actor', 'usr_x', true), set_config('app.xid', '1', true)`;
        await raw`update pots set version = 1`;
      }),
    ).rejects.toThrow(/carries no actor or not its own transaction/);
  });

  test("the application role may neither change, remove nor truncate what is append-only, nor alter tables", async () => {
    for (const table of ["audit_log", "ledger_entries", "journals", "payout_approvals", "reserve_receipts", "transaction_evidence"]) {
      for (const statement of [
        `update ${table} set ${table === "journals" ? "kind = 'x'" : "at = at"}`,
        `delete from ${table}`,
        `truncate ${table}`,
        `alter table ${table} disable trigger all`,
        `drop table ${table}`,
      ]) {
        await expect(database.app.unsafe(statement), statement).rejects.toThrow(/permission denied|must be owner/);
      }
    }
  });

  test("the application role's statements end by themselves: time-outs are set on the role", async () => {
    const [row] =
      await database.app`select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle, current_setting('transaction_timeout') as whole`;
    expect(row).toEqual({ statement: "15s", lock: "3s", idle: "10s", whole: "15s" });
  });
});

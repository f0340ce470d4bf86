// The yardstick: a TPC-B-like transaction (five statements, one after the other) on the product's own pool and driver.
import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { appPool } from "@/lib/context";
import { below, type Random } from "./measure.ts";

const branches = 80;
const tellersPerBranch = 10;
const accountsPerBranch = 1000;

/** Creates the yardstick's four tables beside the product's. */
export async function createBaseline(owner: postgres.Sql): Promise<void> {
  await owner.begin(async (db) => {
    await db.unsafe(`
      create schema bench;
      create table bench.branches (id int primary key, balance bigint not null);
      create table bench.tellers (id int primary key, branch_id int not null, balance bigint not null);
      create table bench.accounts (id int primary key, branch_id int not null, balance bigint not null);
      create table bench.history (id bigint generated always as identity primary key, account_id int not null, teller_id int not null, branch_id int not null, delta bigint not null, at timestamptz not null default clock_timestamp());
      insert into bench.branches select id, 0 from generate_series(0, ${branches - 1}) as id;
      insert into bench.tellers select id, id / ${tellersPerBranch}, 0 from generate_series(0, ${branches * tellersPerBranch - 1}) as id;
      insert into bench.accounts select id, id / ${accountsPerBranch}, 0 from generate_series(0, ${branches * accountsPerBranch - 1}) as id;
      insert into bench.history (account_id, teller_id, branch_id, delta) select id, id, id, 0 from generate_series(0, ${branches - 1}) as id;
      grant usage on schema bench to countersign_app;
      grant select, insert, update on all tables in schema bench to countersign_app;`);
  });
  await owner.unsafe("analyze");
}

/** One transaction of the yardstick. */
export async function transferOnce(random: Random): Promise<void> {
  const pool = appPool();
  const slot = await pool.acquire();
  const teller = below(random, branches * tellersPerBranch);
  const branch = Math.floor(teller / tellersPerBranch);
  const account = below(random, branches * accountsPerBranch);
  const delta = below(random, 10_000) - 5000;
  try {
    await slot.db.transaction(async (db) => {
      await db.execute(sql`update bench.accounts set balance = balance + ${delta} where id = ${account}`);
      await db.execute(sql`select balance from bench.accounts where id = ${account}`);
      await db.execute(sql`update bench.tellers set balance = balance + ${delta} where id = ${teller}`);
      await db.execute(sql`update bench.branches set balance = balance + ${delta} where id = ${branch}`);
      await db.execute(sql`insert into bench.history (account_id, teller_id, branch_id, delta) values (${account}, ${teller}, ${branch}, ${delta})`);
    });
  } finally {
    pool.release(slot);
  }
}

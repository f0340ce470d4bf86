import { beforeAll, expect, test } from "vitest";
import { ask, usePayoutDesk } from "@/lib/testing/payouts";
import { isFinal, mayMove, payoutBirths, payoutStatuses } from "./state.ts";

const desk = usePayoutDesk();
let id = "";
beforeAll(async () => {
  id = (await ask(desk)).id;
});

/** Tries one move as the application role with an actor, as any program could; answers the SQL state, or null when it went through. */
async function tryMove(from: string, to: string): Promise<string | null> {
  const refused = new Error("undo");
  let outcome: string | null = null;
  await desk.database.superuser
    .begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update payouts set status = ${from} where id = ${id}`;
      await sql`set local session_replication_role = origin`;
      await sql`set local role countersign_app`;
      await sql`select set_config('app.actor', 'usr_anyone', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      outcome = await sql
        .savepoint((inner) => inner`update payouts set status = ${to} where id = ${id}`)
        .then(
          () => null,
          (error: { code?: string }) => error.code ?? "unknown",
        );
      throw refused;
    })
    .catch((error: unknown) => {
      if (error !== refused) throw error;
    });
  return outcome;
}

test("the trigger and the data agree on every pair of states, and approval also needs its signatures", async () => {
  for (const from of payoutStatuses) {
    for (const to of payoutStatuses) {
      const outcome = await tryMove(from, to);
      if (to === "approved" && from === "pending_approval") expect([from, to, outcome]).toEqual([from, to, "CS104"]);
      else expect([from, to, outcome]).toEqual([from, to, from === to || mayMove(from, to) ? null : "CS102"]);
    }
  }
});

test("a payout begins as a draft, or waiting or held with its own money set aside, and as nothing else", async () => {
  for (const status of payoutStatuses) {
    const outcome = await desk.database.superuser
      .begin(async (sql) => {
        await sql`select set_config('app.actor', 'usr_anyone', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        await sql`insert into payouts select (jsonb_populate_record(p, jsonb_build_object('id', ${`po_${status}`}::text, 'status', ${status}::text))).* from payouts p where id = ${id}`;
      })
      .then(
        () => null,
        (error: { code?: string }) => error.code,
      );
    // No money is set aside for these copies, so only a draft may stand.
    expect([status, outcome]).toEqual([status, status === "draft" ? null : payoutBirths.includes(status) ? "CS116" : "CS101"]);
  }
});

test("a draft that begins to wait has its own money set aside", async () => {
  const refused = (status: string) =>
    desk.database.superuser
      .begin(async (sql) => {
        await sql`select set_config('app.actor', 'usr_anyone', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        await sql`insert into payouts select (jsonb_populate_record(p, jsonb_build_object('id', 'po_bare'::text, 'status', 'draft'::text))).* from payouts p where id = ${id}`;
        await sql`update payouts set status = ${status} where id = 'po_bare'`;
      })
      .then(
        () => null,
        (error: { code?: string }) => error.code,
      );
  expect([await refused("pending_approval"), await refused("held")]).toEqual(["CS116", "CS116"]);
  expect(await refused("cancelled")).toBeNull();
});

test("what ended stays ended", () => {
  expect(payoutStatuses.filter(isFinal)).toEqual(["failed", "reversed", "rejected", "cancelled", "expired"]);
});

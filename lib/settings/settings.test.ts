import { beforeAll, describe, expect, test } from "vitest";
import { permissionsOf, type Role } from "@/lib/access";
import { createPerson } from "@/lib/auth";
import { closePools, systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { useDatabase } from "@/lib/testing/database";
import { watchStatements } from "@/lib/testing/statements";
import { clockNow } from "@/lib/time";
import { findOpenStop, getEmergency, getSetting, isStopped, stopPayouts, voteRestart } from "./index.ts";

const database = useDatabase();
const people: Partial<Record<Role | "second_owner", Ctx>> = {};

beforeAll(async () => {
  for (const [part, role] of [
    ["owner", "owner"],
    ["second_owner", "owner"],
    ["risk_analyst", "risk_analyst"],
    ["finance_maker", "finance_maker"],
  ] as const) {
    const { userId } = await withTransaction(systemCtx("test", "operator"), (tx) =>
      createPerson(tx, { email: `${part}@example.in`, name: part, password: "correct horse battery", roles: [role] }),
    );
    people[part] = {
      actor: { kind: "user", userId, sessionId: newId("session"), roles: [role], permissions: permissionsOf([role]), factor: "totp" },
      requestId: newId("request"),
      now: clockNow(),
      ip: null,
      userAgent: null,
      idempotency: null,
    };
  }
});

function as(part: keyof typeof people): Ctx {
  const ctx = people[part];
  if (ctx === undefined) throw new Error(`nobody plays ${part}`);
  return ctx;
}

const stopped = () => withTransaction(systemCtx("test"), (tx) => isStopped(tx));

/** How long the application waits for a lock, on the connections that it opens from now on. */
async function letAppWaitForLocks(how: string): Promise<void> {
  const name = new URL(database.urls.superuser).pathname.slice(1);
  await database.superuser.unsafe(`alter role countersign_app in database ${name} ${how}`);
  await closePools();
}

const why = { reason: "a supplier's mailbox was taken over" };

describe("the emergency stop", () => {
  test("is pressed by one person, restarted by two others, and never by the one who pressed it", async () => {
    expect(await stopped()).toBe(false);
    await expect(stopPayouts(as("finance_maker"), why)).rejects.toSatisfy((error: unknown) => isAppError(error, "permission_denied"));
    const { stop } = await stopPayouts(as("owner"), why);
    expect(await stopped()).toBe(true);
    await expect(stopPayouts(as("risk_analyst"), why)).rejects.toSatisfy((error: unknown) => isAppError(error, "already_stopped"));
    const vote = { stopId: stop?.id ?? "", reason: "the mailbox is ours again" };
    await expect(voteRestart(as("owner"), vote)).rejects.toSatisfy((error: unknown) => isAppError(error, "restart_refused"));
    await voteRestart(as("risk_analyst"), vote);
    expect(await stopped()).toBe(true);
    await expect(voteRestart(as("risk_analyst"), vote)).rejects.toSatisfy((error: unknown) => isAppError(error, "restart_refused"));
    expect((await getEmergency(as("risk_analyst"))).restartReasons.map((reason) => reason.code)).toEqual(["already_voted"]);
    await voteRestart(as("second_owner"), vote);
    expect(await stopped()).toBe(false);
    expect(await findOpenStop()).toBeNull();
  });

  test("holds below the program too: the database refuses the stopper's vote and a restart with fewer than two people", async () => {
    const { stop } = await stopPayouts(as("owner"), why);
    const stopperId = stop?.stoppedBy.id ?? "";
    const marked = (statement: string, actor = "usr_x") =>
      database.app.begin(async (raw) => {
        await raw`select set_config('app.actor', ${actor}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        await raw.unsafe(statement);
      });
    await expect(marked(`insert into emergency_restarts (stop_id, person_id, reason, at) values ('${stop?.id}', '${stopperId}', 'x', now())`, stopperId)).rejects.toThrow(
      /may not restart/,
    );
    await expect(marked(`insert into emergency_restarts (stop_id, person_id, reason, at) values ('${stop?.id}', 'usr_ghost', 'x', now())`, "usr_ghost")).rejects.toThrow(
      /may not restart/,
    );
    await expect(marked(`insert into emergency_restarts (stop_id, person_id, reason, at) values ('${stop?.id}', 'usr_other', 'x', now())`)).rejects.toThrow(/for themselves/);
    const [first, second] = [as("second_owner"), as("risk_analyst")].map(({ actor }) => (actor.kind === "user" ? actor.userId : ""));
    const signed = (person: string | undefined) =>
      `select set_config('app.actor', '${person}', true); insert into emergency_restarts (stop_id, person_id, reason, at) values ('${stop?.id}', '${person}', 'x', '${clockNow().toISOString()}')`;
    await expect(marked(`${signed(first)}; ${signed(second)}`)).rejects.toThrow(/one transaction/);
    await expect(marked(`update emergency_stops set restarted_at = now() where id = '${stop?.id}'`)).rejects.toThrow(/two people/);
    await expect(marked(`update emergency_stops set stopped_by = 'usr_other' where id = '${stop?.id}'`)).rejects.toThrow(/never rewritten/);
  });

  test("writes who, when and why into the trail, refused votes included in nothing", async () => {
    const rows = await database.superuser`select verb, reason from audit_log where verb like 'emergency.%' order by id`;
    expect(rows.map((row) => row["verb"])).toEqual(["emergency.stop", "emergency.restart_signed", "emergency.restart", "emergency.stop"]);
    expect(rows[0]?.["reason"]).toBe(why.reason);
  });

  test("is not restarted by a signature of somebody who was shut out since, in the program or below it", async () => {
    await database.superuser`truncate emergency_restarts, emergency_stops`;
    const { stop } = await stopPayouts(as("owner"), why);
    const vote = { stopId: stop?.id ?? "", reason: "the mailbox is ours again" };
    await voteRestart(as("risk_analyst"), vote);
    const gone = (as("risk_analyst").actor as { userId: string }).userId;
    const standing = (status: string) =>
      database.superuser.begin(async (raw) => {
        await raw`set local session_replication_role = replica`;
        await raw`update users set status = ${status} where id = ${gone}`;
      });
    await standing("disabled");
    const { stop: left } = await voteRestart(as("second_owner"), vote);
    expect([await stopped(), left?.restarts.length]).toEqual([true, 1]);
    const around = database.app.begin(async (raw) => {
      await raw`select set_config('app.actor', 'usr_x', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await raw`update emergency_stops set restarted_at = ${clockNow()} where id = ${vote.stopId}`;
    });
    await expect(around).rejects.toThrow(/two people/);
    await standing("active");
    expect((await findOpenStop())?.restarts.length).toBe(2);
    // Both may again, and nobody else need be found: either says so once more.
    await expect(voteRestart(as("owner"), vote)).rejects.toSatisfy((error: unknown) => isAppError(error, "restart_refused"));
    expect((await getEmergency(as("second_owner"))).restartReasons).toEqual([]);
    await voteRestart(as("second_owner"), vote);
    expect(await stopped()).toBe(false);
    await database.superuser`truncate emergency_restarts, emergency_stops`;
  });

  test("is tried once more when a dispatch holds its lock for longer than the database lets anyone wait", async () => {
    await database.superuser.begin(async (raw) => {
      await raw`set local session_replication_role = replica`;
      await raw`truncate emergency_restarts, emergency_stops`;
    });
    await letAppWaitForLocks("set lock_timeout = '1s'");
    const held = Promise.withResolvers<void>();
    const refused = Promise.withResolvers<void>();
    const holding = database.superuser.begin(async (raw) => {
      await raw`select pg_advisory_xact_lock(hashtext('countersign.emergency.payouts'))`;
      held.resolve();
      await refused.promise;
    });
    await held.promise;
    let asked = 0;
    // Whatever follows the first asking was said after its refusal.
    const watch = await watchStatements((_number, query) => {
      if (asked > 0) refused.resolve();
      if (query.includes("countersign.emergency.payouts")) asked += 1;
    });
    const { stop } = await stopPayouts(as("owner"), why);
    watch.stop();
    await holding;
    expect(asked).toBe(2);
    await letAppWaitForLocks("reset lock_timeout");
    for (const part of ["risk_analyst", "second_owner"] as const) await voteRestart(as(part), { stopId: stop?.id ?? "", reason: "only a drill" });
    expect(await stopped()).toBe(false);
  });
});

describe("settings", () => {
  test("have their default until changed, and a stored value that no longer parses stops whoever reads it", async () => {
    expect(await getSetting(null, "approvalExpiryDays")).toBe(7);
    await database.superuser.begin(async (raw) => {
      await raw`set local session_replication_role = replica`;
      await raw`insert into settings (name, value, changed_by, changed_at) values ('coolOffHours', '"soon"', 'x', now())`;
    });
    await expect(getSetting(null, "coolOffHours")).rejects.toThrow();
  });
});

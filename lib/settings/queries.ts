import { and, eq, isNull, sql, type SQL } from "drizzle-orm";
import * as z from "zod/mini";
import type { Ask } from "@/db/calls";
import { emergencyRestarts, emergencyStops } from "@/db/schema/settings";
import { can } from "@/lib/access";
import { peopleNames } from "@/lib/auth";
import { read, type Ctx, type Tx } from "@/lib/context";
import { clockNow, toIst } from "@/lib/time";
import type { Emergency, Stop } from "./contract.ts";
import { mayRestart, restartsNeeded } from "./policy.ts";

const answerShape = z.boolean();

/** As `isStopped`, asked together with other things. */
export const askStopped: Ask<boolean> = { call: "payouts_stopped", given: {}, read: (answer) => z.parse(answerShape, answer) };

/** Whether payouts are stopped, read with a share lock so that a stop and a dispatch cannot pass each other unseen. */
export async function isStopped(tx: Tx): Promise<boolean> {
  const [stopped] = await tx.ask(askStopped);
  return stopped;
}

/** A signature under a restart counts while its signer may restart. */
export function stillMay(now: Date): SQL {
  return sql`may_restart_payouts(${emergencyRestarts.personId}, ${now.toISOString()}::timestamptz)`;
}

/** The open stop without a lock, for screens and the API. */
export async function findOpenStop(): Promise<Stop | null> {
  const [stop] = await read((db) =>
    db
      .select()
      .from(emergencyStops)
      .where(and(eq(emergencyStops.scope, "payouts"), isNull(emergencyStops.restartedAt))),
  );
  if (stop === undefined) return null;
  const votes = await read((db) =>
    db
      .select()
      .from(emergencyRestarts)
      .where(and(eq(emergencyRestarts.stopId, stop.id), stillMay(clockNow())))
      .orderBy(emergencyRestarts.at),
  );
  const names = await peopleNames([stop.stoppedBy, ...votes.map((vote) => vote.personId)]);
  const person = (id: string) => ({ id, name: names.get(id) ?? id });
  return {
    id: stop.id,
    scope: stop.scope,
    reason: stop.reason,
    stoppedBy: person(stop.stoppedBy),
    stoppedAt: toIst(stop.stoppedAt),
    restarts: votes.map((vote) => ({ person: person(vote.personId), reason: vote.reason, at: toIst(vote.at) })),
    restartsNeeded,
  };
}

/** What the emergency screen shows to the person in `ctx`. */
export async function getEmergency(ctx: Ctx): Promise<Emergency> {
  const stop = await findOpenStop();
  const userId = ctx.actor.kind === "user" ? ctx.actor.userId : "";
  const decision =
    stop === null ? null : mayRestart({ userId, permissions: ctx.actor.permissions }, { stoppedBy: stop.stoppedBy.id, restartedBy: stop.restarts.map((vote) => vote.person.id) });
  return {
    stop,
    mayStop: stop === null && can(ctx.actor, "payouts.stop").allowed,
    restartReasons: decision === null || decision.allowed ? [] : decision.reasons.map((reason) => ({ ...reason })),
  };
}

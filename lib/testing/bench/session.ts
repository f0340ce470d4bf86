// What every request pays before it does anything: who is asking, and whether they may.
import { randomBytes } from "node:crypto";
import { drizzle } from "drizzle-orm/postgres-js";
import { authSessions, roleGrants, users } from "@/db/schema/auth";
import { requirePermission, type Role } from "@/lib/access";
import { authenticate } from "@/lib/auth";
import { cookieFor, newToken, tokenHash } from "@/lib/auth/tokens";
import { appPool } from "@/lib/context";
import { guestCtx } from "@/lib/http/guest";
import { newId } from "@/lib/ids";
import { clockNow, hourMs, plusMs } from "@/lib/time";
import { seal } from "@/lib/vault";
import { below, figure, median, percentile, type Random, type Row } from "./measure.ts";
import type { Stage } from "./stage.ts";

const sessionsMax = 10_000;
const perPerson = 3;
const checks = 3_000;
const medianTargetMs = 1;

type Given = { random: Random; say: (line: string) => void };

/** The session and access check among ten thousand live sessions: how long, and how many queries. */
export async function benchSession(stage: Stage, { random, say }: Given): Promise<Row[]> {
  say(`Opening ${sessionsMax} sessions …`);
  const tokens = await openSessions(stage);
  const requests = await Promise.all(
    Array.from({ length: 500 }, async () => new Request("http://localhost/api/payouts", { headers: { cookie: await cookieFor(tokens[below(random, tokens.length)] ?? "") } })),
  );
  const check = async (): Promise<void> => {
    const request = requests[below(random, requests.length)];
    if (request === undefined) return;
    const ctx = await authenticate(request, guestCtx(request, newId("request")));
    requirePermission(ctx.actor, "payouts.view");
  };
  for (let warm = 0; warm < 300; warm += 1) await check();
  const queries = countQueries();
  const times: number[] = [];
  for (let done = 0; done < checks; done += 1) {
    const startedAt = performance.now();
    await check();
    times.push(performance.now() - startedAt);
  }
  const perCheck = queries.stop() / checks;
  const ms = median(times);
  return [
    figure(`session and access check, ${sessionsMax.toLocaleString("en-IN")} sessions, median`, `${ms.toFixed(2)} ms`, {
      text: `≤ ${medianTargetMs} ms`,
      met: ms <= medianTargetMs,
    }),
    figure("the same, p99", `${percentile(times, 0.99).toFixed(2)} ms`, null),
    // Settings are read once a second for everybody, so a long run shows a little more than one.
    figure("queries in a check", perCheck.toFixed(2), { text: "≤ 1", met: Math.floor(perCheck * 10) / 10 <= 1 }),
  ];
}

async function openSessions({ superuser }: Stage): Promise<string[]> {
  const now = clockNow();
  const nameCt = await seal({ table: "users", column: "name_ct", rowId: "usr_bench" }, "Bench Person");
  const tokens = Array.from({ length: sessionsMax }, newToken);
  const people = Array.from({ length: Math.ceil(sessionsMax / perPerson) }, () => newId("user"));
  const role: Role = "finance_admin";
  await drizzle(superuser).transaction(async (db) => {
    await db.execute("set local session_replication_role = replica");
    for (let from = 0; from < people.length; from += 500) {
      const some = people.slice(from, from + 500);
      await db.insert(users).values(some.map((id) => ({ id, emailCt: nameCt, emailIndex: randomBytes(16), nameCt, passwordHash: "none", createdAt: now })));
      await db.insert(roleGrants).values(some.map((userId) => ({ id: newId("roleGrant"), userId, role, grantedBy: "bench", validFrom: now })));
    }
    for (let from = 0; from < tokens.length; from += 500) {
      await db.insert(authSessions).values(
        tokens.slice(from, from + 500).map((token, index) => ({
          id: newId("session"),
          tokenHash: tokenHash(token),
          userId: people[Math.floor((from + index) / perPerson)] ?? "",
          level: "full" as const,
          factor: "totp" as const,
          createdAt: now,
          lastActiveAt: now,
          absoluteEndAt: plusMs(now, 8 * hourMs),
        })),
      );
    }
  });
  await superuser.unsafe("analyze");
  return tokens;
}

/** Counts what the shared pool for reads is asked, through the driver's own debug hook. */
function countQueries(): { stop: () => number } {
  const options = appPool().reads().sql.options as unknown as { debug: ((connection: number, query: string) => void) | false };
  let count = 0;
  options.debug = () => void (count += 1);
  return {
    stop: () => {
      options.debug = false;
      return count;
    },
  };
}

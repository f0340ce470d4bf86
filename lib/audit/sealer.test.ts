import { appendFileSync, readFileSync } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { log } from "@/lib/monitoring";
import { dayMs, minuteMs, secondMs, setClockOffsetMs } from "@/lib/time";
import { useDatabase } from "@/lib/testing/database";
import { watchSealing } from "./events.ts";
import { recordAudit, trailStatus } from "./index.ts";
import { exportHead, sealTrail, TrailError } from "./sealer.ts";
import { forge, record, sealUpTo, tamper, verify } from "@/lib/testing/trail";

const database = useDatabase();
const entry = { verb: "test.act", objectKind: "thing", objectId: "thing" };

let sealed = 0;

beforeEach(async () => {
  const [row] = await database.superuser<{ count: number }[]>`select count(*)::int as count from audit_log`;
  sealed = row?.count ?? 0;
});

test("rows are sealed in the order of their transactions, never past one that is still running", async () => {
  await record(2);
  await sealUpTo(database.superuser, 2);
  const early = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  const older = withTransaction(systemCtx("older"), async (tx) => {
    await tx.xid();
    early.resolve();
    await late.promise;
    await recordAudit(tx, { ...entry, objectId: "older" });
  });
  await early.promise;
  await withTransaction(systemCtx("younger"), (tx) => recordAudit(tx, { ...entry, objectId: "younger" }));
  await sealTrail(systemCtx("sealer"));
  const [held] = await database.superuser<{ count: number }[]>`select count(*)::int as count from audit_seals`;
  expect(held?.count).toBe(2);
  late.resolve();
  await older;
  await sealUpTo(database.superuser, 4);
  const order = await database.superuser<{ object_id: string }[]>`select object_id from audit_seals s join audit_log a on a.id = s.audit_id where position >= 2 order by position`;
  expect(order.map((row) => row.object_id)).toEqual(["older", "younger"]);
});

test("many sealers at once and many writers give one gapless order that verifies", async () => {
  const writers = Array.from({ length: 6 }, () => record(15));
  const sealers = Array.from({ length: 3 }, async () => {
    for (let round = 0; round < 15; round += 1) await sealTrail(systemCtx("sealer"));
  });
  await Promise.all([...writers, ...sealers]);
  await sealUpTo(database.superuser, sealed + 90);
  await exportHead();
  const report = await verify();
  expect(report).toMatchObject({ outcome: "good", covered: String(sealed + 90), unsealed: "0", macsChecked: true, problems: [] });
});

test("each export adds the newest head once, and a torn last line does not swallow the next", async () => {
  const { headsFile } = database.config.audit;
  const lines = (): number =>
    readFileSync(headsFile, "utf8")
      .split("\n")
      .filter((line) => line !== "").length;
  const before = lines();
  expect(await exportHead()).toBe(false);
  appendFileSync(headsFile, '{"format":"countersign-au');
  await record(1);
  await sealUpTo(database.superuser, sealed + 1);
  expect(await exportHead()).toBe(true);
  expect(lines()).toBe(before + 2);
  const report = await verify();
  expect(report.outcome).toBe("good");
  expect(report.covered).toBe(String(sealed + 1));
  expect(report.sentences.join(" ")).toMatch(/not readable/);
});

test("after a restore into another cluster, rows with transaction ids of the future are sealed and later ones still are", async () => {
  const far = "900000000000";
  await record(1);
  await tamper(database.superuser, (sql) => sql`update audit_sealer set system_identifier = 'another', last_xid = ${far}::text::xid8`);
  await record(1);
  await sealUpTo(database.superuser, sealed + 2);
  await record(1);
  await sealUpTo(database.superuser, sealed + 3);
  expect((await verify()).outcome).toBe("good");
});

test("status says how long the oldest unsealed row has waited", async () => {
  await sealUpTo(database.superuser, sealed);
  expect(await trailStatus()).toMatchObject({ unsealed: "0", lagSeconds: 0, behind: false, sealed: String(sealed) });
  await record(1);
  setClockOffsetMs(9 * secondMs);
  try {
    expect(await trailStatus()).toMatchObject({ unsealed: "1", behind: true });
  } finally {
    setClockOffsetMs(0);
  }
  await sealUpTo(database.superuser, sealed + 1);
});

test("an alert is for rows that were there five seconds ago and still wait, not for a history written today", async () => {
  const alerts = vi.spyOn(log, "error").mockImplementation(() => undefined);
  const look = async (atMs: number): Promise<number> => {
    setClockOffsetMs(atMs);
    await watchSealing();
    return alerts.mock.calls.filter(([said]) => (said as { alert?: string }).alert === "audit_sealer_behind").length;
  };
  try {
    setClockOffsetMs(-40 * dayMs);
    await record(1);
    expect(await look(60 * secondMs)).toBe(0);
    expect(await look(64 * secondMs)).toBe(0);
    expect(await look(66 * secondMs)).toBe(1);
    await sealUpTo(database.superuser, sealed + 1);
    expect(await look(200 * secondMs)).toBe(1);
  } finally {
    setClockOffsetMs(0);
  }
});

test("the sealer goes around rows this program did not write, however many; they are found for ever, and hold up nobody's row", async () => {
  const [state] = await database.superuser<{ xid: string }[]>`select last_xid::text as xid from audit_sealer`;
  await tamper(database.superuser, async (sql) => {
    await forge(sql, state?.xid ?? "0");
    // More of one transaction than the sealer looks at in one go.
    await sql`insert into audit_log (event_id, xid, at, actor_kind, actor_id, actor_roles, request_id, verb, object_kind, object_id, outcome, leaf, leaf_mac)
      select event_id || '_' || n, xid, at, actor_kind, actor_id, actor_roles, request_id, verb, object_kind, object_id, outcome, leaf, leaf_mac
      from audit_log, generate_series(1, 1100) n where event_id = ${`ae_forged_${state?.xid ?? "0"}`}`;
  });
  await record(2);
  await sealUpTo(database.superuser, sealed + 2);
  const report = await verify();
  expect(report.outcome).toBe("tampered");
  expect(report.problemsTotal).toBe(1101);
  expect(new Set(report.problems.map((problem) => problem.code))).toEqual(new Set(["row_changed", "row_forged"]));
  await tamper(database.superuser, (sql) => sql`delete from audit_log where event_id like 'ae_forged%'`);
  expect((await verify()).outcome).toBe("good");
});

test("the sealer signs nothing on top of a trail that was cut back behind the heads file", async () => {
  await exportHead();
  const newest = sealed - 1;
  await tamper(database.superuser, async (sql) => {
    await sql`delete from audit_log where id in (select audit_id from audit_seals where position >= ${newest})`;
    await sql`delete from audit_seals where position >= ${newest}`;
    await sql`delete from audit_heads where size > ${newest}`;
    const [head] = await sql<{ size: string }[]>`select max(size)::text as size from audit_heads`;
    await sql`update audit_sealer set size = ${head?.size ?? "0"}`;
  });
  await record(1);
  await vi.waitFor(() => expect(sealTrail(systemCtx("sealer"))).rejects.toThrow(TrailError), { timeout: minuteMs, interval: 20 });
  expect((await verify()).outcome).toBe("tampered");
});

import { beforeAll, expect, test } from "vitest";
import { permissionsOf, type Role } from "@/lib/access";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { sensitive } from "@/lib/sensitive";
import { useDatabase } from "@/lib/testing/database";
import { clockNow, dayMs, istDay, minuteMs, plusMs, setClockOffsetMs } from "@/lib/time";
import { sealUpTo } from "@/lib/testing/trail";
import { auditEventShape, auditFilterShape, auditListShape, verifyReportShape } from "./contract.ts";
import { auditChoices, getAuditEvent, listAudit, recordAudit, requestVerification, trailStatus } from "./index.ts";
import { exportHead } from "./sealer.ts";

const database = useDatabase();
const filter = (given: object = {}) => auditFilterShape.parse(given);

function person(role: Role): Ctx {
  return {
    ...systemCtx("test"),
    ip: "10.1.2.3",
    actor: { kind: "user", userId: `usr_${role}`, sessionId: "ses_1", roles: [role], permissions: permissionsOf([role]), factor: "totp" },
  };
}

const namesOf = async (ids: string[]): Promise<Map<string, string>> => new Map(ids.map((id) => [id, `Name of ${id}`]));

beforeAll(async () => {
  for (let index = 0; index < 7; index += 1) {
    const ctx = index % 2 === 0 ? person("finance_maker") : systemCtx("worker");
    await withTransaction(ctx, (tx) =>
      recordAudit(tx, {
        verb: index < 4 ? "payout.create" : "payout.cancel",
        objectKind: "payout",
        objectId: `po_${index}`,
        outcome: index === 5 ? "denied" : "done",
        before: { status: "a", n: 1 },
        after: { status: "b", email: sensitive("a@b.example") },
      }),
    );
  }
  await sealUpTo(database.superuser, 7);
  await exportHead();
});

test("pages walk the trail newest first without gaps or repeats, and every filter narrows it", async () => {
  const seen: string[] = [];
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof listAudit>> = await listAudit(filter({ limit: 3, ...(cursor === null ? {} : { cursor }) }), namesOf);
    seen.push(...page.rows.map((row) => row.objectId));
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  expect(seen).toEqual(["po_6", "po_5", "po_4", "po_3", "po_2", "po_1", "po_0"]);
  const ids = async (given: object): Promise<string[]> => (await listAudit(filter(given))).rows.map((row) => row.objectId);
  expect(await ids({ verb: "payout.cancel" })).toEqual(["po_6", "po_5", "po_4"]);
  expect(await ids({ outcome: "denied" })).toEqual(["po_5"]);
  expect(await ids({ actorId: "system:worker", verb: "payout.create" })).toEqual(["po_3", "po_1"]);
  expect(await ids({ objectKind: "payout", objectId: "po_2" })).toEqual(["po_2"]);
  const today = istDay(clockNow());
  const tomorrow = istDay(plusMs(clockNow(), dayMs));
  expect(await ids({ from: today, to: today, verb: "payout.cancel" })).toEqual(["po_6", "po_5", "po_4"]);
  expect([await ids({ from: tomorrow }), await ids({ to: "2020-01-01" })]).toEqual([[], []]);
  expect(() => filter({ from: "yesterday" })).toThrow();
  expect(() => filter({ outcome: "maybe" })).toThrow();
  expect(() => filter({ where: "1=1" })).toThrow();
});

test("what the trail can be narrowed by is every act, kind and actor in it, each once", async () => {
  const choices = await auditChoices(async (ids) => new Map(ids.filter((id) => id.startsWith("usr_")).map((id) => [id, "Maker"])));
  expect(choices).toEqual({
    verbs: ["payout.cancel", "payout.create"],
    kinds: ["payout"],
    actors: [
      { kind: "system", id: "system:worker", name: null, roles: [] },
      { kind: "user", id: "usr_finance_maker", name: "Maker", roles: [] },
    ],
  });
});

test("an entry shows who, from where, what changed and the head that covers it; sealed values stay sealed", async () => {
  const [row] = (await listAudit(filter({ objectId: "po_0" }), namesOf)).rows;
  const event = auditEventShape.parse(await getAuditEvent(row?.id ?? "", namesOf));
  expect(event.actor).toEqual({ kind: "user", id: "usr_finance_maker", name: "Name of usr_finance_maker", roles: ["finance_maker"] });
  expect(event).toMatchObject({ ip: "10.1.2.3", factor: "totp", sessionId: "ses_1", position: "0" });
  expect(Number(event.headSize)).toBeGreaterThan(0);
  expect(event.fields).toEqual([
    { name: "email", before: null, after: null, sealed: true },
    { name: "n", before: "1", after: null, sealed: false },
    { name: "status", before: "a", after: "b", sealed: false },
  ]);
  await expect(getAuditEvent("ae_none")).rejects.toMatchObject({ code: "not_found" });
});

test("the list's answer fits its contract and says how far the trail is sealed and kept outside", async () => {
  const status = await trailStatus();
  expect(status).toMatchObject({ sealed: "7", unsealed: "0", behind: false, exported: "7" });
  expect(() => auditListShape.parse({ rows: [], nextCursor: null, status })).not.toThrow();
});

test("verifying needs its permission and leaves a row in the trail that says what came out", async () => {
  await expect(requestVerification(person("finance_maker"))).rejects.toMatchObject({ kind: "permission_denied" });
  const [first, second] = await Promise.all([requestVerification(person("auditor")), requestVerification(person("auditor"))]);
  expect(verifyReportShape.parse(first).outcome).toBe("good");
  expect(second).toEqual(first);
  const left = await listAudit(filter({ verb: "audit.verify" }));
  expect(left.rows.map((row) => [row.objectId, row.actor.id])).toEqual([
    ["7", "usr_auditor"],
    ["7", "usr_auditor"],
  ]);
});

test("what is done to a setting names it as its own page does, and to any other thing as the door does; its id stays what rows are found by", async () => {
  await withTransaction(person("owner"), (tx) => recordAudit(tx, { verb: "settings.propose", objectKind: "setting", objectId: "dormantDays" }));
  const { rows } = await listAudit(filter({ objectKind: "setting", objectId: "dormantDays" }), namesOf);
  expect(rows.map(({ objectId, objectName }) => [objectId, objectName])).toEqual([["dormantDays", "Dormant after"]]);
  expect((await listAudit(filter({ objectKind: "payout", limit: 1 }), namesOf)).rows.map((row) => row.objectName)).toEqual([expect.stringMatching(/^Name of po_/)]);
});

test("a signed head that nobody copies out is known for what it is once it has waited longer than is normal", async () => {
  const [row] = await database.superuser<{ rows: number }[]>`select count(*)::int as rows from audit_log`;
  await sealUpTo(database.superuser, row?.rows ?? 0);
  setClockOffsetMs(minuteMs);
  try {
    expect(await trailStatus()).toMatchObject({ exported: "7", behind: false, keptBehind: true });
    expect((await trailStatus()).keptLagSeconds).toBeGreaterThanOrEqual(60);
    await exportHead();
    expect(await trailStatus()).toMatchObject({ exported: String(row?.rows), keptLagSeconds: 0, keptBehind: false });
  } finally {
    setClockOffsetMs(0);
  }
});

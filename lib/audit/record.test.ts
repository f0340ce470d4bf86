import { expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { sensitive } from "@/lib/sensitive";
import { useDatabase } from "@/lib/testing/database";
import { recordAudit, recordDenial } from "./index.ts";

const database = useDatabase();
const entry = { verb: "test.act", objectKind: "thing", objectId: "thing_1" };

test("a record is written with its transaction, and not at all when that transaction rolls back", async () => {
  await withTransaction(systemCtx("test"), (tx) => recordAudit(tx, { ...entry, after: { status: "new", amountPaise: "100", count: 2, ok: true, none: null } }));
  await expect(
    withTransaction(systemCtx("test"), async (tx) => {
      await recordAudit(tx, { ...entry, verb: "test.lost" });
      throw new Error("refused");
    }),
  ).rejects.toThrow("refused");
  await recordDenial(systemCtx("test"), { ...entry, verb: "test.denied", reason: "not allowed" });
  const rows = await database.superuser<{ verb: string; outcome: string; actor: string; fits: boolean }[]>`
    select verb, outcome, actor_id as actor, xid = xmin::text::xid8 as fits from audit_log order by id`;
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { verb: "test.act", outcome: "done", actor: "system:test", fits: true },
    { verb: "test.denied", outcome: "denied", actor: "system:test", fits: true },
  ]);
});

test("personal values are kept as ciphertext, and addresses and long numbers in a typed reason are taken out", async () => {
  await withTransaction(systemCtx("test"), (tx) =>
    recordAudit(tx, {
      ...entry,
      objectId: "thing_2",
      reason: "asked by asha@example.com, phone +91 98765 43210, for po_01jd000000000000123456789a",
      after: { email: sensitive("asha@example.com") },
    }),
  );
  const [row] = await database.superuser<{ text: string; reason: string }[]>`select audit_log::text as text, reason from audit_log where object_id = 'thing_2'`;
  expect(row?.text).not.toContain("asha@");
  expect(row?.text).not.toContain(Buffer.from("asha@example.com").toString("base64"));
  expect(row?.reason).toBe("asked by [address removed], phone [number removed], for po_01jd000000000000123456789a");
});

test("text the database cannot keep is stored as what it can, so the trail can still be checked", async () => {
  await withTransaction(systemCtx("test"), (tx) => recordAudit(tx, { ...entry, objectId: "thing_3", reason: "a\u0000b\uD800c", after: { "k\u0000": "\uDC00" } }));
  const [row] = await database.superuser<{ reason: string }[]>`select reason from audit_log where object_id = 'thing_3'`;
  expect(row?.reason).toBe("a\uFFFDb\uFFFDc");
});

test("the application can add to the trail but never change, remove or empty it, and its owner is stopped by triggers", async () => {
  for (const table of ["audit_log", "audit_seals", "audit_heads"]) {
    await expect(database.app.unsafe(`delete from ${table}`), table).rejects.toThrow(/permission denied/);
    await expect(database.app.unsafe(`truncate ${table}`), table).rejects.toThrow(/permission denied/);
    await expect(database.owner.unsafe(`delete from ${table}`), table).rejects.toThrow(/append-only/);
    await expect(database.owner.unsafe(`truncate ${table} cascade`), table).rejects.toThrow(/append-only/);
  }
  await expect(database.app`update audit_log set verb = 'x'`).rejects.toThrow(/permission denied/);
  await expect(database.owner`update audit_log set verb = 'x'`).rejects.toThrow(/append-only/);
  await expect(database.owner`update audit_seals set chain = ''`).rejects.toThrow(/append-only/);
  await expect(database.owner`update audit_heads set root = ''`).rejects.toThrow(/append-only/);
});

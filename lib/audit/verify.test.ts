import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { setConfig } from "@/lib/config";
import { sensitive } from "@/lib/sensitive";
import { useDatabase } from "@/lib/testing/database";
import type { SignedHead } from "./head.ts";
import { appendHeads, lastHead } from "./heads-file.ts";
import { exportHead } from "./sealer.ts";
import { forge, rechain, record, remember, restore, sealUpTo, tamper, verify } from "@/lib/testing/trail";

const database = useDatabase();
let kept: SignedHead;

// Twelve rows: eight under a head kept outside, two more under the newest head in the file, two unsealed.
beforeAll(async () => {
  await record(8);
  await sealUpTo(database.superuser, 8);
  await exportHead();
  const head = lastHead(database.config.audit.headsFile);
  if (head === null) throw new Error("no head was exported");
  kept = head;
  await record(2);
  await sealUpTo(database.superuser, 10);
  await exportHead();
  await record(2);
  await remember(database.superuser);
});

afterEach(async () => {
  setConfig(database.config);
  await restore(database.superuser);
});

/** As an auditor's machine: no key-encryption key, so no MAC can be checked. */
function withoutKeys(): void {
  setConfig({ ...database.config, keyEncryptionKey: sensitive(randomBytes(32)) });
}

const codes = async (head?: SignedHead): Promise<string[]> => [...new Set((await verify(head)).problems.map((problem) => problem.code))];

test("an untouched trail is good, and the report says which head was used and what it could not prove", async () => {
  const report = await verify();
  expect(report).toMatchObject({ outcome: "good", covered: "10", sealedAfter: "0", unsealed: "2", macsChecked: true, problems: [] });
  expect(report.sentences[0]).toContain("head of 10 rows");
  expect(report.sentences[0]).toContain(database.config.audit.headsFile);
  expect(report.notProven.join(" ")).toMatch(/running number of a row that is not sealed/);
  const alone = await verify(kept);
  expect(alone).toMatchObject({ outcome: "good", covered: "8", sealedAfter: "2", unsealed: "2" });
  expect(alone.notProven.join(" ")).toMatch(/after row 8 is not proven/);
  expect(alone.notProven.join(" ")).toMatch(/read from this machine/);
  withoutKeys();
  const blind = await verify(kept);
  expect(blind).toMatchObject({ outcome: "good", macsChecked: false });
  expect(blind.notProven.join(" ")).toMatch(/MACs cannot be checked/);
});

const edits: Record<string, string> = {
  id: "id + 1000000",
  event_id: "event_id || 'x'",
  xid: "(xid::text::bigint - 1)::text::xid8",
  at: "at + interval '1 microsecond'",
  actor_kind: "'operator'",
  actor_id: "'usr_other'",
  actor_roles: `'["owner"]'`,
  session_id: "'ses_x'",
  factor: "'totp'",
  ip: "'10.0.0.1'",
  request_id: "'req_other'",
  verb: "'payout.approve'",
  object_kind: "'other'",
  object_id: "'other'",
  outcome: "'denied'",
  reason: "null",
  before: `'{"status":"a","__proto__":{"x":1}}'`,
  after: `jsonb_set("after", '{count}', '3.0')`,
  leaf: "set_byte(leaf, 0, get_byte(leaf, 0) # 1)",
  leaf_mac: "set_byte(leaf_mac, 9, get_byte(leaf_mac, 9) # 1)",
};

test("the edits below cover every column of the trail", async () => {
  const columns = await database.superuser<{ name: string }[]>`select column_name as name from information_schema.columns where table_name = 'audit_log'`;
  expect(columns.map((column) => column.name).sort()).toEqual(Object.keys(edits).sort());
});

describe.each(Object.entries(edits))("column %s edited by a superuser", (column, value) => {
  const edit = `update audit_log set "${column}" = ${value} where id = (select audit_id from audit_seals where position = 3)`;

  test("is found from the kept head alone, without any key", async () => {
    withoutKeys();
    await tamper(database.superuser, (sql) => sql.unsafe(edit));
    // The head covers what a leaf should be; a leaf that is not shows beside its row.
    expect(await codes(kept)).toContain(column === "leaf" ? "row_changed" : "head_differs");
  });

  test("is found from the kept head alone after leaves and chain were made again and the database's heads removed", async () => {
    withoutKeys();
    await tamper(database.superuser, async (sql) => {
      await sql.unsafe(edit);
      if (column === "id") await sql`update audit_seals set audit_id = audit_id + 1000000 where position = 3`;
      // Making every leaf again would undo an edit of the leaf.
      if (column !== "leaf") await rechain(sql);
      await sql`delete from audit_heads`;
    });
    expect(await codes(kept)).toContain(column === "leaf" ? "row_changed" : "head_differs");
  });
});

// Not the id: the database gives it after the leaf is made, so only the seal binds it, and the report says so.
test.each(Object.entries(edits).filter(([column]) => column !== "id"))(
  "column %s edited in a row that is not sealed yet is found by its leaf or its MAC",
  async (column, value) => {
    await tamper(database.superuser, (sql) => sql.unsafe(`update audit_log set "${column}" = ${value} where id = (select max(id) from audit_log)`));
    expect((await codes()).some((code) => code === "row_changed" || code === "row_forged")).toBe(true);
  },
);

const cuts: [string, number][] = [
  ["first", 0],
  ["middle", 4],
  ["last covered", 7],
];

test.each(cuts)("deleting the %s row is found from the kept head alone, with its seal or without, re-chained or not", async (_name, position) => {
  withoutKeys();
  const cut = (sql: Parameters<Parameters<typeof tamper>[1]>[0]) => sql`delete from audit_log where id = (select audit_id from audit_seals where position = ${position})`;
  await tamper(database.superuser, cut);
  expect(await codes(kept)).toContain("row_missing");
  await restore(database.superuser);
  await tamper(database.superuser, async (sql) => {
    await cut(sql);
    await sql`delete from audit_seals where position = ${position}`;
    await rechain(sql);
    await sql`delete from audit_heads`;
  });
  expect(await codes(kept)).toContain("head_differs");
});

test("cutting rows after the kept head is found from the newest head in the heads file", async () => {
  withoutKeys();
  await tamper(database.superuser, async (sql) => {
    await sql`delete from audit_log where id in (select audit_id from audit_seals where position >= 8)`;
    await sql`delete from audit_seals where position >= 8`;
    await sql`delete from audit_heads where size > 8`;
    await rechain(sql);
  });
  expect(await codes()).toEqual(["rows_cut"]);
  expect((await verify(kept)).outcome).toBe("good");
});

test("changing a row after the kept head, with a new chain, is found from the newest head in the heads file", async () => {
  withoutKeys();
  await tamper(database.superuser, async (sql) => {
    await sql`update audit_log set verb = 'x' where id = (select audit_id from audit_seals where position = 9)`;
    await rechain(sql);
    await sql`delete from audit_heads`;
  });
  expect(await codes()).toContain("head_differs");
});

test("swapping two rows' content, or their places, is found from the kept head alone", async () => {
  withoutKeys();
  await tamper(database.superuser, async (sql) => {
    await sql`update audit_log a set verb = 'swapped' where id = (select audit_id from audit_seals where position = 1)`;
    await sql`update audit_log a set object_id = b.object_id from audit_log b where a.id = (select audit_id from audit_seals where position = 2) and b.id = (select audit_id from audit_seals where position = 5)`;
    await rechain(sql);
    await sql`delete from audit_heads`;
  });
  expect(await codes(kept)).toContain("head_differs");
  await restore(database.superuser);
  await tamper(database.superuser, async (sql) => {
    await sql`update audit_seals set position = -1 where position = 2`;
    await sql`update audit_seals set position = 2 where position = 5`;
    await sql`update audit_seals set position = 5 where position = -1`;
    await rechain(sql);
    await sql`delete from audit_heads`;
  });
  expect(await codes(kept)).toContain("head_differs");
});

test("a row slipped into the sealed order is found from the kept head alone", async () => {
  withoutKeys();
  await tamper(database.superuser, async (sql) => {
    await forge(sql, "1");
    await sql`update audit_seals set position = position + 100 where position >= 4`;
    await sql`insert into audit_seals (position, audit_id, chain) select 4, id, '' from audit_log where event_id = 'ae_forged_1'`;
    await rechain(sql);
    await sql`delete from audit_heads`;
  });
  expect(await codes(kept)).toContain("head_differs");
});

test("a forged row that waits for its seal is found by its MAC, and one the sealer had passed also without it", async () => {
  await tamper(database.superuser, (sql) => forge(sql, "900000000000"));
  expect(await codes()).toEqual(["row_forged"]);
  withoutKeys();
  expect(await codes()).toEqual([]);
  await tamper(database.superuser, (sql) => forge(sql, "1"));
  expect(await codes()).toEqual(["row_passed_over"]);
});

test("a forged row sealed with our own code but no signing key is found as a seal without a head", async () => {
  withoutKeys();
  await tamper(database.superuser, async (sql) => {
    await forge(sql, "1");
    await sql`insert into audit_seals (position, audit_id, chain) select 10, id, '' from audit_log where event_id = 'ae_forged_1'`;
    await rechain(sql);
  });
  expect(await codes()).toEqual(["seals_without_head"]);
});

test("a seal edited in any column, and a head edited in any column, is found", async () => {
  for (const edit of ["position = position + 50 where position = 9", "audit_id = audit_id + 500 where position = 3", "chain = sha256(chain) where position = 3"]) {
    await tamper(database.superuser, (sql) => sql.unsafe(`update audit_seals set ${edit}`));
    expect((await verify()).outcome, edit).toBe("tampered");
    await restore(database.superuser);
  }
  for (const edit of [
    "size = size + 50",
    "chain = sha256(chain)",
    "root = sha256(root)",
    "key_id = '0000000000000000'",
    "signature = sha512(signature)",
    "signed_at = signed_at + interval '1 microsecond'",
  ]) {
    await tamper(database.superuser, (sql) => sql.unsafe(`update audit_heads set ${edit} where size = 10`));
    expect((await verify()).outcome, edit).toBe("tampered");
    await restore(database.superuser);
  }
});

test("a head that is not signed by a trusted key proves nothing, given or in the file", async () => {
  expect(await codes({ ...kept, size: "7" })).toEqual(["head_not_signed"]);
  expect(await codes({ ...kept, keyId: "0000000000000000" })).toEqual(["head_not_signed"]);
});

test("without any head outside the database the trail counts as not checked", async () => {
  rmSync(database.config.audit.headsFile);
  const report = await verify();
  expect(report.outcome).toBe("unchecked");
  expect(report.head).toBeNull();
  appendHeads(database.config.audit.headsFile, [kept]);
  await exportHead();
  expect((await verify()).outcome).toBe("good");
});

import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { exportHead } from "@/lib/audit/sealer";
import { useDatabase } from "@/lib/testing/database";
import { record, remember, restore, sealUpTo, tamper } from "@/lib/testing/trail";

const database = useDatabase();

beforeAll(async () => {
  await record(4);
  await sealUpTo(database.superuser, 4);
  await exportHead();
  await record(1);
  await remember(database.superuser);
});

afterEach(() => restore(database.superuser));

function run(args: string[] = [], extra: Record<string, string> = {}): Promise<{ code: number | null; output: string }> {
  const { config } = database;
  const env = {
    NODE_ENV: "test" as const,
    PATH: process.env["PATH"] ?? "",
    DATA_DIR: config.dataDir,
    DATABASE_APP_URL: database.urls.app,
    DATABASE_READONLY_URL: database.urls.readonly,
    KEY_ENCRYPTION_KEY: config.keyEncryptionKey.reveal().toString("base64"),
    CASHFREE_EMULATOR_URL: "http://127.0.0.1:9",
    ...extra,
  };
  const child = spawn(process.execPath, ["--conditions=react-server", "--import", "tsx", join("lib", "cli", "audit-verify.ts"), ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => child.once("error", reject).once("close", (code) => resolve({ code, output })));
}

test("a good trail ends with 0 and the output names the head, what it covers and what is not proven", async () => {
  const { code, output } = await run();
  expect(output).toMatch(/^GOOD/);
  expect(output).toContain("head of 4 rows");
  expect(output).toContain("1 rows are not sealed yet and were checked by their MAC alone");
  expect(output).toContain("Not proven by this check:");
  expect(code).toBe(0);
});

test("a changed row ends with 2 from the kept head alone, whatever the heads file says, and names the row", async () => {
  const file = join(database.config.dataDir, "kept-head.json");
  const head: unknown = JSON.parse(readFileSync(database.config.audit.headsFile, "utf8").trim());
  writeFileSync(file, JSON.stringify(head, null, 2));
  await tamper(database.superuser, (sql) => sql`update audit_log set verb = 'x' where id = (select audit_id from audit_seals where position = 2)`);
  const { code, output } = await run(["--head", file, "--heads", "/nonexistent"]);
  expect(output).toMatch(/^TAMPERED/);
  expect(output).toMatch(/position 2\) was changed/);
  expect(output).toMatch(/The first 4 rows are not those signed/);
  expect(code).toBe(2);
});

test("another key's trust ends with 2, and no head, no database or no such file with 3", async () => {
  const key = join(database.config.dataDir, "other.pem");
  writeFileSync(key, generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }));
  expect((await run(["--key", key])).code).toBe(2);
  const [none, away, missing] = await Promise.all([
    run(["--heads", "/nonexistent"]),
    run([], { DATABASE_READONLY_URL: "postgres://nobody@127.0.0.1:9/none" }),
    run(["--head", "/nonexistent"]),
  ]);
  expect([none.code, away.code, missing.code]).toEqual([3, 3, 3]);
  expect(none.output).toMatch(/^NOT CHECKED/);
  expect(away.output).toMatch(/^The trail could not be checked/);
});

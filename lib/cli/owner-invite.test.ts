import { spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { useDatabase } from "@/lib/testing/database";
import { newPerson } from "@/lib/testing/people";
import { ensureVaultKeys } from "@/lib/vault";

const database = useDatabase();

beforeAll(() => ensureVaultKeys(systemCtx("test")));

function invite(...args: string[]): Promise<{ code: number | null; output: string }> {
  const { config } = database;
  const env = {
    NODE_ENV: "test" as const,
    PATH: process.env["PATH"] ?? "",
    DATA_DIR: config.dataDir,
    DATABASE_APP_URL: database.urls.app,
    KEY_ENCRYPTION_KEY: config.keyEncryptionKey.reveal().toString("base64"),
    CASHFREE_EMULATOR_URL: "http://127.0.0.1:9",
  };
  const child = spawn(process.execPath, ["--conditions=react-server", "--import", "tsx", join("lib", "cli", "owner-invite.ts"), ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => child.once("error", reject).once("close", (code) => resolve({ code, output })));
}

test("the terminal invites the first owners: it prints one link, wants one address, and stops when two have enrolled", async () => {
  const first = await invite("founder@example.com");
  expect(first.output).toMatch(/http:\/\/localhost:3000\/invitation#[\w-]{40,}\n/);
  expect(first.code).toBe(0);
  const [trail] = await database.superuser`select actor_id, outcome from audit_log where verb = 'users.invite_owner'`;
  expect(trail).toEqual({ actor_id: "operator:owner:invite", outcome: "done" });
  await newPerson(["owner"]);
  await newPerson(["owner"]);
  const [wrong, refused] = await Promise.all([invite("a@example.com", "b@example.com"), invite("third@example.com")]);
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining("Say whom to invite") as string });
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("Two owners have enrolled already.") as string });
  expect(refused.output).not.toContain("/invitation#");
});

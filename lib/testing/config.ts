import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sensitive } from "@/lib/sensitive";
import { config, setConfig, type Config } from "@/lib/config";

/** A fresh data folder in the temp directory with the two keys a process needs. */
export function testDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign data-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "keys"), { mode: 0o700 });
  writeFileSync(join(folder, "keys", "kek"), randomBytes(32).toString("base64"), { mode: 0o600 });
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(join(folder, "keys", "audit-signing.pem"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  return folder;
}

/** A complete demo configuration for one test file: own keys, own data folder, an emulator address nobody answers. */
export function testConfig(overrides: Partial<Config> = {}): Config {
  const dataDir = overrides.dataDir ?? testDataDir();
  const emulatorUrl = "http://127.0.0.1:9";
  return {
    mode: "demo",
    port: 3000,
    appOrigin: "http://localhost:3000",
    dataDir,
    database: { owner: null, app: "", jobs: null, readonly: null, poolMax: 10 },
    keyEncryptionKey: sensitive(randomBytes(32)),
    audit: { headsFile: join(dataDir, "audit", "heads.jsonl"), signingKeyFile: join(dataDir, "keys", "audit-signing.pem") },
    cashfree: {
      emulatorUrl,
      pgBase: `${emulatorUrl}/pg`,
      payoutBase: `${emulatorUrl}/payout`,
      payoutV1Base: `${emulatorUrl}/payout`,
      timeoutMs: 10_000,
      pg: { clientId: "TESTPG", clientSecret: sensitive("test_pg_secret"), webhookSecrets: [sensitive("test_pg_secret")] },
      payout: { clientId: "TESTPAYOUT", clientSecret: sensitive("test_payout_secret"), webhookSecrets: [sensitive("test_payout_secret")] },
      payoutKey: null,
    },
    logLevel: "silent",
    peerHeader: null,
    trustedHops: 0,
    edgeSecret: null,
    rateLimitFactor: 1,
    ...overrides,
  };
}

/** Meets a fault of the gateway: one that never answers is given up at once, every other has time, so that a busy machine changes nothing. */
export async function inItsTime<T>(fault: string, run: () => Promise<T>): Promise<T> {
  const before = config();
  if (fault.startsWith("timeout")) setConfig({ ...before, cashfree: { ...before.cashfree, timeoutMs: 300 } });
  try {
    return await run();
  } finally {
    setConfig(before);
  }
}

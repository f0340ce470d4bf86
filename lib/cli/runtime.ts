import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { ConfigError, runtimeFile, type Environment } from "@/lib/config";
import type { DatabaseUrls } from "./database-roles.ts";
import { keepPrivate, writePrivate } from "./files.ts";
import type { StartPlan } from "./plan.ts";

export const demoCredentialsShape = z.object({ pgClientId: z.string(), pgClientSecret: z.string(), payoutClientId: z.string(), payoutClientSecret: z.string() });
export type DemoCredentials = z.infer<typeof demoCredentialsShape>;

/** The random credentials that the demo's emulator and desk share. */
export function demoCredentials(dataDir: string): DemoCredentials {
  const text = keepPrivate(join(dataDir, "keys", "demo-cashfree.json"), () => {
    const random = (bytes: number): string => randomBytes(bytes).toString("hex");
    return JSON.stringify({
      pgClientId: `TEST${random(10)}`,
      pgClientSecret: `cfsk_ma_test_${random(16)}_${random(4)}`,
      payoutClientId: `CF${random(10)}`.toUpperCase(),
      payoutClientSecret: `cfsk_ma_test_${random(16)}_${random(4)}`,
    });
  });
  return demoCredentialsShape.parse(JSON.parse(text));
}

/** Makes the keys that `npm start` may make. `hasData`: a lost key-encryption key must not be replaced by another. */
export function ensureKeys(plan: StartPlan, env: Environment, hasData: boolean): void {
  const kek = join(plan.dataDir, "keys", "kek");
  if (plan.mode !== "production" && !env["KEY_ENCRYPTION_KEY"] && !env["KEY_ENCRYPTION_KEY_FILE"]) {
    if (hasData && !existsSync(kek)) throw new ConfigError([`the key-encryption key is missing (${kek}), and the database holds data that only it can read: put the file back`]);
    keepPrivate(kek, () => randomBytes(32).toString("base64"));
  }
  if (!env["AUDIT_SIGNING_KEY_FILE"]) {
    keepPrivate(join(plan.dataDir, "keys", "audit-signing.pem"), () => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  }
}

/** Writes what this start chose to `runtime.json`, so that every other command finds it. Given secrets are not copied. */
export function writeRuntime(plan: StartPlan, urls: DatabaseUrls, emulator: { url: string; credentials: DemoCredentials } | null): Environment {
  const chosen: Environment = { PORT: String(plan.port), APP_ORIGIN: plan.appOrigin, COUNTERSIGN_MODE: plan.mode };
  if (plan.database.kind !== "given") {
    Object.assign(chosen, { DATABASE_OWNER_URL: urls.owner, DATABASE_APP_URL: urls.app, DATABASE_JOBS_URL: urls.jobs, DATABASE_READONLY_URL: urls.readonly });
  }
  if (emulator !== null) {
    Object.assign(chosen, {
      CASHFREE_EMULATOR_URL: emulator.url,
      CASHFREE_PG_CLIENT_ID: emulator.credentials.pgClientId,
      CASHFREE_PG_CLIENT_SECRET: emulator.credentials.pgClientSecret,
      CASHFREE_PAYOUT_CLIENT_ID: emulator.credentials.payoutClientId,
      CASHFREE_PAYOUT_CLIENT_SECRET: emulator.credentials.payoutClientSecret,
    });
  }
  writePrivate(runtimeFile(plan.dataDir), JSON.stringify(chosen, null, 2));
  return chosen;
}

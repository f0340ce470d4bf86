// Everything the environment may say, parsed once; process.env is read nowhere else.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod/mini";
import { sensitive, type Sensitive } from "@/lib/sensitive";
import { setClockOffsetMs } from "@/lib/time";
import { gatewayOf, type Gateway, type GatewayProduct, type Mode } from "./gateway.ts";
import { requireVerifiedDatabases } from "./outward.ts";

export { requireVerifiedDatabases, type GatewayProduct, type Mode };

export type Config = {
  mode: Mode;
  port: number;
  appOrigin: string;
  dataDir: string;
  database: { owner: string | null; app: string; jobs: string | null; readonly: string | null; poolMax: number };
  keyEncryptionKey: Sensitive<Buffer>;
  audit: { headsFile: string; signingKeyFile: string };
  cashfree: Gateway;
  logLevel: string;
  /** Header under which the web process's preload notes the socket's address; null where it was not preloaded. */
  peerHeader: string | null;
  /** Proxies in front that append to X-Forwarded-For and may be believed. */
  trustedHops: number;
  /** What the trusted proxy in front puts on every request it passes on; null where there is none. */
  edgeSecret: Sensitive<string> | null;
  /** Every request quota is multiplied by this: in the demo one address and few people stand for a whole desk. */
  rateLimitFactor: number;
};

const text = z.optional(z.string());
const shape = z.object({
  PORT: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(65535)), 3000),
  APP_ORIGIN: text,
  DATA_DIR: z._default(z.string(), ".data"),
  COUNTERSIGN_MODE: z.optional(z.enum(["demo", "sandbox", "production"])),
  DATABASE_OWNER_URL: text,
  DATABASE_APP_URL: text,
  DATABASE_JOBS_URL: text,
  DATABASE_READONLY_URL: text,
  DATABASE_POOL_MAX: z._default(z.coerce.number().check(z.int(), z.gte(2), z.lte(100)), 10),
  KEY_ENCRYPTION_KEY: text,
  KEY_ENCRYPTION_KEY_FILE: text,
  AUDIT_HEADS_FILE: text,
  AUDIT_SIGNING_KEY_FILE: text,
  CASHFREE_ENV: z.optional(z.enum(["sandbox", "production"])),
  CASHFREE_EMULATOR_URL: text,
  CASHFREE_PG_CLIENT_ID: text,
  CASHFREE_PG_CLIENT_SECRET: text,
  CASHFREE_PG_WEBHOOK_SECRETS: text,
  CASHFREE_PAYOUT_CLIENT_ID: text,
  CASHFREE_PAYOUT_CLIENT_SECRET: text,
  CASHFREE_PAYOUT_WEBHOOK_SECRETS: text,
  CASHFREE_PAYOUT_PUBLIC_KEY: text,
  CASHFREE_PAYOUT_PUBLIC_KEY_FILE: text,
  CASHFREE_TIMEOUT_MS: z._default(z.coerce.number().check(z.int(), z.gte(50), z.lte(60_000)), 10_000),
  CLOCK_OFFSET_MS: z._default(z.coerce.number().check(z.int()), 0),
  PEER_HEADER: text,
  TRUSTED_HOPS: z._default(z.coerce.number().check(z.int(), z.gte(0), z.lte(10)), 0),
  EDGE_SECRET: z.optional(z.string().check(z.minLength(32), z.maxLength(200), z.regex(/^[\x21-\x7e]+$/))),
  RATE_LIMIT_FACTOR: z.optional(z.coerce.number().check(z.gte(0.1), z.lte(1000))),
  LOG_LEVEL: z._default(z.enum(["trace", "debug", "info", "warn", "error", "silent"]), "info"),
});

export type Environment = Record<string, string | undefined>;

/** A configuration a start refuses; `problems` lists every one of them in plain sentences. */
export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`Countersign cannot start:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** Where `npm start` leaves the settings it chose (ports, generated secrets), so that other commands find them. Mode 0600. */
export function runtimeFile(dataDir: string): string {
  return join(dataDir, "runtime.json");
}

function readRuntime(dataDir: string): Environment {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(/* turbopackIgnore: true */ runtimeFile(dataDir), "utf8")));
  } catch {
    return {};
  }
}

function readKey(env: z.infer<typeof shape>, dataDir: string, problems: string[]): Buffer {
  const file = env.KEY_ENCRYPTION_KEY_FILE ?? join(dataDir, "keys", "kek");
  let encoded = env.KEY_ENCRYPTION_KEY;
  if (encoded === undefined) {
    try {
      encoded = readFileSync(/* turbopackIgnore: true */ file, "utf8").trim();
    } catch {
      problems.push(`the key-encryption key is missing: set KEY_ENCRYPTION_KEY_FILE (looked in ${file})`);
      return Buffer.alloc(32);
    }
  }
  const key = Buffer.from(encoded, "base64");
  if (key.length !== 32) problems.push("the key-encryption key must be 32 bytes in base64");
  return key;
}

/** Parses one environment, with what `npm start` chose beneath it; throws `ConfigError` listing every problem. */
export function parseConfig(given: Environment, runtime?: Environment): Config {
  const dataDir = resolve(/* turbopackIgnore: true */ given["DATA_DIR"] ?? ".data");
  const parsed = shape.safeParse({ ...(runtime ?? readRuntime(dataDir)), ...withoutEmpty(given) });
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
  const env = parsed.data;
  const problems: string[] = [];
  const mode: Mode = env.COUNTERSIGN_MODE ?? env.CASHFREE_ENV ?? "demo";
  if (mode === "production" && env.CLOCK_OFFSET_MS !== 0) problems.push("CLOCK_OFFSET_MS is for tests; production keeps real time");
  const appOrigin = env.APP_ORIGIN ?? `http://localhost:${env.PORT}`;
  if (mode === "production" && !appOrigin.startsWith("https://")) problems.push("APP_ORIGIN must be an https address in production");
  if (mode !== "production" && !appOrigin.startsWith("https://") && !/^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(appOrigin))
    problems.push("APP_ORIGIN may be plain http only on localhost");
  if (env.DATABASE_APP_URL === undefined) problems.push("DATABASE_APP_URL is missing: run `npm start` once, or set it");
  if (env.TRUSTED_HOPS > 0 && env.EDGE_SECRET === undefined && mode === "production")
    problems.push("EDGE_SECRET is missing: behind a proxy (TRUSTED_HOPS) production believes only requests that carry it");
  if (mode === "production" && (env.RATE_LIMIT_FACTOR ?? 1) > 10) problems.push("RATE_LIMIT_FACTOR is at most 10 in production");
  if (mode === "production")
    requireVerifiedDatabases(
      {
        DATABASE_OWNER_URL: env.DATABASE_OWNER_URL,
        DATABASE_APP_URL: env.DATABASE_APP_URL,
        DATABASE_JOBS_URL: env.DATABASE_JOBS_URL,
        DATABASE_READONLY_URL: env.DATABASE_READONLY_URL,
      },
      problems,
    );
  const keyEncryptionKey = sensitive(readKey(env, dataDir, problems));
  const cashfree = gatewayOf(env, mode, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  setClockOffsetMs(env.CLOCK_OFFSET_MS);
  return {
    mode,
    port: env.PORT,
    appOrigin,
    dataDir,
    database: {
      owner: env.DATABASE_OWNER_URL ?? null,
      app: env.DATABASE_APP_URL ?? "",
      jobs: env.DATABASE_JOBS_URL ?? null,
      readonly: env.DATABASE_READONLY_URL ?? null,
      poolMax: env.DATABASE_POOL_MAX,
    },
    keyEncryptionKey,
    audit: {
      headsFile: env.AUDIT_HEADS_FILE ?? join(dataDir, "audit", "heads.jsonl"),
      signingKeyFile: env.AUDIT_SIGNING_KEY_FILE ?? join(dataDir, "keys", "audit-signing.pem"),
    },
    cashfree,
    logLevel: env.LOG_LEVEL,
    peerHeader: env.PEER_HEADER ?? null,
    trustedHops: env.TRUSTED_HOPS,
    edgeSecret: env.EDGE_SECRET === undefined ? null : sensitive(env.EDGE_SECRET),
    rateLimitFactor: env.RATE_LIMIT_FACTOR ?? (mode === "demo" ? 10 : 1),
  };
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
}

let memo: Config | undefined;

/** This process's configuration, parsed at first use so that a build needs none. */
export function config(): Config {
  memo ??= parseConfig(process.env);
  return memo;
}

/** Replaces the process's configuration; tests only. */
export function setConfig(value: Config): void {
  memo = value;
}

/** Lets this process reach the database as another of its roles: the worker as its own, a terminal's command as the owner. */
export function connectAs(role: "owner" | "jobs"): void {
  const { database } = config();
  const url = database[role];
  if (url === null) throw new ConfigError([`DATABASE_${role.toUpperCase()}_URL is missing: this program works as that role only`]);
  setConfig({ ...config(), database: { ...database, app: url } });
}

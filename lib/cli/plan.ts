import { resolve } from "node:path";
import { ConfigError, parseConfig, requireVerifiedDatabases, type Environment, type Mode } from "@/lib/config";
import { databaseRoles, type DatabaseUrls } from "./database-roles.ts";

export type StartPlan = {
  mode: Mode;
  port: number;
  /** The interface the web server listens on. */
  host: string;
  appOrigin: string;
  dataDir: string;
  /** `embedded`: our own server; `admin`: a given server where roles are created; `given`: four given addresses. */
  database: { kind: "embedded" } | { kind: "admin"; url: string } | { kind: "given"; urls: DatabaseUrls };
};

const credentialNames = ["CASHFREE_PG_CLIENT_ID", "CASHFREE_PG_CLIENT_SECRET", "CASHFREE_PAYOUT_CLIENT_ID", "CASHFREE_PAYOUT_CLIENT_SECRET"] as const;
const roleNames = { owner: "DATABASE_OWNER_URL", app: "DATABASE_APP_URL", jobs: "DATABASE_JOBS_URL", readonly: "DATABASE_READONLY_URL" } as const;

function isLoopback(origin: string): boolean {
  return /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\/?$/.test(origin);
}

function given(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === "" ? undefined : value;
}

/** Decides from the environment alone how to start, or throws `ConfigError` with everything that is wrong. */
export function planStart(env: Environment): StartPlan {
  const problems: string[] = [];
  const credentials = credentialNames.filter((name) => given(env, name) !== undefined);
  const mode = chooseMode(env, credentials, problems);
  const port = choosePort(env, problems);
  const appOrigin = given(env, "APP_ORIGIN") ?? `http://localhost:${port}`;
  if (mode === "demo" && !isLoopback(appOrigin))
    problems.push(`demo mode is for this machine only: APP_ORIGIN is ${appOrigin}, which is not localhost. Give Cashfree credentials, or leave APP_ORIGIN out`);
  if (mode === "production") problems.push(...missingInProduction(env));
  const database = chooseDatabase(env, problems);
  if (mode !== "demo") problems.push(...otherProblems(env, mode));
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  const host = mode === "demo" ? "127.0.0.1" : (given(env, "LISTEN_HOST") ?? (isLoopback(appOrigin) ? "127.0.0.1" : "0.0.0.0"));
  return { mode, port, host, appOrigin: appOrigin.replace(/\/$/, ""), dataDir: resolve(given(env, "DATA_DIR") ?? ".data"), database };
}

function chooseMode(env: Environment, credentials: readonly string[], problems: string[]): Mode {
  const asked = given(env, "COUNTERSIGN_MODE") ?? given(env, "CASHFREE_ENV");
  if (asked === undefined) {
    if (credentials.length > 0) problems.push("Cashfree credentials are given, so this is not the demo: set CASHFREE_ENV=sandbox or CASHFREE_ENV=production");
    return "demo";
  }
  if (asked === "demo" && credentials.length > 0) problems.push(`demo mode never takes Cashfree credentials: remove ${credentials.join(", ")}`);
  if (asked === "demo" || asked === "sandbox" || asked === "production") return asked;
  problems.push("CASHFREE_ENV must be sandbox or production");
  return "sandbox";
}

function choosePort(env: Environment, problems: string[]): number {
  const text = given(env, "PORT") ?? "3000";
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  problems.push(`PORT must be a number from 1 to 65535, not "${text}"`);
  return 3000;
}

function chooseDatabase(env: Environment, problems: string[]): StartPlan["database"] {
  const admin = given(env, "DATABASE_URL");
  const urls = { owner: "", app: "", jobs: "", readonly: "" };
  for (const role of databaseRoles) urls[role] = given(env, roleNames[role]) ?? "";
  const named = databaseRoles.filter((role) => urls[role] !== "");
  for (const url of [admin, ...Object.values(urls)]) {
    if (url !== undefined && url !== "" && !/^postgres(ql)?:\/\//.test(url)) problems.push("database addresses start with postgres://");
  }
  if (named.length > 0 && admin !== undefined) problems.push("give either DATABASE_URL or the four DATABASE_{OWNER,APP,JOBS,READONLY}_URL, not both");
  if (named.length === databaseRoles.length) return { kind: "given", urls };
  if (named.length > 0)
    problems.push(
      `of the four database addresses these are missing: ${databaseRoles
        .filter((role) => urls[role] === "")
        .map((role) => roleNames[role])
        .join(", ")}`,
    );
  return admin === undefined ? { kind: "embedded" } : { kind: "admin", url: admin };
}

function missingInProduction(env: Environment): string[] {
  const problems: string[] = [];
  if (given(env, "APP_ORIGIN") === undefined) problems.push("APP_ORIGIN is missing: production needs its public https address");
  if (given(env, "KEY_ENCRYPTION_KEY") === undefined && given(env, "KEY_ENCRYPTION_KEY_FILE") === undefined)
    problems.push("the key-encryption key's source is missing: set KEY_ENCRYPTION_KEY_FILE (or KEY_ENCRYPTION_KEY)");
  if (given(env, "AUDIT_HEADS_FILE") === undefined) problems.push("AUDIT_HEADS_FILE is missing: production keeps the audit heads on another disk than the database");
  requireVerifiedDatabases({ DATABASE_URL: given(env, "DATABASE_URL") }, problems);
  return problems;
}

// What lib/config refuses too, found before anything is started; what `npm start` provides itself is filled in.
function otherProblems(env: Environment, mode: Mode): string[] {
  const provided: Environment = { COUNTERSIGN_MODE: mode, DATABASE_APP_URL: "postgres://localhost/unused" };
  if (given(env, "KEY_ENCRYPTION_KEY_FILE") === undefined) provided["KEY_ENCRYPTION_KEY"] = Buffer.alloc(32).toString("base64");
  try {
    parseConfig({ ...provided, ...env, COUNTERSIGN_MODE: mode }, {});
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

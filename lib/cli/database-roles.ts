import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import postgres from "postgres";

export const databaseRoles = ["owner", "app", "jobs", "readonly"] as const;
export type DatabaseRole = (typeof databaseRoles)[number];
export type DatabaseUrls = Record<DatabaseRole, string>;
export type RolePasswords = Record<DatabaseRole, string>;

/** Four fresh random passwords, one per role. */
export function newRolePasswords(): RolePasswords {
  const password = (): string => randomBytes(24).toString("base64url");
  return { owner: password(), app: password(), jobs: password(), readonly: password() };
}

/** The same server and database as `adminUrl`, as each of the four roles. */
export function roleUrls(adminUrl: string, passwords: RolePasswords): DatabaseUrls {
  const url = (role: DatabaseRole): string => {
    const address = new URL(adminUrl);
    address.username = `countersign_${role}`;
    address.password = passwords[role];
    return address.toString();
  };
  return { owner: url("owner"), app: url("app"), jobs: url("jobs"), readonly: url("readonly") };
}

// Sent instead of the password, so that a server which logs statements never logs a password.
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const stored = createHash("sha256").update(createHmac("sha256", salted).update("Client Key").digest()).digest("base64");
  const server = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${server}`;
}

/**
 * Creates the four `countersign_*` roles, or resets their passwords, and lets the owner build in the URL's database.
 * Idempotent; `adminUrl` needs CREATEROLE and to own the database.
 */
export async function provisionRoles(adminUrl: string, passwords: RolePasswords): Promise<DatabaseUrls> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    await admin.begin(async (sql) => {
      await sql`select pg_advisory_xact_lock(hashtext('countersign.roles'))`;
      const existing = new Set((await sql<{ rolname: string }[]>`select rolname from pg_roles where rolname like 'countersign\\_%'`).map((row) => row.rolname));
      for (const role of databaseRoles) {
        const name = `countersign_${role}`;
        const verb = existing.has(name) ? "alter" : "create";
        // Verifier characters are base64, '$' and ':', so the literal needs no escaping.
        await sql.unsafe(`${verb} role ${name} with login password '${scramVerifier(passwords[role])}'`);
      }
      await grantDatabase(sql);
      await limitApplication(sql);
    });
  } finally {
    await admin.end({ timeout: 2 });
  }
  return roleUrls(adminUrl, passwords);
}

/** Closes the current database to everybody but the four roles. A database's own grants do not come with its template. */
export async function grantDatabase(sql: Pick<postgres.Sql, "unsafe">): Promise<void> {
  const [row] = await sql.unsafe<{ name: string }[]>("select quote_ident(current_database()) as name");
  const database = row?.name ?? "";
  await sql.unsafe(`revoke temporary on database ${database} from public`);
  await sql.unsafe(`grant connect, create, temporary on database ${database} to countersign_owner`);
  await sql.unsafe(`grant connect on database ${database} to countersign_app, countersign_jobs, countersign_readonly`);
  await sql.unsafe("grant all on schema public to countersign_owner with grant option");
}

// A backstop in the server itself: whatever the client forgets, no statement or transaction of the application lasts.
async function limitApplication(sql: postgres.TransactionSql): Promise<void> {
  const [server] = await sql<{ version: number }[]>`select current_setting('server_version_num')::int as version`;
  const limits = {
    statement_timeout: "15s",
    lock_timeout: "3s",
    idle_in_transaction_session_timeout: "10s",
    ...((server?.version ?? 0) >= 170_000 ? { transaction_timeout: "15s" } : {}),
  };
  for (const role of ["countersign_app", "countersign_jobs"]) for (const [name, value] of Object.entries(limits)) await sql.unsafe(`alter role ${role} set ${name} = '${value}'`);
}

/** Creates `database` when the server has none of that name. */
export async function ensureDatabase(adminUrl: string, database: string, template = "template1"): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    const found = await admin`select 1 from pg_database where datname = ${database}`;
    if (found.length === 0) await admin`create database ${admin(database)} template ${admin(template)}`;
  } finally {
    await admin.end({ timeout: 2 });
  }
}

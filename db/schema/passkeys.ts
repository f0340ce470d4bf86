import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { authSessions, users } from "./auth.ts";
import { bytes, instant, xid8 } from "./columns.ts";

/** Credentials that people's devices hold the private half of. A removed one stays, so that the trail can name it. */
export const passkeys = pgTable(
  "passkeys",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    name: text().notNull(),
    credentialId: bytes("credential_id").notNull(),
    publicKey: bytes("public_key").notNull(),
    /** What the authenticator last counted; many never count and stay at 0. */
    counter: bigint({ mode: "number" }).notNull(),
    /** How often it was accepted here. Raising it is what using the key up means to the database. */
    uses: bigint({ mode: "number" }).notNull().default(0),
    consumedXid: xid8("consumed_xid"),
    transports: text().array().notNull(),
    /** Whether the credential may be synced between devices, and whether it is. */
    backupEligible: boolean("backup_eligible").notNull(),
    backedUp: boolean("backed_up").notNull(),
    createdAt: instant("created_at").notNull(),
    lastUsedAt: instant("last_used_at"),
    removedAt: instant("removed_at"),
  },
  (table) => [
    uniqueIndex("passkeys_credential").on(table.credentialId),
    index("passkeys_user")
      .on(table.userId)
      .where(sql`${table.removedAt} is null`),
  ],
);

/** What a device is asked to sign: made here, good for one session (or one browser that has none), one purpose, five minutes and one use. */
export const passkeyChallenges = pgTable(
  "passkey_challenges",
  {
    challenge: bytes().primaryKey(),
    sessionId: text("session_id").references(() => authSessions.id, { onDelete: "restrict" }),
    purpose: text().notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("passkey_challenges_session").on(table.sessionId)],
);

/** A fresh factor shown for one kind of act in one session; good for five minutes. */
export const stepUps = pgTable(
  "step_ups",
  {
    sessionId: text("session_id")
      .notNull()
      .references(() => authSessions.id, { onDelete: "restrict" }),
    act: text().notNull(),
    factor: text({ enum: ["totp", "passkey"] }).notNull(),
    grantedAt: instant("granted_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.act] }), check("step_ups_factor", sql`${table.factor} in ('totp', 'passkey')`)],
);

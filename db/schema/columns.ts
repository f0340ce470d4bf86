import { bigint, customType, timestamp } from "drizzle-orm/pg-core";
import type { Paise } from "@/lib/money";

/** An instant, microseconds, read and written as Date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Money in paise, exact. */
export const paiseColumn = (name: string) => bigint(name, { mode: "bigint" }).$type<Paise>();

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

/** Ciphertext of the vault (first byte is its format version); what it protects is said by the data map in lib/vault. */
export const ciphertext = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

/** The xid8 of the writing transaction, as text. */
export const xid8 = customType<{ data: string; driverData: string }>({ dataType: () => "xid8" });

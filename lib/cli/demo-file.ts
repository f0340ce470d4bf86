import { join } from "node:path";
import * as z from "zod/mini";
import type { Config } from "@/lib/config";
import { readJson, writePrivate } from "./files.ts";
import { demoCredentialsShape } from "./runtime.ts";

/** What the demo's seed makes for people and programs to use. */
export const seededShape = z.object({
  users: z.array(z.object({ email: z.string(), password: z.string(), totpSecret: z.string(), roles: z.array(z.string()) })),
  apiClients: z.array(z.object({ id: z.string(), scopes: z.array(z.string()), secret: z.optional(z.string()), privateKey: z.optional(z.string()) })),
  links: z.array(z.object({ linkId: z.string(), url: z.string(), phone: z.string(), email: z.string() })),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type Seeded = z.infer<typeof seededShape>;

/** The demo file: addresses, credentials and sign-ins of one demo. Other programs read it; keep it stable. */
export const demoFileShape = z.object({
  origin: z.string(),
  databaseUrl: z.string(),
  appDatabaseUrl: z.string(),
  readonlyDatabaseUrl: z.string(),
  emulatorUrl: z.string(),
  auditHeadsFile: z.string(),
  cashfree: demoCredentialsShape,
  ...seededShape.shape,
});
export type DemoFile = z.infer<typeof demoFileShape>;

export function demoFilePath(dataDir: string): string {
  return join(dataDir, "demo.json");
}

export function readDemoFile(dataDir: string): DemoFile | null {
  return readJson(demoFilePath(dataDir), demoFileShape);
}

/** Writes `demo.json` from the configuration and what was seeded; links move with the emulator's address. */
export function writeDemoFile(config: Config, seeded: Seeded): DemoFile {
  const emulatorUrl = config.cashfree.emulatorUrl ?? "";
  const { pg, payout } = config.cashfree;
  const links = seeded.links.map((link) => ({ ...link, url: link.url.replace(/^http:\/\/(localhost|127\.0\.0\.1):\d+/, emulatorUrl) }));
  const content: DemoFile = {
    origin: config.appOrigin,
    databaseUrl: config.database.owner ?? "",
    appDatabaseUrl: config.database.app,
    readonlyDatabaseUrl: config.database.readonly ?? "",
    emulatorUrl,
    auditHeadsFile: config.audit.headsFile,
    cashfree: { pgClientId: pg.clientId, pgClientSecret: pg.clientSecret.reveal(), payoutClientId: payout.clientId, payoutClientSecret: payout.clientSecret.reveal() },
    users: seeded.users,
    apiClients: seeded.apiClients,
    links,
    accounts: seeded.accounts,
  };
  writePrivate(demoFilePath(config.dataDir), `${JSON.stringify(content, null, 2)}\n`);
  return content;
}

// What the emulator's process may be told; it shares nothing with the desk's configuration but the four credentials.
import { resolve } from "node:path";
import * as z from "zod/mini";
import { sensitive, type Sensitive } from "@/lib/sensitive";
import { ConfigError, type Environment } from "./index.ts";

export type EmulatorConfig = {
  port: number;
  dir: string;
  webhookTarget: string | null;
  stepMs: number;
  ratePerMinute: number;
  credentials: Record<"pg" | "payout", { clientId: string; clientSecret: Sensitive<string> }>;
};

const needed = z.string("is missing");
const shape = z.object({
  EMULATOR_PORT: z._default(z.coerce.number().check(z.int(), z.gte(0), z.lte(65535)), 0),
  EMULATOR_DIR: needed,
  EMULATOR_WEBHOOK_TARGET: z.optional(z.string().check(z.regex(/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/, "must be a loopback origin"))),
  EMULATOR_STEP_MS: z._default(z.coerce.number().check(z.int(), z.gte(0), z.lte(3_600_000)), 1000),
  EMULATOR_RATE_PER_MINUTE: z._default(z.coerce.number().check(z.int(), z.gte(1)), 6000),
  CASHFREE_PG_CLIENT_ID: needed,
  CASHFREE_PG_CLIENT_SECRET: needed,
  CASHFREE_PAYOUT_CLIENT_ID: needed,
  CASHFREE_PAYOUT_CLIENT_SECRET: needed,
});

/** Parses the emulator's environment; throws `ConfigError` listing every problem. */
export function emulatorConfig(given: Environment = process.env): EmulatorConfig {
  const parsed = shape.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")));
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
  const env = parsed.data;
  return {
    port: env.EMULATOR_PORT,
    dir: resolve(env.EMULATOR_DIR),
    webhookTarget: env.EMULATOR_WEBHOOK_TARGET ?? null,
    stepMs: env.EMULATOR_STEP_MS,
    ratePerMinute: env.EMULATOR_RATE_PER_MINUTE,
    credentials: {
      pg: { clientId: env.CASHFREE_PG_CLIENT_ID, clientSecret: sensitive(env.CASHFREE_PG_CLIENT_SECRET) },
      payout: { clientId: env.CASHFREE_PAYOUT_CLIENT_ID, clientSecret: sensitive(env.CASHFREE_PAYOUT_CLIENT_SECRET) },
    },
  };
}

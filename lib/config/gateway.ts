// Where the gateway is and with which credentials it is spoken to.
import type { KeyObject } from "node:crypto";
import { sensitive, type Sensitive } from "@/lib/sensitive";
import { readPayoutKey } from "./outward.ts";

export type Mode = "demo" | "sandbox" | "production";

export type GatewayProduct = { clientId: string; clientSecret: Sensitive<string>; webhookSecrets: Sensitive<string>[] };

export type Gateway = {
  emulatorUrl: string | null;
  pgBase: string;
  payoutBase: string;
  payoutV1Base: string;
  timeoutMs: number;
  pg: GatewayProduct;
  payout: GatewayProduct;
  /** With what each payout request is marked where the desk's addresses are not allow-listed; null where they are. */
  payoutKey: KeyObject | null;
};

type Name =
  | "CASHFREE_EMULATOR_URL"
  | "CASHFREE_PG_CLIENT_ID"
  | "CASHFREE_PG_CLIENT_SECRET"
  | "CASHFREE_PG_WEBHOOK_SECRETS"
  | "CASHFREE_PAYOUT_CLIENT_ID"
  | "CASHFREE_PAYOUT_CLIENT_SECRET"
  | "CASHFREE_PAYOUT_WEBHOOK_SECRETS"
  | "CASHFREE_PAYOUT_PUBLIC_KEY"
  | "CASHFREE_PAYOUT_PUBLIC_KEY_FILE";
type Given = { [name in Name]?: string | undefined } & { CASHFREE_TIMEOUT_MS: number };

function list(value: string | undefined): Sensitive<string>[] {
  return (value ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .map((item) => sensitive(item));
}

/** The gateway as the environment describes it, in the one environment its mode allows. */
export function gatewayOf(env: Given, mode: Mode, problems: string[]): Gateway {
  const emulator = env.CASHFREE_EMULATOR_URL ?? null;
  if (mode === "demo" && emulator === null) problems.push("CASHFREE_EMULATOR_URL is missing: demo mode talks to the emulator");
  if (mode !== "demo" && emulator !== null) problems.push("CASHFREE_EMULATOR_URL is for demo mode only");
  if (mode !== "demo") {
    for (const name of ["CASHFREE_PG_CLIENT_ID", "CASHFREE_PG_CLIENT_SECRET", "CASHFREE_PAYOUT_CLIENT_ID", "CASHFREE_PAYOUT_CLIENT_SECRET"] as const) {
      if (!env[name]) problems.push(`${name} is missing`);
    }
  }
  const host = emulator ?? (mode === "production" ? "https://api.cashfree.com" : "https://sandbox.cashfree.com");
  const v1Host = emulator ?? (mode === "production" ? "https://payout-api.cashfree.com" : "https://payout-gamma.cashfree.com");
  const product = (id: string | undefined, secret: string | undefined, hooks: string | undefined): GatewayProduct => ({
    clientId: id ?? "",
    clientSecret: sensitive(secret ?? ""),
    // Cashfree signs with the product's client secret; the list holds older secrets while they rotate.
    webhookSecrets: [...list(secret), ...list(hooks)],
  });
  return {
    emulatorUrl: emulator,
    pgBase: `${host}/pg`,
    payoutBase: `${host}/payout`,
    payoutV1Base: `${v1Host}/payout`,
    timeoutMs: env.CASHFREE_TIMEOUT_MS,
    pg: product(env.CASHFREE_PG_CLIENT_ID, env.CASHFREE_PG_CLIENT_SECRET, env.CASHFREE_PG_WEBHOOK_SECRETS),
    payout: product(env.CASHFREE_PAYOUT_CLIENT_ID, env.CASHFREE_PAYOUT_CLIENT_SECRET, env.CASHFREE_PAYOUT_WEBHOOK_SECRETS),
    payoutKey: readPayoutKey({ text: env.CASHFREE_PAYOUT_PUBLIC_KEY, file: env.CASHFREE_PAYOUT_PUBLIC_KEY_FILE }, problems),
  };
}

import { generateKeyPairSync } from "node:crypto";
import { createClient } from "@/lib/clients";
import { apiScopes, type ApiScope } from "@/lib/clients/contract";
import { atWork } from "./office.ts";
import type { Cast } from "./people.ts";
import { acts } from "./stage.ts";

export type SeededClient = { id: string; scopes: ApiScope[]; secret?: string; privateKey?: string };

/** One program for each way of signing, made by the security admin and owned by the makers, who could ask for payouts anyway. */
export async function seedClients(cast: Cast): Promise<SeededClient[]> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const common = { addresses: [], days: 365 };
  const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
  const scopes: ApiScope[] = ["payouts:create", "payouts:read", "accounts:read", "balances:read"];
  // Not longer ago than an unused client lives.
  const { signed, shared } = await acts(cast.security, atWork(9, 4), async (ctx) => ({
    signed: await createClient(ctx, { name: "Order system", ownerId: cast.maker.userId, scopes: [...apiScopes], algorithm: "ed25519", publicKey: pem, ...common }),
    shared: await createClient(ctx, { name: "Payroll script", ownerId: cast.secondMaker.userId, scopes, algorithm: "hmac-sha256", ...common }),
  }));
  return [
    { id: signed.client.id, scopes: [...apiScopes], privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString() },
    { id: shared.client.id, scopes, secret: shared.secret ?? "" },
  ];
}

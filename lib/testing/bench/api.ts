// What signing costs: a signed read of the service API against an unsigned health call of the same server.
import { generateKeyPairSync } from "node:crypto";
import { permissionsOf } from "@/lib/access";
import { createClient } from "@/lib/clients";
import { createPerson } from "@/lib/auth";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { figure, interleave, median, type Row } from "./measure.ts";
import type { Stage } from "./stage.ts";
import { startWeb } from "./web.ts";
import { runLoad } from "./webhooks.ts";

const turns = 5;
const perTurn = 500;
const connections = 4;
/** Enough that none of them meets its quota. */
const clientCount = 20;

type Signer = { id: string; privateKey: string };

async function newClients(): Promise<Signer[]> {
  const { userId } = await withTransaction(systemCtx("bench"), (tx) =>
    createPerson(tx, { email: "keys@bench.example", name: "Key Keeper", password: newId("request"), roles: ["security_admin"] }),
  );
  const roles = ["security_admin"] as const;
  const ctx: Ctx = { ...systemCtx("bench"), actor: { kind: "user", userId, sessionId: newId("session"), roles, permissions: permissionsOf(roles), factor: "totp" } };
  const made: Signer[] = [];
  for (let index = 0; index < clientCount; index += 1) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
    const { client } = await createClient(ctx, {
      name: `Bench ${index}`,
      ownerId: userId,
      scopes: ["accounts:read"],
      algorithm: "ed25519",
      publicKey: pem,
      addresses: [],
      days: 1,
    });
    made.push({ id: client.id, privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString() });
  }
  return made;
}

/** Median times of both at the same load, and their ratio. */
export async function benchApi(stage: Stage, say: (line: string) => void): Promise<Row[]> {
  const clients = await newClients();
  const origin = await startWeb(stage, say);
  say("Calling the service API …");
  const p50 = async (kind: "empty" | "signed"): Promise<number> =>
    (await runLoad({ origin, kind, clients, secret: "", label: "", count: perTurn, connections, perSecond: null })).p50Ms;
  const pairs = await interleave(turns, { baseline: () => p50("empty"), ours: () => p50("signed") });
  const [health, signed] = [median(pairs.map((pair) => pair.baseline)), median(pairs.map((pair) => pair.ours))];
  return [
    {
      ...figure(`signed API read against a health call, ${connections} connections, p50`, `${signed.toFixed(1)} ms`, null),
      baseline: `${health.toFixed(1)} ms`,
      ratio: `${(signed / health).toFixed(1)} ×`,
    },
  ];
}

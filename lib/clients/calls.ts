import { and, lt, sql } from "drizzle-orm";
import { compiled, slot } from "@/db/compiled";
import { apiCalls } from "@/db/schema/clients";
import { read, type ClientActor, type Ctx } from "@/lib/context";

const insertCall = compiled((db) =>
  db
    .insert(apiCalls)
    .values({
      clientId: slot("clientId"),
      nonce: slot("nonce"),
      keyId: slot("keyId"),
      at: slot("at"),
      method: slot("method"),
      path: slot("path"),
      ip: slot("ip"),
      requestId: slot("requestId"),
    })
    .onConflictDoNothing()
    .returning({ nonce: apiCalls.nonce }),
);

/**
 * Notes a call with a good signature; false when its nonce was used before. Many at once: one wins. Should the answer be
 * lost on the way, asking again finds the own row and refuses: the caller signs anew, and nothing runs twice.
 */
export async function noteCall(ctx: Ctx & { actor: ClientActor }, call: { nonce: string; method: string; path: string }): Promise<boolean> {
  const { clientId, keyId } = ctx.actor;
  const rows = await read((db) =>
    insertCall(db, { clientId, nonce: call.nonce, keyId, at: ctx.now, method: call.method, path: call.path.slice(0, 200), ip: ctx.ip ?? "unknown", requestId: ctx.requestId }),
  );
  return rows.length === 1;
}

/** Forgets calls made before `before`, all but each client's last one. */
export async function pruneCalls(before: Date): Promise<void> {
  const newer = sql`exists (select from api_calls n where n.client_id = ${apiCalls.clientId} and n.at > ${apiCalls.at})`;
  await read((db) => db.delete(apiCalls).where(and(lt(apiCalls.at, before), newer)));
}

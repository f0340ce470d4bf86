import { and, lt, sql } from "drizzle-orm";
import { apiCalls } from "@/db/schema/clients";
import { read, type ClientActor, type Ctx } from "@/lib/context";

/**
 * Notes a call with a good signature; false when its nonce was used before. Many at once: one wins. Should the answer be
 * lost on the way, asking again finds the own row and refuses: the caller signs anew, and nothing runs twice.
 */
export async function noteCall(ctx: Ctx & { actor: ClientActor }, call: { nonce: string; method: string; path: string }): Promise<boolean> {
  const { clientId, keyId } = ctx.actor;
  const noted = {
    client_id: clientId,
    nonce: call.nonce,
    key_id: keyId,
    at: ctx.now.toISOString(),
    method: call.method,
    path: call.path.slice(0, 200),
    ip: ctx.ip,
    request_id: ctx.requestId,
  };
  const [row] = await read((db) => db.execute<{ fresh: boolean }>(sql`select note_api_call(${JSON.stringify(noted)}::json) as fresh`));
  return row?.fresh === true;
}

/** Forgets calls made before `before`, all but each client's last one. */
export async function pruneCalls(before: Date): Promise<void> {
  const newer = sql`exists (select from api_calls n where n.client_id = ${apiCalls.clientId} and n.at > ${apiCalls.at})`;
  await read((db) => db.delete(apiCalls).where(and(lt(apiCalls.at, before), newer)));
}

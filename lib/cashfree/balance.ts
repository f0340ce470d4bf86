import * as z from "zod/mini";
import { sensitive, type Sensitive } from "@/lib/sensitive";
import { callerMark } from "./caller-mark.ts";
import type { CallOptions, GatewayBalance, GatewayResult } from "./contract.ts";
import { send, type CashfreeSettings } from "./http.ts";
import { lexeme, lexemeOrNull, rupees } from "./json.ts";

// V1 says no with HTTP 200 and {"status":"ERROR","subCode":"403"}: the status member decides, not the HTTP status.
const envelope = z.object({ status: lexeme, subCode: lexemeOrNull, message: lexemeOrNull, data: z.nullish(z.unknown()) });

type V1<T> = { ok: true; data: T } | { ok: false; subCode: string };

function readV1<T>(read: (data: unknown) => T): (json: unknown) => V1<T> {
  return (json) => {
    const answer = envelope.parse(json);
    return answer.status === "SUCCESS" ? { ok: true, data: read(answer.data) } : { ok: false, subCode: answer.subCode ?? "unknown" };
  };
}

function unwrap<T>(result: GatewayResult<V1<T>>): GatewayResult<T> {
  if (result.kind !== "answer") return result;
  if (result.value.ok) return { ...result, value: result.value.data };
  return {
    kind: "refused",
    httpStatus: result.httpStatus,
    code: `v1_${result.value.subCode.replace(/\W/g, "")}`,
    type: "invalid_request_error",
    message: "The payout account's balance was refused.",
  };
}

const readToken = (data: unknown): Sensitive<string> => sensitive(z.object({ token: z.string().check(z.minLength(1)) }).parse(data).token);

const readBalance = (data: unknown): GatewayBalance => {
  const balance = z.object({ balance: rupees, availableBalance: rupees }).parse(data);
  return { balancePaise: balance.balance, availablePaise: balance.availableBalance };
};

/** The payout wallet: V1 only, with a token made for this one question. `available` = balance − pending transfers. */
export async function getPayoutBalance(settings: CashfreeSettings, options?: CallOptions): Promise<GatewayResult<GatewayBalance>> {
  const headers = { "x-client-id": settings.payout.clientId, "x-client-secret": settings.payout.clientSecret.reveal(), ...callerMark(settings) };
  const token = unwrap(await send(settings, { operation: "authorize", method: "POST", url: `${settings.payoutV1Base}/v1/authorize`, headers, read: readV1(readToken), options }));
  if (token.kind !== "answer") return token;
  const bearer = { authorization: `Bearer ${token.value.reveal()}` };
  return unwrap(
    await send(settings, { operation: "get_balance", method: "GET", url: `${settings.payoutV1Base}/v1/getBalance`, headers: bearer, read: readV1(readBalance), options }),
  );
}

// A payout desk that programs call: through the handlers of /api/v1, each found by what it says it does.
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeAll } from "vitest";
import { operations } from "@/lib/api/contract";
import { config, setConfig } from "@/lib/config";
import { answer, newClient, peerHeader, signedRequest, type Answered, type Ask, type TestClient } from "./api-client.ts";
import { personWith, usePayoutDesk, type PayoutDesk, type Person } from "./payouts.ts";

type Handler = Parameters<typeof answer>[0];

const root = join(process.cwd(), "app", "api", "v1");
const own = new Set(["openapi.json"]);

/** Every handler of the service API, by "METHOD /path/{parameter}". */
export async function apiHandlers(): Promise<[string, Handler][]> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.name === "route.ts" && !own.has(relative(root, entry.parentPath)));
  const found: [string, Handler][] = [];
  for (const file of files) {
    const declared = (await import(/* @vite-ignore */ join(file.parentPath, file.name))) as Record<string, Handler>;
    // HEAD is GET's own, and what carries no operation is the refusal of a method that the door does not have.
    for (const [method, handler] of Object.entries(declared).filter(([name, each]) => name !== "HEAD" && "operation" in each))
      found.push([`${method} /api/v1/${relative(root, file.parentPath).replace(/\[(\w+)\]/g, "{$1}")}`, handler]);
  }
  return found;
}

type Call = (id: keyof typeof operations, ask?: Partial<Ask> & { params?: Record<string, string>; query?: string }, by?: TestClient) => Promise<Answered>;

type ApiDesk = {
  desk: PayoutDesk;
  security: Person;
  /** May do everything a program may. */
  client: TestClient;
  /** Lets the handler of one operation answer, as `client` unless told otherwise. */
  call: Call;
  payout: (amountPaise?: string) => Record<string, unknown>;
  link: () => Record<string, unknown>;
};

/** One desk for the test file, with a client that a security admin made. */
export function useApiDesk(): ApiDesk {
  const api = { desk: usePayoutDesk() } as ApiDesk;
  const { desk } = api;
  api.call = async (id, ask = {}, by = api.client) => {
    const operation = operations[id];
    const path = Object.entries(ask.params ?? {}).reduce((at, [name, value]) => at.replace(`{${name}}`, value), operation.path as string) + (ask.query ?? "");
    const [, handler] = (await apiHandlers()).find(([name]) => name === `${operation.method} ${operation.path}`) ?? [];
    if (handler === undefined) throw new Error(`There is no handler for ${id}.`);
    return answer(handler, signedRequest(by, { path, ...ask }), ask.params ?? {});
  };
  api.payout = (amountPaise = "100000") => ({ accountId: desk.accountId, beneficiaryId: desk.beneficiaryId, amountPaise, purpose: "Invoice 42" });
  api.link = () => ({ accountId: desk.accountId, amountPaise: "250000", purpose: "Order 7", phone: "9876543210", email: "asha.rao@customers.example", customerName: "Asha Rao" });
  beforeAll(async () => {
    setConfig({ ...config(), peerHeader });
    api.security = await personWith("security_admin");
    api.client = await newClient(api.security, ["payouts:create", "payouts:read", "links:create", "links:read", "accounts:read", "balances:read", "transactions:read"], {
      name: "Payroll",
    });
  });
  return api;
}

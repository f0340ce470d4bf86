// The published examples, as they are, against a server of real sockets.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setClockOffsetMs } from "@/lib/time";
import { newClient, type TestClient } from "@/lib/testing/api-client";
import { personWith, usePayoutDesk } from "@/lib/testing/payouts";
import { GET as beneficiaries } from "./accounts/[id]/beneficiaries/route.ts";
import { GET as accounts } from "./accounts/route.ts";
import { GET as list, POST as create } from "./payouts/route.ts";

const desk = usePayoutDesk();
const run = promisify(execFile);
const examples = join(process.cwd(), "public", "api-examples");
let server: Server;
let origin = "";
let folder = "";

async function toRequest(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk as Uint8Array));
  const headers = new Headers();
  for (let index = 0; index < message.rawHeaders.length; index += 2) headers.append(message.rawHeaders[index] ?? "", message.rawHeaders[index + 1] ?? "");
  const method = message.method ?? "GET";
  return new Request(new URL(message.url ?? "/", origin), { method, headers, ...(method === "GET" ? {} : { body: Buffer.concat(chunks) }) });
}

beforeAll(async () => {
  // The examples live in the present.
  setClockOffsetMs(0);
  folder = mkdtempSync(join(tmpdir(), "countersign examples-"));
  const handlers: Record<string, typeof create> = { "GET /api/v1/accounts": accounts, "GET /api/v1/payouts": list, "POST /api/v1/payouts": create };
  server = createServer((message, response) => {
    void (async () => {
      const request = await toRequest(message);
      const { pathname } = new URL(request.url);
      const [, id] = /^\/api\/v1\/accounts\/([^/]+)\/beneficiaries$/.exec(pathname) ?? [];
      const handler = id === undefined ? handlers[`${request.method} ${pathname}`] : beneficiaries;
      const answer = handler === undefined ? new Response("{}", { status: 404 }) : await handler(request, { params: Promise.resolve(id === undefined ? {} : { id }) });
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function keyFileOf(client: TestClient): string {
  const path = join(folder, client.id);
  writeFileSync(path, client.algorithm === "ed25519" ? client.privateKey.export({ format: "pem", type: "pkcs8" }) : `${client.secret}\n`, { mode: 0o600 });
  return path;
}

const programs: [string, (args: string[]) => [string, string[]]][] = [
  ["client.ts", (args) => [process.execPath, ["--import", "tsx", join(examples, "client.ts"), ...args]]],
  ["client.sh", (args) => ["bash", [join(examples, "client.sh"), ...args]]],
];

test.each(programs.flatMap(([name, command]) => (["ed25519", "hmac-sha256"] as const).map((algorithm) => ({ name, command, algorithm }))))(
  "$name with $algorithm finds account and beneficiary, asks for a payout, once however often it is run, and reads it back",
  async ({ name, command, algorithm }) => {
    const client = await newClient(await personWith("security_admin"), ["payouts:create", "payouts:read", "accounts:read"], { algorithm });
    const keyFile = keyFileOf(client);
    const call = async (...args: string[]): Promise<{ [field: string]: unknown }> => {
      const [file, given] = command([origin, client.id, keyFile, ...args]);
      return JSON.parse((await run(file, given)).stdout) as { [field: string]: unknown };
    };
    const amountPaise = `${name.length}${algorithm.length}000`;
    const [account] = (await call("GET", "/api/v1/accounts"))["items"] as { id: string }[];
    const payable = (await call("GET", `/api/v1/accounts/${account?.id ?? ""}/beneficiaries`))["items"] as { id: string }[];
    expect([account?.id, payable.map(({ id }) => id)]).toEqual([desk.accountId, expect.arrayContaining([desk.beneficiaryId])]);
    const asked = JSON.stringify({ accountId: account?.id, beneficiaryId: desk.beneficiaryId, amountPaise, purpose: "Invoice 42" });
    const made = await call("POST", "/api/v1/payouts", asked, "example-key-0123456789");
    expect(made).toMatchObject({ status: "pending_approval", amountPaise, purpose: "Invoice 42" });
    expect(await call("POST", "/api/v1/payouts", asked, "example-key-0123456789")).toEqual(made);
    expect(await call("GET", `/api/v1/payouts?account=${desk.accountId}&limit=1`)).toMatchObject({ items: [{ id: made["id"] }] });
    await expect(call("GET", "/api/v1/links")).rejects.toMatchObject({ code: expect.any(Number) as number });
  },
);

import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sensitive } from "@/lib/sensitive";
import { createCashfree, type Cashfree } from "../gateway.ts";
import type { CashfreeSettings } from "../http.ts";
import type { DeliveryRecord, LinkRecord, OrderRecord, PaymentRecord, TransferRecord } from "./records.ts";
import { startEmulator, type Emulator } from "./server.ts";
import type { EmulatorTuning } from "./settings.ts";

export type EmulatorState = {
  now: string;
  wallet: { balancePaise: string; heldPaise: string };
  payoutEndpointDisabled: boolean;
  orders: OrderRecord[];
  payments: PaymentRecord[];
  links: LinkRecord[];
  transfers: TransferRecord[];
  deliveries: DeliveryRecord[];
};

export type TestEmulator = {
  url: string;
  dir: string;
  settings: CashfreeSettings;
  client: Cashfree;
  /** POSTs one order to the control API and returns its answer. */
  control: (path: string, body?: unknown) => Promise<unknown>;
  state: () => Promise<EmulatorState>;
  /** Moves the emulator's clock, which carries out everything that became due, webhooks included. */
  advance: (ms: number) => Promise<void>;
  restart: () => Promise<void>;
  close: () => Promise<void>;
};

export type TestEmulatorOptions = { webhookTarget?: string; tuning?: Partial<EmulatorTuning> };

const credentials = {
  pg: { clientId: "TESTPG", clientSecret: sensitive("test_pg_secret") },
  payout: { clientId: "TESTPAYOUT", clientSecret: sensitive("test_payout_secret") },
};

/** Client settings for an emulator at `url`. */
export function settingsFor(url: string, timeoutMs = 10_000): CashfreeSettings {
  return { emulatorUrl: url, pgBase: `${url}/pg`, payoutBase: `${url}/payout`, payoutV1Base: `${url}/payout`, timeoutMs, ...credentials, payoutKey: null };
}

/** An emulator for one test file, with its own folder and the credentials that `lib/testing` configurations carry. */
export async function startTestEmulator(options: TestEmulatorOptions = {}): Promise<TestEmulator> {
  const dir = mkdtempSync(join(tmpdir(), "countersign emulator-"));
  const begin = (port: number): Promise<Emulator> =>
    startEmulator({ port, dir, webhookTarget: options.webhookTarget ?? null, credentials, tuning: { webhookRetryMs: [], ...options.tuning } });
  let emulator = await begin(0);
  const { url, port } = emulator;
  const settings = settingsFor(url);
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/emulator/${path}`, { method, headers: { "x-emulator-control": "1" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`emulator control ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    url,
    dir,
    settings,
    client: createCashfree(settings),
    control: (path, body = {}) => call("POST", path, body),
    state: async () => (await call("GET", "state")) as EmulatorState,
    advance: async (ms) => {
      await call("POST", "clock", { advanceMs: ms });
      await call("POST", "webhooks/flush", {});
    },
    restart: async () => {
      await emulator.close();
      emulator = await begin(port);
      await forgetSockets(url);
    },
    close: async () => {
      await emulator.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The process's own connection pool still holds sockets of the stopped server; use them up before a test meets one. */
async function forgetSockets(url: string): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const answered = await fetch(`${url}/emulator/live`).then(
      (response) => response.text(),
      () => null,
    );
    if (answered !== null) return;
  }
}

export type Received = { method: string; path: string; headers: Record<string, string>; raw: Buffer };

export type Listener = {
  url: string;
  received: Received[];
  respond: (answer: () => { status: number; body?: string; headers?: Record<string, string> }) => void;
  close: () => Promise<void>;
};

/** A plain server that keeps what it is sent and answers what it is told: 200 and {} unless told otherwise. */
export async function startListener(): Promise<Listener> {
  const received: Received[] = [];
  let answer: () => { status: number; body?: string; headers?: Record<string, string> } = () => ({ status: 200 });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]));
      received.push({ method: request.method ?? "", path: request.url ?? "", headers, raw: Buffer.concat(chunks) });
      const given = answer();
      response.writeHead(given.status, given.headers ?? { "content-type": "application/json" }).end(given.body ?? "{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    respond: (given) => {
      answer = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

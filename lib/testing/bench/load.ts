// A load generator in a process of its own: its task comes on standard input, its figures leave on standard output.
import { randomBytes, sign } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { signWebhook } from "@/lib/cashfree";
import { sensitive } from "@/lib/sensitive";
import { clockNow } from "@/lib/time";
import { percentile, rateOver } from "./measure.ts";

export type Load = {
  origin: string;
  kind: "empty" | "webhook" | "signed";
  /** Who signs, in turns, where requests are signed. */
  clients?: { id: string; privateKey: string }[];
  secret: string;
  /** Makes the bodies unlike those of every other load of this bench. */
  label: string;
  count: number;
  connections: number;
  /** Requests a second; null sends each as soon as a connection is free. */
  perSecond: number | null;
};

export type LoadResult = { perSecond: number; p50Ms: number; p99Ms: number };

type Shot = { method: "GET" | "POST"; path: string; headers: Record<string, string>; body: string };

async function readTask(): Promise<Load> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Load;
}

// The size and shape of a captured payment, about a thing this desk never made.
function webhook(load: Load, index: number): Shot {
  const now = clockNow();
  const payment = {
    cf_payment_id: `${load.label}${index}`,
    payment_status: "SUCCESS",
    payment_amount: 1250.5,
    payment_currency: "INR",
    payment_message: "00::Transaction success",
    payment_time: now.toISOString(),
    bank_reference: `2265${index}`,
    auth_id: null,
    payment_method: { upi: { channel: null, upi_id: "payer@bench" } },
    payment_group: "upi",
  };
  const customer = { customer_name: "Asha Rao", customer_id: "bench", customer_email: "asha@bench.example", customer_phone: "9000000000" };
  const body = JSON.stringify({
    data: { order: { order_id: `order_${load.label}_${index}`, order_amount: 1250.5, order_currency: "INR", order_tags: null }, payment, customer_details: customer },
    event_time: now.toISOString(),
    type: "PAYMENT_SUCCESS_WEBHOOK",
  });
  const timestamp = now.getTime().toString();
  const signature = signWebhook(sensitive(load.secret), timestamp, Buffer.from(body));
  return {
    method: "POST",
    path: "/api/webhooks/cashfree/payments",
    headers: { "content-type": "application/json", "x-webhook-version": "2025-01-01", "x-webhook-timestamp": timestamp, "x-webhook-signature": signature },
    body,
  };
}

/** A signed read of the accounts, each with a nonce of its own. */
function signed(load: Load, index: number): Shot {
  const client = load.clients?.[index % load.clients.length];
  if (client === undefined) throw new Error("Nobody signs.");
  const [method, path] = ["GET", "/api/v1/accounts"] as const;
  const params = `("@method" "@path" "@query");created=${Math.floor(clockNow().getTime() / 1000)};nonce="${randomBytes(12).toString("hex")}";keyid="${client.id}";alg="ed25519"`;
  const base = `"@method": ${method}\n"@path": ${path}\n"@query": ?\n"@signature-params": ${params}`;
  const signature = sign(null, Buffer.from(base), client.privateKey).toString("base64");
  return { method, path, headers: { "signature-input": `sig1=${params}`, signature: `sig1=:${signature}:` }, body: "" };
}

const empty: Shot = { method: "GET", path: "/api/health/live", headers: {}, body: "" };

function fire(agent: Agent, origin: string, shot: Shot): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = shot.body === "" ? shot.headers : { ...shot.headers, "content-length": String(Buffer.byteLength(shot.body)) };
    const sent = request(`${origin}${shot.path}`, { method: shot.method, agent, headers }, (response) => {
      response.resume();
      response.once("end", () => (response.statusCode === 200 ? resolve() : reject(new Error(`${shot.path} answered ${response.statusCode}.`))));
    });
    sent.once("error", reject);
    sent.end(shot.body);
  });
}

function shotOf(load: Load, index: number): Shot {
  if (load.kind === "empty") return empty;
  return load.kind === "signed" ? signed(load, index) : webhook(load, index);
}

async function run(load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const shots = Array.from({ length: load.count }, (_, index) => shotOf(load, index));
  const tookMs: number[] = [];
  const timed = async (shot: Shot): Promise<void> => {
    const startedAt = performance.now();
    await fire(agent, load.origin, shot);
    tookMs.push(performance.now() - startedAt);
  };
  const perSecond = load.perSecond === null ? await rateOver(shots, load.connections, timed) : await paced(shots, load.perSecond, timed);
  agent.destroy();
  return { perSecond, p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99) };
}

// By the clock, not by the answers: a slow answer must not slow down what is asked next.
async function paced(shots: readonly Shot[], perSecond: number, timed: (shot: Shot) => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  const flying: Promise<void>[] = [];
  for (const [index, shot] of shots.entries()) {
    const waitMs = startedAt + (index * 1000) / perSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    flying.push(timed(shot));
  }
  await Promise.all(flying);
  return shots.length / ((performance.now() - startedAt) / 1000);
}

process.stdout.write(JSON.stringify(await run(await readTask())));

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { control, type Desk } from "./control.ts";
import { Faults, type RequestFault } from "./faults.ts";
import { echoed, rateLimited, RateLimiter } from "./guard.ts";
import { WebhookSender } from "./hooks.ts";
import { Pages } from "./pages.ts";
import { Payments } from "./payments.ts";
import type { AgendaRecord } from "./records.ts";
import { gatewayApi, StoredBody } from "./routes.ts";
import { defaultTuning, type EmulatorCredentials, type EmulatorTuning } from "./settings.ts";
import { Store } from "./store.ts";
import { Transfers } from "./transfers.ts";
import { Refusal, refusalReply, type Ask, type Reply } from "./wire.ts";
import { toJson } from "../json.ts";
import { World } from "./world.ts";

export type EmulatorOptions = {
  /** 0 takes a free port. */
  port: number;
  dir: string;
  webhookTarget: string | null;
  credentials: EmulatorCredentials;
  tuning?: Partial<EmulatorTuning>;
};

export type Emulator = { url: string; port: number; world: World; close: () => Promise<void> };

const bodyBytesMax = 1024 * 1024;
const pollMs = 20_000;

/** Starts the emulator on 127.0.0.1 and resolves when it listens; what was pending when it stopped goes on. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const tuning = { ...defaultTuning, ...options.tuning };
  const world = new World({ port: options.port, dir: options.dir, webhookTarget: options.webhookTarget, credentials: options.credentials, tuning }, new Store(options.dir));
  const hooks = new WebhookSender(world);
  const payments = new Payments(world, hooks);
  const transfers = new Transfers(world, hooks);
  const limiter = new RateLimiter(world);
  const faults = new Faults();
  const timer = new Timer(world, () => runDue());
  const desk: Desk = { world, hooks, faults, payments, transfers, limiter, runDue };

  let origin = "";
  let moving = false;
  function runDue(): void {
    // Moving one thing plans others and may call back here: one pass at a time, and it takes what became due meanwhile.
    if (moving) return;
    moving = true;
    try {
      for (let due = dueSteps(world); due.length > 0; due = dueSteps(world)) {
        for (const item of due) {
          world.store.remove("agenda", item.id);
          if (item.kind === "transfer") transfers.move(item.transferId, item);
          if (item.kind === "payment") payments.finish(item.cfPaymentId, item.outcome, origin);
        }
      }
    } finally {
      moving = false;
    }
    void hooks.pump().then(() => timer.arm());
    timer.arm();
  }
  world.onPlanned = () => timer.arm();

  const answer = { desk, gateway: gatewayApi({ world, payments, transfers, limiter }), pages: new Pages(world, payments) };
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    serve(answer, request, response).catch(() => response.destroy());
  });
  const port = await listen(server, options.port);
  origin = `http://127.0.0.1:${port}`;
  timer.arm();
  return {
    url: origin,
    port,
    world,
    close: async () => {
      timer.stop();
      hooks.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await hooks.pump();
      world.store.close();
    },
  };
}

/** Everything due now but webhooks, in the order it was due. */
function dueSteps(world: World): AgendaRecord[] {
  const nowMs = world.nowMs();
  const due = world.store.list("agenda").filter((item) => item.kind !== "delivery" && item.dueMs <= nowMs);
  return due.sort((left, right) => left.dueMs - right.dueMs || (left.id < right.id ? -1 : 1));
}

/** Wakes when the next thing on the agenda is due. */
class Timer {
  #handle: NodeJS.Timeout | undefined;
  #asked = false;
  #stopped = false;
  readonly #world: World;
  readonly #run: () => void;

  constructor(world: World, run: () => void) {
    this.#world = world;
    this.#run = run;
  }

  /** Looks at the agenda once per turn of the event loop, however much was planned in it. */
  arm(): void {
    if (this.#asked) return;
    this.#asked = true;
    setImmediate(() => {
      this.#asked = false;
      this.#set();
    });
  }

  #set(): void {
    clearTimeout(this.#handle);
    if (this.#stopped) return;
    const nowMs = this.#world.nowMs();
    const nextMs = this.#world.store.list("agenda").reduce((least, item) => Math.min(least, item.dueMs), nowMs + pollMs);
    this.#handle = setTimeout(this.#run, Math.max(5, nextMs - nowMs));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#handle);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

type Answering = { desk: Desk; gateway: ReturnType<typeof gatewayApi>; pages: Pages };

async function serve(answering: Answering, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const ask = await readAsk(request);
  if (ask === null) return void response.destroy();
  // A page elsewhere could point its own name at this machine: only loopback names are ours.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? "")) return write(response, { status: 421, body: { message: "loopback only" } }, {});
  answering.desk.runDue();
  const fault = ask.path.startsWith("/emulator") ? undefined : answering.desk.faults.take(ask);
  if (fault?.kind.endsWith("_before")) return fail(response, fault, null);
  const reply = fault?.kind === "rate_429" ? refusalReply(rateLimited({ "x-ratelimit-retry": "7" }), "dated") : await settle(answering, ask);
  if (fault !== undefined && fault.kind !== "rate_429") return fail(response, fault, reply);
  if ("delayMs" in reply && reply.delayMs) await wait(response, reply.delayMs);
  write(response, reply, echoed(ask));
}

async function settle(answering: Answering, ask: Ask): Promise<Reply> {
  const isApi = ask.path.startsWith("/pg/") || ask.path.startsWith("/payout/");
  try {
    if (ask.path === "/emulator/live") return { status: 200, body: { ok: true } };
    if (ask.path.startsWith("/emulator/")) return await control(answering.desk, ask);
    return (await answering.gateway(ask)) ?? answering.pages.answer(ask);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, "internal_error", "internal Server Error");
    if (!isApi && !ask.path.startsWith("/emulator/")) return answering.pages.problem(refusal);
    return refusalReply(refusal, ask.path.startsWith("/payout/v1") ? "v1" : "dated");
  }
}

async function readAsk(request: IncomingMessage): Promise<Ask | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > bodyBytesMax) return null;
    chunks.push(bytes);
  }
  const origin = `http://${request.headers.host ?? "127.0.0.1"}`;
  if (!URL.canParse(request.url ?? "", origin)) return null;
  const url = new URL(request.url ?? "/", origin);
  return { method: request.method ?? "GET", path: url.pathname, query: url.searchParams, headers: request.headers, raw: Buffer.concat(chunks), origin };
}

/** Spoils an answer: `reply` is null when nothing was done, else everything was done and only the answer suffers. */
async function fail(response: ServerResponse, fault: RequestFault, reply: Reply | null): Promise<void> {
  switch (fault.kind) {
    case "timeout_before":
    case "timeout_after":
      // No answer ever comes; the connection lives until the caller gives up.
      return;
    case "reset_before":
    case "reset_after":
      return void response.destroy();
    case "error_before":
    case "error_after":
      return write(response, { status: 500, body: { message: "internal Server Error", code: "internal_error", type: "api_error" } }, {});
    case "conflict_409":
      return write(response, { status: 409, body: { message: "already exists", code: "transfer_id_already_exists", type: "invalid_request_error" } }, {});
    case "html":
      return write(response, { status: 200, html: "<html><body><h1>504 Gateway Time-out</h1></body></html>" }, {});
    case "truncated": {
      const text = reply !== null && "body" in reply ? textOf(reply.body) : "{";
      return send(response, 200, { text: text.slice(0, Math.floor(text.length / 2)), headers: { "content-type": "application/json" } });
    }
    case "slow":
      await wait(response, fault.delayMs);
      return reply === null ? undefined : write(response, reply, {});
    case "rate_429":
      return;
  }
}

function wait(response: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const handle = setTimeout(resolve, ms);
    response.once("close", () => {
      clearTimeout(handle);
      resolve();
    });
  });
}

function textOf(body: unknown): string {
  return body instanceof StoredBody ? body.text : toJson(body);
}

function write(response: ServerResponse, reply: Reply, echo: Record<string, string>): void {
  const json = { "content-type": "application/json; charset=utf-8", ...echo, ...reply.headers };
  if ("html" in reply) send(response, reply.status, { text: reply.html, headers: { "content-type": "text/html; charset=utf-8", ...reply.headers } });
  else if ("bytes" in reply) send(response, reply.status, { text: reply.bytes, headers: reply.headers });
  else send(response, reply.status, { text: textOf(reply.body), headers: json });
}

function send(response: ServerResponse, status: number, content: { text: string | Buffer; headers: Record<string, string> }): void {
  const { text, headers } = content;
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text), "x-content-type-options": "nosniff" });
  response.end(text);
}

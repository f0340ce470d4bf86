// The door frame of live streams: the same session and permission as a handler's, asked again for as long as it is open.
import "server-only";
import { requirePermission, type Permission } from "@/lib/access";
import { recordDenial } from "@/lib/audit";
import { authenticate, sessionsThatMay } from "@/lib/auth";
import { actorNames } from "@/lib/clients";
import { config } from "@/lib/config";
import type { Ctx } from "@/lib/context";
import { requireEntry, requireQuota } from "@/lib/edge";
import { AppError, isAppError } from "@/lib/errors";
import { EventFeed, log, noteRefusal, parseMark, type Watcher } from "@/lib/monitoring";
import { secondMs } from "@/lib/time";
import { guestCtx } from "./guest.ts";
import { requireOwnHost } from "./origin.ts";
import { problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

type StreamHandler = ((request: Request) => Promise<Response>) & { access: Permission };

const perSessionMax = 6;
const perProcessMax = 500;
const beatMs = 15 * secondMs;
/** What a reader may leave unread before its stream is cut; it comes back with the last id it has seen. */
const unreadMaxBytes = 256 * 1024;

/** Declares the stream of security events: server-sent events, cut when session, person or permission are no longer there. */
export function defineEventStream(access: Permission): StreamHandler {
  const feed = new EventFeed({ namesOf: actorNames, mayWatch: (ids) => sessionsThatMay(ids, access) });
  const handler = async (request: Request): Promise<Response> => {
    const requestId = requestIdOf(request.headers);
    let ctx = guestCtx(request, requestId);
    try {
      await requireEntry(ctx, request.headers);
      requireOwnHost(request.headers, config().appOrigin);
      ctx = await recognise(request, ctx);
      await requireQuota(ctx, "read");
      requirePermission(ctx.actor, access);
      return await open(feed, ctx, request);
    } catch (error) {
      if (isAppError(error, "permission_denied")) await denied(ctx, access);
      else if (!(error instanceof AppError)) log.error({ requestId, error }, "a stream could not be opened");
      await noteRefusal(ctx, error, "GET /api/events");
      return problemResponse(error, requestId);
    }
  };
  return Object.assign(handler, { access });
}

/** A stream is the page's doing: opening one, or opening it again, is not the person's activity. */
async function recognise(request: Request, ctx: Ctx): Promise<Ctx> {
  const headers = new Headers(request.headers);
  headers.set("x-background", "1");
  try {
    return await authenticate(new Request(request.url, { headers }), ctx);
  } catch (error) {
    if (isAppError(error) && error.code === "unauthenticated") await requireQuota(ctx, "guest");
    throw error;
  }
}

async function denied(ctx: Ctx, access: Permission): Promise<void> {
  await recordDenial(ctx, { verb: "GET /api/events", objectKind: "security_event", objectId: "-", reason: "permission_denied" }).catch((error: unknown) =>
    log.error({ requestId: ctx.requestId, access, error }, "a refused attempt could not be audited"),
  );
}

async function open(feed: EventFeed, ctx: Ctx, request: Request): Promise<Response> {
  const headers = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store, no-transform", "x-accel-buffering": "no", "x-request-id": ctx.requestId };
  // Whoever asks for the head alone reads no stream, and would never end one.
  if (request.method === "HEAD") return new Response(null, { headers });
  const sessionId = ctx.actor.kind === "user" ? ctx.actor.sessionId : "";
  if (feed.countOf(sessionId) >= perSessionMax || feed.watching >= perProcessMax)
    throw new AppError("too_many_requests", "too_many_streams", "Too many live views are open. Close one, or look again in a moment.", { retryAfterSeconds: 10 });
  const from = parseMark(request.headers.get("last-event-id")) ?? parseMark(new URL(request.url).searchParams.get("after"));
  const line = new Line();
  const leave = await feed.join(watcherOf(line, sessionId), from);
  line.onEnd(leave);
  request.signal.addEventListener("abort", () => line.end());
  if (request.signal.aborted) line.end();
  return new Response(line.body, { headers });
}

function watcherOf(line: Line, sessionId: string): Watcher {
  return {
    sessionId,
    take: (events, mark) =>
      line.write(events.map(({ row }, index) => `${index === events.length - 1 ? idLine(mark) : ""}event: security\ndata: ${JSON.stringify(row)}\n\n`).join("")),
    reset: (mark) => void line.write(`${idLine(mark)}event: reset\ndata: {}\n\n`),
    end: (why) => {
      if (why === "too_slow") return line.drop();
      line.write(`event: ended\ndata: ${JSON.stringify({ why })}\n\n`);
      line.end();
    },
  };
}

/** Where a reader that loses the line goes on; the last id it has seen holds until the next. */
const idLine = (mark: bigint | null): string => (mark === null ? "" : `id: ${mark}\n`);

/** One reader's end of the stream: what it does not read is counted, and too much of that ends it. */
class Line {
  readonly body: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #ended: (() => void)[] = [];
  #over = false;
  readonly #beating: NodeJS.Timeout;

  constructor() {
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          controller.enqueue(this.#encoder.encode("retry: 2000\n\n"));
        },
        cancel: () => this.end(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: unreadMaxBytes }),
    );
    this.#beating = setInterval(() => void this.write(": beat\n\n"), beatMs).unref();
  }

  onEnd(run: () => void): void {
    if (this.#over) run();
    else this.#ended.push(run);
  }

  /** False when the reader has left too much unread; nothing more is kept for it then. */
  write(text: string): boolean {
    if (this.#over || this.#controller === undefined) return false;
    if ((this.#controller.desiredSize ?? 0) <= 0) return false;
    this.#controller.enqueue(this.#encoder.encode(text));
    return true;
  }

  /** Ends it once what was written has been read. */
  end(): void {
    this.#finish(() => this.#controller?.close());
  }

  /** Ends it at once and forgets what was not read. */
  drop(): void {
    this.#finish(() => this.#controller?.error(new Error("the reader does not keep up")));
  }

  #finish(how: () => void): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#beating);
    for (const run of this.#ended.splice(0)) run();
    try {
      how();
    } catch {
      // The reader has gone already.
    }
  }
}

// Who acts, when and for which request; and the only way to write: one guarded database transaction.
import type { ExtractTablesWithRelations } from "drizzle-orm";
import type { PgTransaction } from "drizzle-orm/pg-core";
import type { PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";
import { askAll, recordAll, refusalOf, type Answers, type Ask, type Later } from "@/db/calls";
import { Pool, diedInUse, gaveUp, isLostConnection, type Db } from "@/db/pool";
import type { Permission, Role } from "@/lib/access";
import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { clockNow, secondMs } from "@/lib/time";

/** What a session was opened with, beside the password. */
export type Factor = "totp" | "passkey" | "recovery_code";

export type UserActor = { kind: "user"; userId: string; sessionId: string; roles: readonly Role[]; permissions: readonly Permission[]; factor: Factor | null };
/** A program with a good signature. `keyId` names the key it signed with; the people behind it count as makers of what it asks for. */
export type ClientActor = { kind: "client"; clientId: string; name: string; keyId: string; scopes: readonly string[]; permissions: readonly Permission[] };
/** The worker, the sealer, the seed; `name` says which. Operators act from a terminal. Guests have not signed in. */
export type SystemActor = { kind: "system" | "operator" | "guest"; name: string; permissions: readonly Permission[] };
export type Actor = UserActor | ClientActor | SystemActor;

export type Ctx = {
  actor: Actor;
  requestId: string;
  now: Date;
  ip: string | null;
  userAgent: string | null;
  /** Set by the door from the Idempotency-Key header; see lib/idempotency. */
  idempotency: { key: string; route: string; bodyHash: string } | null;
};

export type TxDb = PgTransaction<PostgresJsQueryResultHKT, Record<string, never>, ExtractTablesWithRelations<Record<string, never>>>;

/** A guarded database transaction. `xid` is its transaction id as text; the handle is dead once `withTransaction` settles. */
export type Tx = {
  readonly ctx: Ctx;
  readonly db: TxDb;
  readonly xid: () => Promise<string>;
  /** Asks several of the database's functions at once; see `askAll` in db/calls. */
  readonly ask: <const A extends readonly Ask<unknown>[]>(...asks: A) => Promise<Answers<A>>;
  /** Leaves a write for the end: all of them go in one statement, in this order, together with the commit. */
  readonly later: (write: Later) => void;
};

export function actorId(actor: Actor): string {
  if (actor.kind === "user") return actor.userId;
  return actor.kind === "client" ? actor.clientId : `${actor.kind}:${actor.name}`;
}

/** The kind of actor that an id names: people and programs by its prefix, the rest begin with it. */
export function actorKind(id: string): string {
  if (id.startsWith("usr_")) return "user";
  return id.startsWith("cl_") ? "client" : (id.split(":")[0] ?? id);
}

/** A context for work no person asked for directly; `name` names the job, sweep or command. */
export function systemCtx(name: string, kind: SystemActor["kind"] = "system"): Ctx {
  return { actor: { kind, name, permissions: [] }, requestId: newId("request"), now: clockNow(), ip: null, userAgent: null, idempotency: null };
}

/** The same context at the present moment: for what is recorded after a slow call to the outside. */
export function refreshed(ctx: Ctx): Ctx {
  const now = clockNow();
  return now > ctx.now ? { ...ctx, now } : ctx;
}

let pool: Pool | undefined;

/** The process's pool of the application role. */
export function appPool(): Pool {
  pool ??= new Pool({ url: config().database.app, max: config().database.poolMax, name: "app" });
  return pool;
}

/** Ends the process's connections; the next use opens fresh ones. For shutdown and tests. */
export async function closePools(): Promise<void> {
  const open = pool;
  pool = undefined;
  await open?.close();
}

/** The server ends a statement after 15 s by itself; this is for the connection that no longer says anything. */
const readDeadlineMs = 16 * secondMs;

/** Waits before a read is asked again whose connection died: the driver needs a moment to notice. */
const readAgainMs = [5, 20, 50];

/**
 * Reads outside a transaction, as the application role; what `run` does may happen twice, because it is asked again when
 * its connection died under it. Throws `unavailable` when the database does not answer in time.
 */
export async function read<T>(run: (db: Db) => Promise<T>): Promise<T> {
  for (let again = 0; ; again += 1) {
    try {
      return await appPool().onReads(readDeadlineMs, ({ db }) => run(db));
    } catch (error) {
      const waitMs = readAgainMs[again];
      if (waitMs === undefined || !diedInUse(error)) throw inPlainWords(error);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** The server ends a transaction after 15 s by itself; this is for the connection that no longer says anything. */
const transactionDeadlineMs = 20 * secondMs;

/**
 * Runs `run` in one transaction that carries its actor and its own id; triggers refuse any write without them, so a
 * statement that slips onto another connection fails instead of committing alone. Only a resolved call has committed.
 */
export async function withTransaction<T>(ctx: Ctx, run: (tx: Tx) => Promise<T>): Promise<T> {
  const owner = appPool();
  const slot = await owner.acquire().catch((error: unknown) => {
    throw inPlainWords(error);
  });
  const handle: Handle = { open: true, left: [] };
  const timer = setTimeout(() => void slot.discard(), transactionDeadlineMs);
  let recorded: Promise<void> | undefined;
  try {
    const result = await slot.db.transaction(async (inner) => {
      const tx = handleFor(ctx, inner, handle);
      const result = await run(tx);
      await tx.xid();
      // Not awaited: it travels with the commit, which undoes everything if it fails.
      recorded = recordAll(inner, handle.left);
      recorded.catch(() => undefined);
      return result;
    });
    await recorded;
    for (const { wakes } of handle.left) if (wakes !== undefined) owner.wake(wakes);
    return result;
  } catch (error) {
    const refused = refusalOf(handle.left, error);
    if (slot.dead || isLostConnection(error)) {
      await slot.discard();
      throw gaveUp(error) === null ? lostError(error) : inPlainWords(error);
    }
    throw refused === null ? inPlainWords(error) : await refused();
  } finally {
    clearTimeout(timer);
    handle.open = false;
    owner.release(slot);
  }
}

type Handle = { open: boolean; readonly left: Later[] };

/** The first statement says who acts, before anything else is read or written: by itself, or in front of what is asked first. */
function handleFor(ctx: Ctx, inner: TxDb, handle: Handle): Tx {
  const requireOpen = (): void => {
    if (!handle.open) throw new AppError("internal", "transaction_closed", "The database transaction has ended.");
  };
  let marked: Promise<string> | undefined;
  const askMarked = <const A extends readonly Ask<unknown>[]>(asks: A): Promise<Answers<A>> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    promise.catch(() => undefined);
    marked = promise;
    const answers = askAll(inner, asks, { columns: markColumns, values: [actorId(ctx.actor), ctx.requestId], heard: (row) => resolve(String(row["xid"])) });
    answers.catch(reject);
    return answers;
  };
  const mark = (): Promise<string> => {
    if (marked === undefined) void askMarked([]);
    return marked ?? Promise.resolve("");
  };
  return {
    ctx,
    get db() {
      requireOpen();
      void mark();
      return inner;
    },
    xid: mark,
    ask: (...asks) => {
      requireOpen();
      return marked === undefined ? askMarked(asks) : askAll(inner, asks);
    },
    later: (write) => {
      requireOpen();
      handle.left.push(write);
    },
  };
}

/** What the database says in codes, as the error whose sentence may reach a person; everything else as it is. */
function inPlainWords(error: unknown): unknown {
  if (error instanceof AppError) return error;
  switch (gaveUp(error)) {
    case "contended":
      return new AppError("conflict", "contended", "Someone else is changing the same thing right now, so nothing was saved. Try again.", { cause: error, retryAfterSeconds: 1 });
    case "too_slow":
      return new AppError("unavailable", "too_slow", "The database took too long, so nothing was saved. Try again in a moment.", { cause: error, retryAfterSeconds: 5 });
    case null:
      return isLostConnection(error) ? lostError(error) : error;
  }
}

function lostError(cause: unknown): AppError {
  return new AppError("unavailable", "database_lost", "The database connection was lost. Look whether your act was saved before you try it again.", {
    cause,
    retryAfterSeconds: 2,
  });
}

const markColumns = "set_config('app.actor', $1, true), set_config('app.request_id', $2, true), set_config('app.xid', pg_current_xact_id()::text, true) as xid";

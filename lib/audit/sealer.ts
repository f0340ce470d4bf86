// Puts committed rows into their final order, chains them and signs the result. One leader at a time, by advisory lock.
import { desc, eq, sql } from "drizzle-orm";
import { createPublicKey, type KeyObject } from "node:crypto";
import { auditHeads, auditSealer, auditSeals } from "@/db/schema/audit";
import { config } from "@/lib/config";
import { read, withTransaction, type Ctx, type TxDb } from "@/lib/context";
import { leafInstant } from "./canonical.ts";
import { chainStart, headIsSigned, keyIdOf, nextChain, signHead, type SignedHead } from "./head.ts";
import { appendHeads, lastHead } from "./heads-file.ts";
import { Frontier } from "./merkle.ts";
import { checkRow, storedColumns, systemIdentifier, withoutSeal, type StoredRow } from "./rows.ts";
import { readSigningKey } from "./signing.ts";

const batchMax = 1000;

/** The trail does not fit what was signed before. The sealer signs nothing more until a person has looked. */
export class TrailError extends Error {}

type State = { lastXid: string; systemIdentifier: string; frontier: Frontier; chain: Buffer };

/** Rows the sealer went around because this program did not write them as they are: they never get a seal. */
export type Refused = { auditId: string; verb: string }[];

/** Seals everything that can be sealed now; answers how many rows, and those it went around. */
export async function sealTrail(ctx: Ctx): Promise<{ sealed: number; refused: Refused }> {
  const all: { sealed: number; refused: Refused } = { sealed: 0, refused: [] };
  while (await somethingToSeal()) {
    const batch = await sealBatch(ctx);
    all.sealed += batch.sealed;
    all.refused.push(...batch.refused);
    if (batch.complete) break;
  }
  return all;
}

// A plain read, so that idle ticks spend no transaction id.
async function somethingToSeal(): Promise<boolean> {
  const [row] = await read((db) =>
    db.execute<{ due: boolean }>(sql`
    select exists (
      select from audit_log a where a.xid >= coalesce((select last_xid from audit_sealer), '0'::xid8)
        and a.xid < pg_snapshot_xmin(pg_current_snapshot()) and ${withoutSeal}
    ) or exists (select from audit_sealer where system_identifier <> (select system_identifier::text from pg_control_system())) as due`),
  );
  return row?.due ?? false;
}

async function sealBatch(ctx: Ctx): Promise<{ sealed: number; refused: Refused; complete: boolean }> {
  const signer = readSigningKey(config().audit.signingKeyFile);
  const kept = lastHead(config().audit.headsFile);
  return withTransaction(ctx, async (tx) => {
    const [lock] = await tx.db.execute<{ leads: boolean }>(sql`select pg_try_advisory_xact_lock(hashtext('countersign.sealer')) as leads`);
    if (lock?.leads !== true) return { sealed: 0, refused: [], complete: true };
    const state = await loadState(tx.db, { signer, kept });
    const cluster = await systemIdentifier(tx.db);
    const moved = cluster !== state.systemIdentifier;
    const [snapshot] = await tx.db.execute<{ xmin: string; xmax: string }>(
      sql`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin, pg_snapshot_xmax(pg_current_snapshot())::text as xmax`,
    );
    const horizon = { from: moved ? "0" : state.lastXid, xmin: snapshot?.xmin ?? "0", future: moved ? (snapshot?.xmax ?? null) : null };
    const { rows, last, refused } = await dueRows(tx.db, horizon);
    await writeSeals(tx.db, state, rows);
    if (rows.length > 0) await writeHead(tx.db, headOf(state, { signer, at: ctx.now }));
    // A full batch may end inside a transaction; the rest of it is found again because the bound is inclusive.
    const lastXid = last === null ? horizon.xmin : moved ? state.lastXid : last.xid;
    const next = { lastXid, systemIdentifier: last === null ? cluster : state.systemIdentifier, size: state.frontier.size, frontier: state.frontier.pack() };
    await tx.db.update(auditSealer).set(next).where(eq(auditSealer.id, 1));
    return { sealed: rows.length, refused, complete: last === null };
  });
}

type Horizon = { from: string; xmin: string; future: string | null };
type Due = { row: StoredRow; leaf: Buffer };

/**
 * The next rows to seal, in order, and the last one looked at (null when nothing is left). A row that this program did
 * not write, or that was changed since, gets no seal: the check shows it for ever, and it holds up nobody else's row,
 * however many of them there are.
 */
async function dueRows(db: TxDb, horizon: Horizon): Promise<{ rows: Due[]; last: StoredRow | null; refused: Refused }> {
  const rows: Due[] = [];
  const refused: Refused = [];
  let last: StoredRow | null = null;
  do {
    const page: StoredRow[] = await candidates(db, horizon, last);
    for (const row of page) {
      const { leaf, contentFits, macFits } = await checkRow(row, true);
      if (contentFits && macFits === true) rows.push({ row, leaf });
      else refused.push({ auditId: row.id, verb: row.verb });
    }
    last = page.length < batchMax ? null : (page.at(-1) ?? null);
  } while (last !== null && rows.length === 0);
  return { rows, last, refused };
}

/**
 * Rows no running transaction can come before. In a restored or upgraded cluster transaction ids start again, so rows
 * from before carry ids of the future: those are taken too, once.
 */
async function candidates(db: TxDb, horizon: Horizon, after: StoredRow | null): Promise<StoredRow[]> {
  const old = horizon.future === null ? sql`false` : sql`a.xid >= ${horizon.future}::xid8`;
  const beyond = after === null ? sql`true` : sql`(a.xid, a.id) > (${after.xid}::xid8, ${after.id}::bigint)`;
  return [
    ...(await db.execute<StoredRow>(sql`
    select ${storedColumns} from audit_log a
    where a.xid >= ${horizon.from}::xid8 and (a.xid < ${horizon.xmin}::xid8 or ${old}) and ${beyond} and ${withoutSeal}
    order by a.xid, a.id limit ${batchMax}`)),
  ];
}

async function loadState(db: TxDb, trust: { signer: KeyObject; kept: SignedHead | null }): Promise<State> {
  await db
    .insert(auditSealer)
    .values({ id: 1, systemIdentifier: await systemIdentifier(db) })
    .onConflictDoNothing();
  const [row] = await db.select().from(auditSealer).where(eq(auditSealer.id, 1));
  if (row === undefined) throw new TrailError("The sealer's own row is missing.");
  const head = await newestHead(db);
  if ((head === null) !== (row.size === 0n) || (head !== null && head.size !== String(row.size)))
    throw new TrailError(`The sealer stopped at ${row.size} rows but the newest head in the database covers ${head?.size ?? "none"}.`);
  const frontier = openFrontier(row.size, row.frontier);
  if (head !== null) {
    const own = createPublicKey(trust.signer);
    if (frontier.root().toString("hex") !== head.root) throw new TrailError("The sealer's tree is not the one its newest head signed.");
    if (head.keyId === keyIdOf(own) && !headIsSigned(head, [own])) throw new TrailError("The newest head in the database is not what was signed.");
  }
  if (trust.kept !== null) await requireKept(db, trust.kept, row.size);
  return { lastXid: row.lastXid, systemIdentifier: row.systemIdentifier, frontier, chain: head === null ? chainStart : Buffer.from(head.chain, "hex") };
}

function openFrontier(size: bigint, packed: Uint8Array): Frontier {
  try {
    return new Frontier(size, packed);
  } catch (error) {
    throw new TrailError("The sealer's own row was changed: its tree does not fit its size.", { cause: error });
  }
}

// Signing on top of a trail that was cut or rewritten would launder it.
async function requireKept(db: TxDb, kept: SignedHead, size: bigint): Promise<void> {
  if (BigInt(kept.size) > size) throw new TrailError(`The heads file covers ${kept.size} rows but only ${size} are sealed: rows were cut, or the database was restored.`);
  const [seal] = await db
    .select({ chain: auditSeals.chain })
    .from(auditSeals)
    .where(eq(auditSeals.position, BigInt(kept.size) - 1n));
  if (seal === undefined || Buffer.from(seal.chain).toString("hex") !== kept.chain) throw new TrailError(`The trail's first ${kept.size} rows are not those the heads file says.`);
}

async function writeSeals(db: TxDb, state: State, rows: readonly Due[]): Promise<void> {
  const seals: (typeof auditSeals.$inferInsert)[] = [];
  for (const { row, leaf } of rows) {
    const position = state.frontier.size;
    const auditId = BigInt(row.id);
    state.chain = nextChain(state.chain, { position, auditId, leaf, leafMac: row.leaf_mac });
    state.frontier.append(leaf);
    seals.push({ position, auditId, chain: state.chain });
  }
  if (seals.length > 0) await db.insert(auditSeals).values(seals);
}

function headOf(state: State, by: { signer: KeyObject; at: Date }): SignedHead {
  return signHead({ size: String(state.frontier.size), chain: state.chain.toString("hex"), root: state.frontier.root().toString("hex"), signedAt: leafInstant(by.at) }, by.signer);
}

async function writeHead(db: TxDb, head: SignedHead): Promise<void> {
  await db.execute(sql`
    insert into audit_heads (size, chain, root, key_id, signature, signed_at) values
    (${head.size}::bigint, decode(${head.chain}, 'hex'), decode(${head.root}, 'hex'), ${head.keyId}, decode(${head.signature}, 'hex'), ${head.signedAt}::timestamptz)`);
}

/** The newest head the database has. */
export async function newestHead(db: Pick<TxDb, "select">): Promise<SignedHead | null> {
  const [row] = await db.select(headColumns).from(auditHeads).orderBy(desc(auditHeads.size)).limit(1);
  return row === undefined ? null : { format: "countersign-audit-head/1", ...row };
}

const inHex = (column: (typeof auditHeads)["chain" | "root" | "signature"]) => sql<string>`encode(${column}, 'hex')`;

/** A head's columns in their signed spelling. */
export const headColumns = {
  size: sql<string>`${auditHeads.size}::text`,
  chain: inHex(auditHeads.chain),
  root: inHex(auditHeads.root),
  signedAt: sql<string>`to_char(${auditHeads.signedAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  keyId: auditHeads.keyId,
  signature: inHex(auditHeads.signature),
};

/** Appends the newest committed head to the heads file; answers whether there was one to add. */
export async function exportHead(): Promise<boolean> {
  const file = config().audit.headsFile;
  const head = await read((db) => newestHead(db));
  const kept = lastHead(file);
  if (head === null || (kept !== null && BigInt(kept.size) >= BigInt(head.size))) return false;
  appendHeads(file, [head]);
  return true;
}

// Checks the whole trail against heads that were signed and kept outside the database. Needs no secret but, for MACs, the vault.
import { and, asc, gt, lte, sql } from "drizzle-orm";
import type { KeyObject } from "node:crypto";
import { Pool } from "@/db/pool";
import { auditHeads } from "@/db/schema/audit";
import { config } from "@/lib/config";
import type { TxDb } from "@/lib/context";
import { clockNow } from "@/lib/time";
import { openVault } from "@/lib/vault";
import type { VerifyReport } from "./contract.ts";
import { chainStart, headIsSigned, nextChain, type SignedHead } from "./head.ts";
import { readHeads, type HeadLine } from "./heads-file.ts";
import { Frontier } from "./merkle.ts";
import { Findings, toReport, type Trust } from "./report.ts";
import { checkRow, storedColumns, systemIdentifier, withoutSeal, type StoredRow } from "./rows.ts";
import { headColumns } from "./sealer.ts";

const batchRows = 2000;

export type VerifyOptions = {
  /** Check against this head alone; the heads file is then not read. */
  head?: SignedHead;
  headsFile: string;
  trust: Trust;
};

type Sealed = StoredRow & { position: string; audit_id: string; chain: Uint8Array; missing: boolean };

/** The heads a walk meets, smallest first: from the heads file (or the one given) merged by the walk with the database's. */
type Kept = { peek: SignedHead | null; source: string; advance: () => Promise<void> };

/** Verifies the trail in one read-only snapshot; never throws for what it finds, only when it cannot look. */
export async function verifyTrail(options: VerifyOptions): Promise<VerifyReport> {
  const withMacs = await openVault().then(
    () => true,
    () => false,
  );
  const pool = new Pool({ url: config().database.readonly ?? config().database.app, max: 1, name: "audit-verify" });
  const findings = new Findings();
  try {
    // The file first: every head in it was committed before it was written, so the later snapshot must hold its rows.
    const kept = options.head === undefined ? await fileHeads(options.headsFile, findings, options.trust.keys) : await givenHead(options.head, findings, options.trust.keys);
    const walked = await pool
      .reads()
      .db.transaction(async (tx) => new Walk(tx, { findings, kept, trust: options.trust, withMacs }).run(), { isolationLevel: "repeatable read", accessMode: "read only" });
    return toReport({ ...walked, findings, options, withMacs, checkedAt: clockNow() });
  } finally {
    await pool.close();
  }
}

async function givenHead(head: SignedHead, findings: Findings, keys: readonly KeyObject[]): Promise<Kept> {
  if (!headIsSigned(head, keys)) {
    findings.add({ code: "head_not_signed", sentence: `The given head of ${head.size} rows is not signed by a trusted key (it names key ${head.keyId}).` });
    return { peek: null, source: "the head given", advance: async () => undefined };
  }
  const kept: Kept = { peek: head, source: "the head given", advance: async () => void (kept.peek = null) };
  return kept;
}

async function fileHeads(file: string, findings: Findings, keys: readonly KeyObject[]): Promise<Kept> {
  const lines = readHeads(file);
  let largest = 0n;
  const usable = ({ line, head }: HeadLine): SignedHead | null => {
    if (head === null) findings.note(`Line ${line} of the heads file is not readable (a crash can leave half a line).`);
    else if (!headIsSigned(head, keys)) findings.add({ code: "head_not_signed", sentence: `Line ${line} of the heads file is not signed by a trusted key.` });
    else if (BigInt(head.size) < largest)
      findings.add({ code: "heads_out_of_order", sentence: `Line ${line} of the heads file covers fewer rows than a line before it: the trail had been cut when it was signed.` });
    else return head;
    return null;
  };
  const kept: Kept = {
    peek: null,
    source: file,
    advance: async () => {
      for (;;) {
        const next = await lines.next();
        if (next.done === true) return void (kept.peek = null);
        const head = usable(next.value);
        if (head === null) continue;
        largest = BigInt(head.size);
        return void (kept.peek = head);
      }
    },
  };
  await kept.advance();
  return kept;
}

type With = { findings: Findings; kept: Kept; trust: Trust; withMacs: boolean };

export type Walked = { sealed: bigint; unsealed: bigint; head: { head: SignedHead; source: string } | null; signedUpTo: bigint };

class Walk {
  readonly #db: TxDb;
  readonly #with: With;
  #chain: Buffer = chainStart;
  #storedChain: Uint8Array = chainStart;
  #signedUpTo = 0n;
  #head: Walked["head"] = null;
  readonly #tree = new Frontier();

  constructor(db: TxDb, given: With) {
    this.#db = db;
    this.#with = given;
  }

  async run(): Promise<Walked> {
    for (;;) {
      const rows = await this.#sealedFrom(this.#tree.size);
      if (rows.length === 0) break;
      const heads = await this.#databaseHeads(this.#tree.size, this.#tree.size + BigInt(rows.length));
      for (const row of rows) await this.#sealedRow(row, heads);
      // Lets the web process answer others between batches.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#headsBeyond();
    this.#uncovered();
    await this.#actsWithoutRow();
    return { sealed: this.#tree.size, unsealed: await this.#unsealedRows(), head: this.#head, signedUpTo: this.#signedUpTo };
  }

  // Numbered by order, not by the stored position, so that a renumbered or missing seal shows.
  async #sealedFrom(offset: bigint): Promise<Sealed[]> {
    const after = offset === 0n ? sql`true` : sql`s.position > ${String(this.#lastPosition)}::bigint`;
    return [
      ...(await this.#db.execute<Sealed>(sql`
      select s.position::text as position, s.audit_id::text as audit_id, s.chain, a.id is null as missing, ${storedColumns}
      from audit_seals s left join audit_log a on a.id = s.audit_id where ${after} order by s.position limit ${batchRows}`)),
    ];
  }

  #lastPosition = -1n;

  async #sealedRow(row: Sealed, heads: Map<string, SignedHead>): Promise<void> {
    const { findings, withMacs } = this.#with;
    const position = this.#tree.size;
    const auditId = BigInt(row.audit_id);
    const at = { position: row.position, auditId: row.audit_id };
    if (row.position !== String(position))
      findings.addOnce("position", { code: "seal_missing", ...at, sentence: `The seal of position ${position} is gone: the next one found is ${row.position}.` });
    this.#lastPosition = BigInt(row.position);
    let leaf: Buffer = Buffer.alloc(32);
    let leafMac: Uint8Array = new Uint8Array();
    if (row.missing) {
      findings.add({ code: "row_missing", ...at, sentence: `Row ${row.audit_id} (position ${row.position}) was deleted.` });
    } else {
      const check = await checkRow(row, withMacs);
      if (!check.contentFits)
        findings.add({ code: "row_changed", ...at, sentence: `Row ${row.audit_id} (position ${row.position}) was changed: its content does not give its leaf.` });
      else if (check.macFits === false)
        findings.add({
          code: "mac_wrong",
          ...at,
          sentence: `Row ${row.audit_id} (position ${row.position}) carries a wrong MAC: it was not written by this program, or was changed.`,
        });
      ({ leaf } = check);
      leafMac = row.leaf_mac;
      const stored = nextChain(this.#storedChain, { position, auditId, leaf: row.leaf, leafMac });
      if (!stored.equals(row.chain)) findings.addOnce("chain", { code: "chain_broken", ...at, sentence: `The chain breaks at position ${row.position} (row ${row.audit_id}).` });
    }
    this.#storedChain = row.chain;
    this.#chain = nextChain(this.#chain, { position, auditId, leaf, leafMac });
    this.#tree.append(leaf);
    await this.#headsHere(heads);
  }

  async #headsHere(heads: Map<string, SignedHead>): Promise<void> {
    const { kept } = this.#with;
    const size = this.#tree.size;
    while (kept.peek !== null && BigInt(kept.peek.size) <= size) {
      if (BigInt(kept.peek.size) === size) this.#compare(kept.peek, kept.source);
      this.#head = { head: kept.peek, source: kept.source };
      await kept.advance();
    }
    const own = heads.get(String(size));
    if (own === undefined) return;
    if (!headIsSigned(own, this.#with.trust.keys))
      return this.#with.findings.addOnce("database head", { code: "head_not_signed", sentence: `The database's head of ${size} rows is not signed by a trusted key.` });
    this.#compare(own, "the database");
  }

  #compare(head: SignedHead, source: string): void {
    this.#signedUpTo = this.#tree.size;
    if (head.chain === this.#chain.toString("hex") && head.root === this.#tree.root().toString("hex")) return;
    this.#with.findings.addOnce(`head ${source}`, {
      code: "head_differs",
      position: null,
      auditId: null,
      sentence: `The first ${head.size} rows are not those signed at ${head.signedAt} (head from ${source}).`,
    });
  }

  async #databaseHeads(from: bigint, to: bigint): Promise<Map<string, SignedHead>> {
    const rows = await this.#db
      .select(headColumns)
      .from(auditHeads)
      .where(and(gt(auditHeads.size, from), lte(auditHeads.size, to)))
      .orderBy(asc(auditHeads.size));
    return new Map(rows.map((row) => [row.size, { format: "countersign-audit-head/1", ...row }]));
  }

  async #headsBeyond(): Promise<void> {
    const { kept, findings } = this.#with;
    const size = this.#tree.size;
    while (kept.peek !== null) {
      findings.addOnce("beyond", { code: "rows_cut", sentence: `${kept.source} has a head of ${kept.peek.size} rows, but only ${size} sealed rows are left: rows were cut.` });
      this.#head = { head: kept.peek, source: kept.source };
      await kept.advance();
    }
    const [beyond] = await this.#databaseHeads(size, 9223372036854775807n).then((heads) => [...heads.values()]);
    if (beyond !== undefined)
      findings.addOnce("beyond", { code: "rows_cut", sentence: `The database has a head of ${beyond.size} rows, but only ${size} sealed rows are left: rows were cut.` });
  }

  // The sealer writes seals and their signed head in one transaction.
  #uncovered(): void {
    if (this.#tree.size > this.#signedUpTo)
      this.#with.findings.add({
        code: "seals_without_head",
        sentence: `${this.#tree.size - this.#signedUpTo} sealed rows after position ${this.#signedUpTo} are covered by no signed head: the sealer did not write them.`,
      });
  }

  // The program writes a payout, a beneficiary, a rate or a signature and its row of the trail in one transaction.
  async #actsWithoutRow(): Promise<void> {
    for (const { kind, id } of await this.#db.execute<{ kind: string; id: string }>(sql`
      select 'payout' as kind, p.id from payouts p
      where not exists (select from audit_log a where a.object_kind = 'payout' and a.object_id = p.id and a.verb = 'payout.create' and a.outcome = 'done')
      union all
      select 'beneficiary', b.id from beneficiaries b
      where not exists (select from audit_log a where a.object_kind = 'beneficiary' and a.object_id = b.id and a.verb in ('beneficiary.create', 'beneficiary.replace') and a.outcome = 'done')
      union all
      select 'reference rate', r.id from fx_rates r
      where not exists (select from audit_log a where a.object_kind = 'fx_rate' and a.object_id = r.id and a.verb = 'rate.add' and a.outcome = 'done')
      union all
      select 'signature under payout', v.payout_id from payout_approvals v
      where not exists (select from audit_log a where a.object_kind = 'payout' and a.object_id = v.payout_id and a.verb = 'payout.approve' and a.outcome = 'done'
        and a.actor_id = v.approver_id and a.after ->> 'approvalId' = v.id)`))
      this.#with.findings.add({ code: "act_without_row", sentence: `The ${kind} ${id} has no row in the trail: it was written around this program, or its row was removed.` });
  }

  async #unsealedRows(): Promise<bigint> {
    const { findings, withMacs } = this.#with;
    const passed = await this.#passedOver();
    let count = 0n;
    for (let after = "-9223372036854775808"; ;) {
      const rows = [
        ...(await this.#db.execute<StoredRow>(sql`select ${storedColumns} from audit_log a where a.id > ${after}::bigint and ${withoutSeal} order by a.id limit ${batchRows}`)),
      ];
      for (const row of rows) {
        const check = await checkRow(row, withMacs);
        const at = { position: null, auditId: row.id };
        if (!check.contentFits) findings.add({ code: "row_changed", ...at, sentence: `Unsealed row ${row.id} was changed: its content does not give its leaf.` });
        else if (check.macFits === false) findings.add({ code: "row_forged", ...at, sentence: `Unsealed row ${row.id} carries a wrong MAC: this program did not write it.` });
        else if (passed !== null && BigInt(row.xid) < passed)
          findings.add({
            code: "row_passed_over",
            ...at,
            sentence: `Row ${row.id} has no seal although the sealer has passed its transaction: its seal was removed, or it was slipped in.`,
          });
      }
      count += BigInt(rows.length);
      const last = rows.at(-1);
      if (last === undefined) return count;
      after = last.id;
    }
  }

  // Transaction ids compare only within the cluster the sealer last worked in.
  async #passedOver(): Promise<bigint | null> {
    const [state] = await this.#db.execute<{ last_xid: string; system_identifier: string }>(sql`select last_xid::text as last_xid, system_identifier from audit_sealer`);
    return state !== undefined && state.system_identifier === (await systemIdentifier(this.#db)) ? BigInt(state.last_xid) : null;
  }
}

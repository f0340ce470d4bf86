// Unique values go in through the product's own doors; then every table is copied out and searched for them in any spelling.
import { createHash, randomBytes } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { recordAudit } from "@/lib/audit";
import { auditExempt } from "@/lib/audit/exempt";
import { createPerson } from "@/lib/auth";
import { signWebhook } from "@/lib/cashfree";
import { withTransaction } from "@/lib/context";
import { drainJobs } from "@/lib/jobs";
import { paise } from "@/lib/money";
import { createLink, paymentJobs } from "@/lib/payments";
import { dispatchPayout, payoutJobs } from "@/lib/payouts";
import { sensitive } from "@/lib/sensitive";
import { asSystem, ask, ctxOf, newBeneficiary, personWith, signAs, usePayoutDesk } from "@/lib/testing/payouts";
import { clockNow } from "@/lib/time";
import { receive, webhookJobs } from "@/lib/webhooks";
import { addBeneficiary } from "@/lib/beneficiaries";

const desk = usePayoutDesk();
const word = (): string =>
  randomBytes(6)
    .toString("hex")
    .replace(/\d/g, (digit) => String.fromCharCode(103 + Number(digit)));
const digits = (count: number): string => Array.from(randomBytes(count), (byte) => String(byte % 10)).join("");

const canaries = {
  staffEmail: `${word()}@${word()}.example`,
  staffName: `Staff${word()} Sur${word()}`,
  customerEmail: `${word()}@${word()}.example`,
  customerPhone: `98${digits(8)}`,
  customerName: `Cust${word()} Sur${word()}`,
  customerVpa: `${word()}@okbank`,
  accountNumber: `7${digits(13)}`,
  beneficiaryName: `Benef${word()} Sur${word()}`,
  beneficiaryVpa: `${word()}@okicici`,
  totpSecret: Array.from(randomBytes(32), (byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32]).join(""),
  auditedValue: `${word()}@${word()}.example`,
  webhookName: `Hook${word()} Sur${word()}`,
  unparseable: `raw-${word()}-${word()}`,
};
const shown = `Trading name ${word()}`;
let bodyHash = "";
/** What was there before the journey: reference data and the desk's own fixtures. */
let startXid = "0";

async function deliver(body: string): Promise<void> {
  const raw = Buffer.from(body, "utf8");
  bodyHash = createHash("sha256").update(raw).digest("hex");
  const timestamp = String(clockNow().getTime());
  const headers = new Headers({
    "x-webhook-timestamp": timestamp,
    "x-webhook-signature": signWebhook(sensitive("test_pg_secret"), timestamp, raw),
    "content-type": "application/json",
  });
  await receive("payments", headers, async () => raw);
}

async function payByLink(): Promise<void> {
  const support = await personWith("support");
  const { id } = await createLink(ctxOf(support), {
    accountId: desk.accountId,
    amountPaise: paise(50_000n),
    purpose: "Invoice 7",
    phone: canaries.customerPhone,
    email: canaries.customerEmail,
    customerName: canaries.customerName,
    validDays: 7,
  });
  await desk.emulator.control(`links/${id}/pay`, { outcome: "success", vpa: canaries.customerVpa });
  await desk.emulator.advance(10_000);
  for (const { body } of (await desk.emulator.state()).deliveries) await deliver(body);
  await deliver(JSON.stringify({ type: "SOMETHING_NEW_WEBHOOK", data: { customer_details: { customer_name: canaries.webhookName } } }));
  await deliver(`\uFEFF{"broken": "${canaries.unparseable}`);
}

async function payOut(): Promise<void> {
  const toBank = await newBeneficiary(desk.accountId, { accountNumber: canaries.accountNumber });
  await asSystem((tx) => addBeneficiary(tx, desk.accountId, { kind: "vpa", name: canaries.beneficiaryName, vpa: canaries.beneficiaryVpa }));
  const { id } = await ask(desk, 100_000n, { beneficiaryId: toBank });
  await signAs(desk.admin, id);
  await signAs(desk.second, id);
  await dispatchPayout(ctxOf(desk.admin), id);
}

beforeAll(async () => {
  [{ xid: startXid } = { xid: "" }] = await desk.database.superuser<{ xid: string }[]>`select pg_current_xact_id()::text as xid`;
  await asSystem((tx) =>
    createPerson(tx, { email: canaries.staffEmail, name: canaries.staffName, password: word() + word(), roles: ["support"], totpSecret: canaries.totpSecret }),
  );
  await asSystem((tx) =>
    recordAudit(tx, { verb: "test.act", objectKind: "thing", objectId: "thing", reason: `for ${canaries.auditedValue}`, before: { email: sensitive(canaries.auditedValue) } }),
  );
  await withTransaction(ctxOf(desk.maker), (tx) => recordAudit(tx, { verb: "test.shown", objectKind: "thing", objectId: shown }));
  await payByLink();
  await payOut();
  await drainJobs([...webhookJobs, ...paymentJobs, ...payoutJobs]);
});

/** The value as text, hex and base64 (at each of its three alignments), whatever the case. */
function spellings(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "")
      .slice(shift === 0 ? 0 : shift + 1, -1),
  );
  return [
    ...new Set([
      value,
      encodeURIComponent(value),
      bytes.toString("hex"),
      Buffer.from(value, "utf16le").toString("hex"),
      ...base64,
      ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    ]),
  ].map((text) => text.toLowerCase());
}

async function copyOut(): Promise<Map<string, string>> {
  const tables = await desk.database.superuser<
    { name: string }[]
  >`select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`;
  const contents = new Map<string, string>();
  for (const { name } of tables) {
    const chunks: Buffer[] = [];
    for await (const chunk of await desk.database.superuser.unsafe(`copy ${name} to stdout`).readable()) chunks.push(Buffer.from(chunk as Uint8Array));
    contents.set(name, Buffer.concat(chunks).toString("utf8").toLowerCase());
  }
  return contents;
}

const tablesWith = (contents: Map<string, string>, value: string): string[] =>
  [...contents].filter(([, text]) => spellings(value).some((spelling) => text.includes(spelling))).map(([name]) => name);

test("no personal value or secret that went in through the product is readable in any table", async () => {
  const contents = await copyOut();
  for (const [name, value] of Object.entries(canaries)) expect(tablesWith(contents, value), name).toEqual([]);
});

test("the same search does find what is meant to be readable, as text and inside bytes", async () => {
  const contents = await copyOut();
  expect(tablesWith(contents, shown)).toEqual(["public.audit_log"]);
  expect(contents.get("public.webhook_events")).toContain(bodyHash);
  for (const table of [
    "users",
    "auth_factors",
    "beneficiaries",
    "vault_tokens",
    "payment_links",
    "payments",
    "payout_attempts",
    "webhook_events",
    "transactions",
    "transaction_evidence",
  ])
    expect(contents.get(`public.${table}`)?.length, table).toBeGreaterThan(0);
});

test("every row that holds business state was last written by a transaction with a row in the trail; moving the time of the next look aside", async () => {
  const { superuser } = desk.database;
  const tables = await superuser<{ name: string; looks: boolean }[]>`
    select tablename as name, exists (select from information_schema.columns c where c.table_name = tablename and c.column_name = 'next_check_at') as looks from pg_tables where schemaname = 'public'`;
  const unaudited: string[] = [];
  for (const { name, looks } of tables.filter((table) => auditExempt[table.name] === undefined)) {
    const traced = looks ? "a.object_id = t.id" : "(a.xid::text::bigint & 4294967295) = t.xmin::text::bigint";
    const rows = await superuser.unsafe<{ row: string }[]>(
      `select left(t::text, 120) as row from ${name} t where t.xmin::text::bigint > ${startXid} and not exists (select from audit_log a where ${traced})`,
    );
    unaudited.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  expect(unaudited).toEqual([]);
});

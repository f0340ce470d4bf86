import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { read, systemCtx } from "@/lib/context";
import { paise } from "@/lib/money";
import { support, usePaymentDesk } from "@/lib/testing/payments";
import type { LinkListQuery, LinkRow } from "./contract.ts";
import { applyPaymentTruth, createLink, listLinks } from "./index.ts";
import { linkStatement, listedLinks } from "./queries.ts";

const desk = usePaymentDesk();

const newLink = (phone: string, email: string): Promise<LinkRow> =>
  createLink(support, { accountId: desk.accountId, amountPaise: paise(125_000n), purpose: "Invoice 42", phone, email, customerName: "Asha Rao", validDays: 7 });
const find = async (query: LinkListQuery) => (await listLinks(support, query)).items.map((item) => item.id);

test("one box finds a link by its ids, by those of an order of it and by its customer, all compared whole, and nothing else finds it", async () => {
  const [link, other] = [await newLink("9876543210", "asha@example.com"), await newLink("9876543211", "ravi@example.com")];
  await desk.emulator.control(`links/${link.id}/pay`, { outcome: "success", vpa: "asha@okbank" });
  const orderId = (await desk.emulator.state()).orders.find((order) => order.linkId === link.id)?.orderId ?? "";
  await applyPaymentTruth(systemCtx("test"), { orderId });
  const [made] = await desk.database.superuser`select l.cf_link_id, o.id from payment_links l join orders o on o.link_id = l.id where l.id = ${link.id}`;
  const names = [link.id, link.id.toUpperCase(), made?.["cf_link_id"], made?.["id"], orderId, "aSHA@example.com", "9876543210", "+91 98765 43210"];
  for (const q of names) expect(await find({ q }), q).toEqual([link.id]);
  expect(await find({ q: other.id })).toEqual([other.id]);
  for (const q of ["lnk_00000000000000000000000000", "asha@example", "987654321", "3210", "Invoice", "Asha", "%", "_", "' or 1=1 --"]) expect(await find({ q }), q).toEqual([]);
  expect(await find({ q: "9876543210", status: "cancelled" }), "a status narrows what is found").toEqual([]);
});

test("with many links every meaning of the box reads an index, and one customer's links page without a gap or a repeat", async () => {
  const [first] = (await listLinks(support, { q: "9876543210" })).items;
  await desk.database.superuser.begin(async (db) => {
    await db.unsafe("set local session_replication_role = replica");
    await db.unsafe(`insert into payment_links (id, account_id, cf_link_id, amount_paise, purpose, status, environment, phone_ct, phone_index, email_ct, email_index, customer_name_ct, created_by, created_at, expires_at, updated_at)
      select 'lnk_' || lpad(n::text, 26, '0'), account_id, 'cf' || n, 100000, 'Many', 'expired', environment, phone_ct, case when n % 200 = 0 then phone_index else decode(md5(n::text), 'hex') end,
        email_ct, decode(md5(n::text), 'hex'), customer_name_ct, created_by, created_at, expires_at, updated_at from payment_links, generate_series(1, 30000) n where id = '${first?.id}'`);
  });
  await desk.database.superuser`analyze payment_links`;
  const queries: LinkListQuery[] = [
    { q: first?.id },
    { q: "cf777" },
    { q: "asha@example.com" },
    { q: "9876543210" },
    { q: "9876543210", status: "expired" },
    { q: "nothing like it", account: desk.accountId },
  ];
  for (const query of queries) {
    const where = await listedLinks(query);
    const rows = await read(async (db) => [...(await db.execute<{ "QUERY PLAN": string }>(sql`explain ${linkStatement(db, where, 51)}`))]);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan, JSON.stringify(query)).toMatch(/Index|Bitmap/);
    expect(plan, JSON.stringify(query)).not.toMatch(/Seq Scan on payment_links/);
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const where = await listedLinks({ q: "9876543210", ...(cursor === undefined ? {} : { cursor }) });
    const rows = await read((db) => linkStatement(db, where, 51));
    seen.push(...rows.slice(0, 50).map((row) => row.link.id));
    cursor = rows.length > 50 ? seen.at(-1) : undefined;
  } while (cursor !== undefined);
  expect(seen).toHaveLength(151);
  expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
});

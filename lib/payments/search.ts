// What the box of the links may mean: each meaning is one look into an index.
import { and, sql, type SQL } from "drizzle-orm";
import { orders, paymentLinks } from "@/db/schema/payments";
import { understand } from "@/lib/transactions/policy";
import { blindIndexes } from "@/lib/vault";

/** The links that what was typed may mean, at most `limit` for each meaning; `narrowed` is what else the list is narrowed by. */
export async function linksFound(typed: string, { narrowed, limit }: { narrowed: SQL | undefined; limit: number }): Promise<SQL> {
  const meanings = await meaningsOf(typed);
  const pages = meanings.map((meaning) => sql`(select ${paymentLinks.id} from ${paymentLinks} where ${and(meaning, narrowed)} order by ${paymentLinks.id} desc limit ${limit})`);
  return pages.length === 0 ? sql`false` : sql`${paymentLinks.id} in (${sql.join(pages, sql` union `)})`;
}

/** Read as the box of the movements reads it, so that one habit serves both; what a link does not have finds none. */
async function meaningsOf(typed: string): Promise<SQL[]> {
  const search = understand({ q: typed, kind: ["payment"] });
  if (search?.kind !== "fields") return [];
  const found: SQL[] = [];
  for (const { field, value } of search.fields) {
    if (field === "link") found.push(sql`${paymentLinks.id} = ${value}`);
    if (field === "related") found.push(sql`${paymentLinks.cfLinkId} = ${value}`);
    if (field === "order") found.push(ofOrder(sql`${orders.gatewayOrderId} = ${value}`), ofOrder(sql`${orders.id} = ${value}`));
    if (field === "email") found.push(sql`${paymentLinks.emailIndex} in (${await keyed("customer.email", value)})`);
    if (field === "phone") found.push(sql`${paymentLinks.phoneIndex} in (${await keyed("customer.phone", value)})`);
  }
  return found;
}

function ofOrder(which: SQL): SQL {
  return sql`${paymentLinks.id} in (select ${orders.linkId} from ${orders} where ${which})`;
}

/** The keyed hashes of a typed value, one per key still in use. */
async function keyed(column: "customer.email" | "customer.phone", value: string): Promise<SQL> {
  const indexes = await blindIndexes(column, value);
  return sql.join(
    indexes.map((index) => sql`decode(${Buffer.from(index).toString("hex")}, 'hex')`),
    sql`, `,
  );
}

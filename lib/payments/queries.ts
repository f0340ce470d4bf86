import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import type { Db } from "@/db/pool";
import { accounts } from "@/db/schema/accounts";
import { paymentLinks } from "@/db/schema/payments";
import { safeLinkUrl } from "@/lib/cashfree";
import { actorNames } from "@/lib/clients";
import { config } from "@/lib/config";
import { read, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { toPaiseWire } from "@/lib/money";
import { toIst } from "@/lib/time";
import type { LinkListQuery, LinkPage, LinkRow } from "./contract.ts";
import { maskCustomer, type LinkRecord } from "./records.ts";
import { linksFound } from "./search.ts";

const pageSize = 50;

type Listed = { link: LinkRecord; accountName: string };

/** The rows of one page, newest first, as a condition. */
export async function listedLinks(query: LinkListQuery): Promise<SQL | undefined> {
  const narrowed = and(
    query.status === undefined ? undefined : eq(paymentLinks.status, query.status),
    query.account === undefined ? undefined : eq(paymentLinks.accountId, query.account),
    query.cursor === undefined ? undefined : lt(paymentLinks.id, query.cursor),
  );
  return query.q === undefined ? narrowed : linksFound(query.q, { narrowed, limit: pageSize + 1 });
}

/** One page of payment links, newest first; customers are masked for everyone. */
export async function listLinks(_ctx: Ctx, query: LinkListQuery): Promise<LinkPage> {
  const rows = await select(await listedLinks(query), pageSize + 1);
  const page = rows.slice(0, pageSize);
  return { items: await toRows(page), nextCursor: rows.length > pageSize ? (page.at(-1)?.link.id ?? null) : null };
}

/** One payment link with the address to share. */
export async function getLink(_ctx: Ctx, id: string): Promise<LinkRow> {
  const [row] = await toRows(await select(eq(paymentLinks.id, id), 1));
  if (row === undefined) throw new AppError("not_found", "link_not_found", "There is no such payment link.");
  return row;
}

function select(where: SQL | undefined, limit: number): Promise<Listed[]> {
  return read((db) => linkStatement(db, where, limit));
}

/** The list's statement, apart so that its plan can be looked at. */
export function linkStatement(db: Db, where: SQL | undefined, limit: number) {
  // Ids are time-ordered: the newest come first by id alone, and the last one is the cursor.
  return db
    .select({ link: paymentLinks, accountName: accounts.name })
    .from(paymentLinks)
    .innerJoin(accounts, eq(accounts.id, paymentLinks.accountId))
    .where(where)
    .orderBy(desc(paymentLinks.id))
    .limit(limit);
}

async function toRows(rows: Listed[]): Promise<LinkRow[]> {
  const names = await actorNames(rows.map(({ link }) => link.createdBy));
  return Promise.all(rows.map((row) => toRow(row, names)));
}

async function toRow({ link, accountName }: Listed, names: Map<string, string>): Promise<LinkRow> {
  const masks = await maskCustomer(link);
  return {
    id: link.id,
    accountId: link.accountId,
    accountName,
    amountPaise: toPaiseWire(link.amountPaise),
    paidPaise: toPaiseWire(link.paidPaise),
    purpose: link.purpose,
    status: link.status,
    // Checked again where it is shown: what was allowed once may not be any more.
    url: safeLinkUrl(link.url, link.environment === "emulator" ? config().cashfree.emulatorUrl : null),
    customerMask: masks.name,
    phoneMask: masks.phone,
    emailMask: masks.email,
    createdByName: names.get(link.createdBy) ?? "Countersign",
    createdAt: toIst(link.createdAt),
    expiresAt: toIst(link.expiresAt),
    updatedAt: toIst(link.updatedAt),
  };
}

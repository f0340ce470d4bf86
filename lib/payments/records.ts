import { eq } from "drizzle-orm";
import { paymentLinks } from "@/db/schema/payments";
import { read } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { maskEmail, maskName, maskPhone } from "@/lib/privacy/policy";
import { unseal } from "@/lib/vault";

export type LinkRecord = typeof paymentLinks.$inferSelect;

export async function loadLink(id: string): Promise<LinkRecord> {
  const [link] = await read((db) => db.select().from(paymentLinks).where(eq(paymentLinks.id, id)));
  if (link === undefined) throw new AppError("not_found", "link_not_found", "There is no such payment link.");
  return link;
}

export type Customer = { phone: string; email: string | null; name: string | null };

/** Whom a link is for, in the clear: for the call to the gateway, and to make masks from. */
export async function revealCustomer(link: LinkRecord): Promise<Customer> {
  const at = <C extends "phone_ct" | "email_ct" | "customer_name_ct">(column: C) => ({ table: "payment_links", column, rowId: link.id }) as const;
  const [phone, email, name] = await Promise.all([
    unseal(at("phone_ct"), link.phoneCt),
    link.emailCt === null ? null : unseal(at("email_ct"), link.emailCt),
    link.customerNameCt === null ? null : unseal(at("customer_name_ct"), link.customerNameCt),
  ]);
  return { phone, email, name };
}

export type CustomerMasks = { phone: string; email: string | null; name: string | null };

export async function maskCustomer(link: LinkRecord): Promise<CustomerMasks> {
  const { phone, email, name } = await revealCustomer(link);
  return { phone: maskPhone(phone), email: email === null ? null : maskEmail(email), name: name === null ? null : maskName(name) };
}

import * as z from "zod/mini";
import type { LinkFilter } from "@/lib/payments/client";
import { linkListQuery } from "@/lib/payments/contract";

/** Addresses are edited by hand: a part that makes no sense is left out rather than refused. */
export function linkFilterOf(given: Record<string, unknown>): LinkFilter {
  const part = (name: "status" | "q") => {
    const parsed = z.safeParse(linkListQuery, given[name] === undefined ? {} : { [name]: given[name] });
    return parsed.success ? parsed.data : {};
  };
  return { ...part("status"), ...part("q") };
}

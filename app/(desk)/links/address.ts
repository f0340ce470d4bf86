"use client";
import { useSearchParams } from "next/navigation";
import * as z from "zod/mini";
import type { LinkFilter } from "@/lib/payments/client";
import { linkParams } from "@/lib/payments/contract";
import { linkFilterOf } from "./link-filter.ts";

type LinksAddress = {
  filter: LinkFilter;
  openId: string | null;
  setFilter: (filter: LinkFilter) => void;
  /** Opening is a step one can go back from; going to another link is not. */
  setOpenId: (id: string | null) => void;
};

/** What the list shows and which link is open stand in the address, so that other pages can name them. */
export function useLinksAddress(): LinksAddress {
  const params = useSearchParams();
  const filter = linkFilterOf(Object.fromEntries(params));
  const parsed = z.safeParse(linkParams, { id: params.get("id") });
  const openId = parsed.success ? parsed.data.id : null;
  const go = (next: LinkFilter, id: string | null, step: "pushState" | "replaceState") => {
    const search = new URLSearchParams(Object.entries({ ...next, id: id ?? undefined }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    window.history[step](null, "", search.size === 0 ? "/links" : `/links?${search}`);
  };
  return {
    filter,
    openId,
    setFilter: (next) => go(next, null, "pushState"),
    setOpenId: (id) => go(filter, id, openId === null ? "pushState" : "replaceState"),
  };
}

"use client";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { parseFilter, serialiseFilter, type TransactionFilter } from "@/lib/transactions/contract";

export type UrlState = {
  filter: TransactionFilter;
  openId: string | null;
  setFilter: (filter: TransactionFilter) => void;
  /** Opening is a step one can go back from; moving to a neighbour is not. */
  setOpen: (id: string | null) => void;
};

const idShape = /^(tx|pay|po)_[0-9a-z]{26}$/;

/** What the list shows is in the address, and nowhere else: a copied address shows the same to whoever may see it. */
export function useUrlState(): UrlState {
  const params = useSearchParams();
  const filter = useMemo(() => parseFilter(Object.fromEntries(params)), [params]);
  const given = params.get("id");
  const openId = given !== null && idShape.test(given) ? given : null;
  const go = (next: TransactionFilter, id: string | null, step: "pushState" | "replaceState"): void => {
    const search = serialiseFilter(next);
    if (id !== null) search.set("id", id);
    window.history[step](null, "", search.size === 0 ? window.location.pathname : `?${search}`);
  };
  return {
    filter,
    openId,
    setFilter: (next) => go(next, null, "pushState"),
    setOpen: (id) => go(filter, id, openId === null ? "pushState" : "replaceState"),
  };
}

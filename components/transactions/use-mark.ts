"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { transactionMarkQuery } from "@/lib/transactions/client";
import type { TransactionMark } from "@/lib/transactions/contract";

/** Calls `changed` as soon as any movement has changed, and first undoes the last call by what it returned. Without `initial` nothing is asked: the reader may not see movements. */
export function useMark(initial: TransactionMark | null, changed: () => void | (() => void)): void {
  const { data } = useQuery({ ...transactionMarkQuery, ...(initial === null ? { enabled: false } : { initialData: initial }) });
  const mark = initial === null ? undefined : data?.mark;
  const seen = useRef(initial?.mark);
  const latest = useRef(changed);
  useEffect(() => {
    latest.current = changed;
  });
  useEffect(() => {
    if (mark === undefined || seen.current === mark) return undefined;
    seen.current = mark;
    return latest.current();
  }, [mark]);
}

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { hearSecurityEvents, securityKeys, type StreamState } from "@/lib/monitoring/client";
import type { SecurityEventRow } from "@/lib/monitoring/contract";

const keptMax = 500;

export type Live = { rows: readonly SecurityEventRow[]; state: StreamState };

/** What has happened since the page was drawn, newest first, and whether it is still told. */
export function useLiveEvents(streamFrom: string): Live {
  const client = useQueryClient();
  const [rows, setRows] = useState<readonly SecurityEventRow[]>([]);
  const [state, setState] = useState<StreamState>("connecting");
  const [from] = useState(streamFrom);
  useEffect(
    () =>
      hearSecurityEvents(from, {
        onEvent: (row) => {
          setRows((known) => (known.some(({ id }) => id === row.id) ? known : [row, ...known].slice(0, keptMax)));
          // One stream serves every reader, so it names no payout and no network; the reader's own list does.
          if (["payoutId", "ruleId", "banId"].some((name) => name in row.fields)) void client.invalidateQueries({ queryKey: securityKeys.all });
        },
        onReset: () => void client.invalidateQueries({ queryKey: securityKeys.all }),
        onState: setState,
      }),
    [client, from],
  );
  return { rows, state };
}

/** Listed and live rows as one list, newest first, each once. */
export function merged(listed: readonly SecurityEventRow[], live: readonly SecurityEventRow[]): SecurityEventRow[] {
  const known = new Set(listed.map((row) => row.id));
  const fresh = live.filter((row) => !known.has(row.id));
  return [...fresh, ...listed].sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? 1 : -1));
}

// The browser's side of security events: the list, one event, and the live stream that all tabs share.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { securityEventShape, securityListShape, type SecurityEventRow, type SecuritySearch } from "./contract.ts";

export type { SecuritySearch } from "./contract.ts";

export const securityKeys = {
  all: ["security-events"] as const,
  list: (search: SecuritySearch) => [...securityKeys.all, "list", search] as const,
  event: (id: string) => [...securityKeys.all, "event", id] as const,
};

function path(search: SecuritySearch, cursor: string | null): string {
  const query = new URLSearchParams(
    Object.entries({ ...search, cursor: cursor ?? undefined }).filter((pair): pair is [string, NonNullable<(typeof pair)[1]>] => pair[1] !== undefined),
  );
  return `/api/security-events?${query}`;
}

/** The events, newest first, page after page. */
export const securityListQuery = (search: SecuritySearch) =>
  infiniteQueryOptions({
    queryKey: securityKeys.list(search),
    queryFn: ({ pageParam, signal }) => api.get(path(search, pageParam), securityListShape, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const securityEventQuery = (id: string) =>
  queryOptions({ queryKey: securityKeys.event(id), queryFn: ({ signal }) => api.get(`/api/security-events/${encodeURIComponent(id)}`, securityEventShape, { signal }) });

export type StreamState = "connecting" | "live" | "interrupted" | "ended";
export type StreamEars = { onEvent: (row: SecurityEventRow) => void; onReset: () => void; onState: (state: StreamState) => void };

type Told = { kind: "event"; row: unknown } | { kind: "reset" } | { kind: "state"; state: StreamState } | { kind: "ask" };

const shared = "countersign.security-events";

/**
 * Hears security events from `after` on; answers how to stop. One tab of a browser holds the stream and tells the others,
 * because a browser gives a site few connections; when that tab closes, another takes over.
 */
export function hearSecurityEvents(after: string, ears: StreamEars): () => void {
  const stop = new AbortController();
  const channel = new BroadcastChannel(shared);
  let state: StreamState = "connecting";
  let leads = false;
  const hear = (told: Told): void => {
    if (told.kind === "reset") ears.onReset();
    else if (told.kind === "event") {
      const row = securityEventShape.safeParse(told.row);
      if (row.success) ears.onEvent(row.data);
    } else if (told.kind === "state") {
      // A tab that begins to follow reads the list again: what came before it listened is not told twice.
      if (!leads && state === "connecting" && told.state === "live") ears.onReset();
      state = told.state;
      ears.onState(state);
    }
  };
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === "ask") {
      if (leads) channel.postMessage({ kind: "state", state } satisfies Told);
    } else if (!leads) hear(data);
  };
  channel.postMessage({ kind: "ask" } satisfies Told);
  const lead = async (): Promise<void> => {
    const took = state !== "connecting";
    leads = true;
    if (took) ears.onReset();
    await holdStream(after, stop.signal, (told) => {
      hear(told);
      channel.postMessage(told);
    });
  };
  void navigator.locks.request(shared, { signal: stop.signal }, lead).catch(() => undefined);
  return () => {
    stop.abort();
    channel.close();
  };
}

/** Keeps the stream open until `signal` aborts or the server ends it for good. */
function holdStream(after: string, signal: AbortSignal, tell: (told: Told) => void): Promise<void> {
  return new Promise((resolve) => {
    const source = new EventSource(`/api/events?after=${encodeURIComponent(after)}`);
    const say = (state: StreamState) => tell({ kind: "state", state });
    const close = (): void => {
      source.close();
      resolve();
    };
    say("connecting");
    source.onopen = () => say("live");
    // After a refusal the browser gives up; after a break it comes back by itself, from where it was.
    source.onerror = () => say(source.readyState === EventSource.CLOSED ? "ended" : "interrupted");
    source.addEventListener("security", ({ data }: MessageEvent<string>) => tell({ kind: "event", row: JSON.parse(data) as unknown }));
    source.addEventListener("reset", () => tell({ kind: "reset" }));
    signal.addEventListener("abort", close);
    if (signal.aborted) close();
  });
}

// Steps through the tab's history, heard before the router hears them: browsers ask who listens on a window in the order they
// came, and the router comes when the page is first drawn. Loaded by instrumentation-client.ts, which runs before that.

type Hears = (event: PopStateEvent) => void;

let hears: Hears | null = null;

/** Lets `listener` hear every step first until the answer is called. One at a time. */
export function hearBackFirst(listener: Hears): () => void {
  hears = listener;
  return () => {
    if (hears === listener) hears = null;
  };
}

if (typeof window !== "undefined") window.addEventListener("popstate", (event) => hears?.(event));

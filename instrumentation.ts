import type { Instrumentation } from "next";

/** A web process that cannot open the vault must not serve: it would fail later, halfway through someone's act. */
export async function register(): Promise<void> {
  if (process.env["NEXT_RUNTIME"] !== "nodejs") return;
  const [{ openVault }, { noteClock, sayOwed, setLogLevel }, { config }, { watchEdge }, { clockNow }] = await Promise.all([
    import("@/lib/vault"),
    import("@/lib/monitoring"),
    import("@/lib/config"),
    import("@/lib/edge"),
    import("@/lib/time"),
  ]);
  setLogLevel(config().logLevel);
  await openVault();
  await noteClock();
  watchEdge();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void sayOwed(clockNow(), true));
}

/** Errors that escape a page or handler reach our log with the request's id, and nothing a person typed. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env["NEXT_RUNTIME"] !== "nodejs") return;
  const [{ log }, { wordsIn }] = await Promise.all([import("@/lib/monitoring"), import("@/lib/http/page-words")]);
  // A refusal is an answer, which the page's door has noted already.
  if (wordsIn((error as { digest?: string }).digest) !== null) return;
  const id = request.headers["x-request-id"];
  log.error({ error, requestId: Array.isArray(id) ? id[0] : id, method: request.method, route: context.routePath, kind: context.routeType }, "a request failed");
};

import type { Instrumentation } from "next";

/** Errors that escape a page or handler reach our log with the request's id, and nothing a person typed. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  const { log } = await import("@/lib/monitoring");
  const id = request.headers["x-request-id"];
  log.error({ error, requestId: Array.isArray(id) ? id[0] : id, method: request.method, route: context.routePath, kind: context.routeType }, "a request failed");
};

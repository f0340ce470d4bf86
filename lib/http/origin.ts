import { AppError } from "@/lib/errors";

/** Refuses a state-changing request that did not come from our own pages: Origin must match, Sec-Fetch-Site must agree. */
export function requireOwnOrigin(headers: Headers, appOrigin: string): void {
  const site = headers.get("sec-fetch-site");
  const foreign = headers.get("origin") !== appOrigin || (site !== null && site !== "same-origin");
  if (foreign) throw new AppError("forbidden", "foreign_origin", "This request did not come from this site.");
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Refuses a request that names another host than ours; this machine's own names are ours too. */
export function requireOwnHost(headers: Headers, appOrigin: string): void {
  const host = headers.get("host")?.toLowerCase() ?? null;
  if (host === null || host === new URL(appOrigin).host || loopback.test(host)) return;
  throw new AppError("bad_request", "unknown_host", "This server does not answer under that name.");
}

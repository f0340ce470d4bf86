import { AppError } from "@/lib/errors";

/** Refuses a state-changing request that did not come from our own pages: Origin must match, Sec-Fetch-Site must agree. */
export function requireOwnOrigin(headers: Headers, appOrigin: string): void {
  const site = headers.get("sec-fetch-site");
  const foreign = headers.get("origin") !== appOrigin || (site !== null && site !== "same-origin");
  if (foreign) throw new AppError("forbidden", "foreign_origin", "This request did not come from this site.");
}

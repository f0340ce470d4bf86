import { newId } from "@/lib/ids";

/** The id the proxy gave this request, so that answer, header, log and trail name the same one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id") ?? "";
  return /^req_[0-9a-z]{26}$/.test(given) ? given : newId("request");
}

// Per-request headers for every path: a script nonce, our own request id, and pages moved to the origin passkeys know.
import { NextResponse, type NextRequest } from "next/server";
import { config as settings } from "@/lib/config";
import { transportSecurity } from "@/lib/http/everywhere";
import { newId } from "@/lib/ids";

// Every path, prefetches included: a matcher with exceptions is a way around the policy.
export const config = { matcher: "/:path*" };

function policyFor(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'none'",
    "worker-src 'none'",
    "frame-src 'none'",
    "media-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
    // The framework's own policies, and ours (instrumentation-client.ts), which lets only our built files be scripts.
    "require-trusted-types-for 'script'",
    "trusted-types nextjs nextjs#bundler default",
    "report-uri /api/csp-reports",
    ...(settings().appOrigin.startsWith("https://") ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

/** Where a page asked for on 127.0.0.1 lives; null for everything that is not such a page. */
function homeOf(request: NextRequest): URL | null {
  const host = request.headers.get("host") ?? "";
  if (!/^127\.0\.0\.1(:\d+)?$/.test(host) || request.method !== "GET") return null;
  if (request.nextUrl.pathname.startsWith("/api/") || !(request.headers.get("accept") ?? "").includes("text/html")) return null;
  const home = new URL(settings().appOrigin);
  if (home.host === host) return null;
  // Set piece by piece: parsing the path against the origin would let "//elsewhere" choose the host.
  home.pathname = request.nextUrl.pathname;
  home.search = request.nextUrl.search;
  return home;
}

/** Adds headers and moves pages to their origin; decides nothing about access. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const requestId = newId("request");
  const policy = policyFor(nonce);
  const home = homeOf(request);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("x-request-id", requestId);
  headers.set("content-security-policy", policy);
  // So that a page which asks people to sign in first can bring them back.
  headers.set("x-asked", `${request.nextUrl.pathname}${request.nextUrl.search}`);
  const response = home === null ? NextResponse.next({ request: { headers } }) : NextResponse.redirect(home, 307);
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-request-id", requestId);
  for (const [name, value] of Object.entries(transportSecurity(settings().appOrigin))) response.headers.set(name, value);
  return response;
}

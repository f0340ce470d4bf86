const longest = 300;

/** What a browser says of itself, as much of it as is kept: what comes later is compared with this, so it is cut alike. */
export function userAgentOf(headers: Headers): string | null {
  return headers.get("user-agent")?.slice(0, longest) ?? null;
}

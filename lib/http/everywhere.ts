// Headers of every answer, whoever makes it: a page, a handler, a file, the framework or the server itself. The web
// process's preload reads this file too, before anything is built, so it imports nothing.

const nothing = ["accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer"];
const nothingMore = ["microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking", "browsing-topics"];
const ownOnly = ["publickey-credentials-get", "publickey-credentials-create", "clipboard-write"];

const permissions = [...[...nothing, ...nothingMore].map((name) => `${name}=()`), ...ownOnly.map((name) => `${name}=(self)`)].join(", ");

/** What holds for every path alike. The content policy of pages, with its nonce, is proxy.ts's. */
export const everywhere: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Origin-Agent-Cluster": "?1",
  "Permissions-Policy": permissions,
  "X-Permitted-Cross-Domain-Policies": "none",
  "X-Robots-Tag": "noindex, nofollow",
};

/** For what is no page: an answer that nobody should ever draw. */
export const bareContentPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const twoYearsSeconds = 63_072_000;

/** Only an https origin may say that it is one: on http it is ignored, on localhost it would bind every other program there. */
export function transportSecurity(appOrigin: string): Record<string, string> {
  return appOrigin.startsWith("https://") ? { "Strict-Transport-Security": `max-age=${twoYearsSeconds}; includeSubDomains` } : {};
}

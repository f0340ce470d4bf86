import type { NextConfig } from "next";

// Headers that every answer carries, whatever the path; the per-request CSP with its nonce is proxy.ts's.
const everywhere = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Strict-Transport-Security", value: "max-age=63072000; includeSubDomains" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
];

const config: NextConfig = {
  cacheComponents: false,
  typedRoutes: true,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  reactStrictMode: true,
  // `npm run check` judges the types, tests included; a start only builds what it serves.
  typescript: { ignoreBuildErrors: true },
  // Otherwise Next takes 127.0.0.1 for localhost and turns the proxy's redirect between them into a loop.
  skipProxyUrlNormalize: true,
  agentRules: false,
  images: { unoptimized: true },
  serverExternalPackages: ["postgres", "pino"],
  experimental: { authInterrupts: true },
  headers: async () => [{ source: "/:path*", headers: everywhere }],
};

export default config;

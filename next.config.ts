import type { NextConfig } from "next";
import { everywhere } from "./lib/http/everywhere.ts";

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
  serverExternalPackages: ["postgres", "pino", "maxmind"],
  experimental: { authInterrupts: true },
  // Where a server is started without the preload, these still hold; the per-request policy is proxy.ts's.
  headers: async () => [
    { source: "/:path*", headers: Object.entries(everywhere).map(([key, value]) => ({ key, value })) },
    // By its name a TypeScript file is taken for a film.
    { source: "/api-examples/:file", headers: [{ key: "Content-Type", value: "text/plain; charset=utf-8" }] },
  ],
};

export default config;

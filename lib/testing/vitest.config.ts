import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "..", "..");

export default defineConfig({
  root,
  resolve: {
    alias: [
      { find: /^server-only$/, replacement: join(root, "lib/testing/empty.ts") },
      { find: /^@\//, replacement: `${root}/` },
    ],
  },
  test: {
    include: ["lib/**/*.test.ts", "db/**/*.test.ts", "components/**/*.test.ts", "app/**/*.test.ts"],
    globalSetup: [join(root, "lib/testing/global-setup.ts")],
    environment: "node",
    pool: "forks",
    // Hundreds of small files, read anew by each test file's process: as one they cost a tenth.
    deps: { optimizer: { ssr: { enabled: true, include: ["drizzle-orm", "drizzle-orm/pg-core", "drizzle-orm/postgres-js"] } } },
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    // A shared machine may stall for seconds; what needed its second try is named at the end of `npm test`.
    retry: process.env["CI"] === undefined ? 0 : 1,
  },
});

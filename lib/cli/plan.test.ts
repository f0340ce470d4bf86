import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ConfigError, type Environment } from "@/lib/config";
import { planStart } from "./plan.ts";

const credentials = { CASHFREE_PG_CLIENT_ID: "id", CASHFREE_PG_CLIENT_SECRET: "s", CASHFREE_PAYOUT_CLIENT_ID: "id2", CASHFREE_PAYOUT_CLIENT_SECRET: "s2" };
const production = {
  ...credentials,
  CASHFREE_ENV: "production",
  APP_ORIGIN: "https://desk.example.in",
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString("base64"),
  AUDIT_HEADS_FILE: "/mnt/heads/heads.jsonl",
};

function problems(env: Environment): string[] {
  try {
    planStart(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("a start without Cashfree credentials is the demo", () => {
  test("on this machine only, with its own database", () => {
    expect(planStart({ DATA_DIR: "/tmp/x y" })).toEqual({
      mode: "demo",
      port: 3000,
      host: "127.0.0.1",
      appOrigin: "http://localhost:3000",
      dataDir: "/tmp/x y",
      database: { kind: "embedded" },
    });
    expect(planStart({ LISTEN_HOST: "0.0.0.0", PORT: "4000" })).toMatchObject({ host: "127.0.0.1", appOrigin: "http://localhost:4000" });
  });

  test.each(["https://desk.example.in", "http://192.168.1.4:3000", "http://localhost.example.in", "https://localhost:3000"])("and refuses the origin %s", (origin) => {
    expect(problems({ APP_ORIGIN: origin }).join()).toMatch(/demo mode is for this machine only/);
  });

  test.each(Object.keys(credentials))("and refuses %s until CASHFREE_ENV says where it belongs", (name) => {
    expect(problems({ [name]: "x" }).join()).toMatch(/set CASHFREE_ENV=sandbox or CASHFREE_ENV=production/);
    expect(problems({ [name]: "x", COUNTERSIGN_MODE: "demo" }).join()).toMatch(`remove ${name}`);
  });
});

describe("sandbox and production", () => {
  test("start when everything they need is given", () => {
    expect(planStart({ ...credentials, CASHFREE_ENV: "sandbox" })).toMatchObject({ mode: "sandbox", host: "127.0.0.1" });
    expect(planStart(production)).toMatchObject({ mode: "production", host: "0.0.0.0", appOrigin: "https://desk.example.in" });
  });

  test("refuse with the whole list of what is missing, not only the first", () => {
    const list = problems({ CASHFREE_ENV: "production" }).join("\n");
    for (const name of [
      "APP_ORIGIN",
      "KEY_ENCRYPTION_KEY",
      "AUDIT_HEADS_FILE",
      "CASHFREE_PG_CLIENT_ID",
      "CASHFREE_PG_CLIENT_SECRET",
      "CASHFREE_PAYOUT_CLIENT_ID",
      "CASHFREE_PAYOUT_CLIENT_SECRET",
    ]) {
      expect(list).toContain(name);
    }
  });

  test.each(["APP_ORIGIN", "KEY_ENCRYPTION_KEY", "AUDIT_HEADS_FILE"])("production refuses to start without %s", (name) => {
    expect(problems({ ...production, [name]: undefined }).join()).toContain(name);
  });

  test("production reaches a database on another machine only where it must prove itself, the one that makes roles as well", () => {
    expect(problems({ ...production, DATABASE_URL: "postgres://x@db.example.in/d?sslmode=require" }).join()).toMatch(/DATABASE_URL must end in \?sslmode=verify-full/);
    expect(problems({ ...production, DATABASE_URL: "postgres://x@db.example.in/d?sslmode=verify-full" })).toEqual([]);
  });

  test("production refuses plain http, a moved clock and the emulator", () => {
    expect(problems({ ...production, APP_ORIGIN: "http://desk.example.in" }).join()).toMatch(/https/);
    expect(problems({ ...production, CLOCK_OFFSET_MS: "60000" }).join()).toMatch(/CLOCK_OFFSET_MS/);
    expect(problems({ ...production, CASHFREE_EMULATOR_URL: "http://127.0.0.1:1" }).join()).toMatch(/CASHFREE_EMULATOR_URL/);
  });
});

describe("the database addresses", () => {
  const four = { DATABASE_OWNER_URL: "postgres://o@h/d", DATABASE_APP_URL: "postgres://a@h/d", DATABASE_JOBS_URL: "postgres://j@h/d", DATABASE_READONLY_URL: "postgres://r@h/d" };

  test("are one that may create roles, or all four", () => {
    expect(planStart({ DATABASE_URL: "postgres://x@h/d" }).database).toEqual({ kind: "admin", url: "postgres://x@h/d" });
    expect(planStart(four).database).toMatchObject({ kind: "given", urls: { owner: "postgres://o@h/d" } });
    expect(planStart({ DATABASE_URL: "" }).database).toEqual({ kind: "embedded" });
  });

  test("are refused when some of the four are missing, when both kinds are given, or when they are no Postgres addresses", () => {
    expect(problems({ ...four, DATABASE_JOBS_URL: undefined }).join()).toMatch(/missing: DATABASE_JOBS_URL/);
    expect(problems({ ...four, DATABASE_URL: "postgres://x@h/d" }).join()).toMatch(/not both/);
    expect(problems({ DATABASE_URL: "mysql://x@h/d" }).join()).toMatch(/postgres:/);
  });
});

test.each(["0", "70000", "80a", "-1"])("the port %s is refused by name", (port) => {
  expect(problems({ PORT: port }).join()).toMatch(/PORT must be a number/);
});

test(".env.example names everything that may be set, and nothing that is not understood", () => {
  // What processes tell each other, and tests the desk, is nobody's to set.
  const internal = ["COUNTERSIGN_MODE", "CASHFREE_EMULATOR_URL", "CLOCK_OFFSET_MS", "PEER_HEADER"];
  const understood = [
    ...readFileSync("lib/config/index.ts", "utf8").matchAll(/^ {2}([A-Z][A-Z_]+): (?:text|z\.)/gm),
    ...readFileSync("lib/cli/plan.ts", "utf8").matchAll(/given\(env, "([A-Z_]+)"\)/g),
  ].map(([, name = ""]) => name);
  const named = [...readFileSync(".env.example", "utf8").matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name = ""]) => name);
  expect(named.toSorted()).toEqual([...new Set(understood)].filter((name) => !internal.includes(name)).toSorted());
});

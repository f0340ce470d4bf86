import { beside, ground, mayImport, rooms } from "./floors.ts";
import type { ImportOf, Source, Violation } from "./source.ts";

type ImportRule = { rule: string; check: (source: Source, item: ImportOf) => string | null };

const isTest = (path: string) => /\.(test|spec)\.tsx?$/.test(path);

function libRoom(path: string): string | null {
  const match = /^lib\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path);
  return match?.[1] ?? null;
}

const doors = /^lib\/[^/]+\/(index|policy|(?:[a-z]+-)?(?:client|contract))\.ts$/;

export const importRules: ImportRule[] = [
  {
    rule: "doors-only",
    check: (source, item) => {
      const to = libRoom(item.resolved);
      if (to === null || !rooms.has(to) || libRoom(source.path) === to || isTest(source.path) || source.path.startsWith("lib/testing/")) return null;
      if (item.resolved.startsWith("lib/cashfree/emulator/") && source.path.startsWith("lib/cli/")) return null;
      return doors.test(item.resolved) ? null : `imports the inside of room "${to}" (${item.from}); use @/lib/${to}, its client, contract or policy`;
    },
  },
  {
    rule: "imports-go-down",
    check: (source, item) => {
      const from = libRoom(source.path);
      const to = libRoom(item.resolved);
      if (from === null || to === null || isTest(source.path)) return null;
      if (beside.has(to) && !beside.has(from)) return `imports lib/${to}, which stands beside the house`;
      if (rooms.has(from) && rooms.has(to)) return mayImport(from, to) ? null : `room "${from}" imports "${to}", which is above it or to its right`;
      if (ground.has(from) && rooms.has(to)) {
        return /^lib\/http\/(route|page|stream|api-route)\.ts$/.test(source.path) ? null : `the ground floor imports room "${to}"`;
      }
      return null;
    },
  },
  {
    rule: "door-frame-is-for-doors",
    check: (source, item) =>
      /^lib\/http\/(route|page|stream|api-route)\.ts$/.test(item.resolved) && !source.path.startsWith("app/") ? "only app/ stands in the door frame" : null,
  },
  {
    rule: "lib-draws-nothing",
    check: (source, item) => (source.path.startsWith("lib/") && /^(app|components)\//.test(item.resolved) && !isTest(source.path) ? "lib/ imports a page or component" : null),
  },
  {
    rule: "screens-touch-no-database",
    check: (source, item) => {
      if (!/^(app|components)\//.test(source.path) || isTest(source.path)) return null;
      if (item.resolved.startsWith("db/") || /^(drizzle-orm|postgres)(\/|$)/.test(item.from)) return "pages, handlers and components reach data through a room";
      return null;
    },
  },
  {
    rule: "components-hold-no-rules",
    check: (source, item) => {
      if (!source.path.startsWith("components/") || isTest(source.path)) return null;
      const to = libRoom(item.resolved);
      if (to !== null && rooms.has(to) && !/\/(policy|(?:[a-z]+-)?(?:client|contract))\.ts$/.test(item.resolved))
        return "a component may import a room's client, contract or policy only";
      return null;
    },
  },
  {
    rule: "both-sides-files-stay-light",
    check: (source, item) => {
      if (!/^lib\/(?!testing\/)[^/]+\/(policy|(?:[a-z]+-)?(?:client|contract))\.ts$/.test(source.path) || item.typeOnly) return null;
      if (/^(node:|postgres$|drizzle-orm|next-auth|server-only$|pino$)/.test(item.from) || item.resolved.startsWith("db/"))
        return `${item.from} does not belong in a file the browser may load`;
      const to = libRoom(item.resolved);
      if (to === null) return null;
      if (rooms.has(to) && to !== libRoom(source.path) && !/\/(policy|(?:[a-z]+-)?(?:client|contract))\.ts$/.test(item.resolved)) return `${item.from} is a server door`;
      if (to === libRoom(source.path) && /\/(index|queries|commands|events)\.ts$/.test(item.resolved)) return `${item.from} is server code`;
      if (["config", "context", "idempotency", "ids", "sensitive"].includes(to)) return `${item.from} is server ground`;
      return null;
    },
  },
  {
    rule: "next-auth-is-fenced",
    check: (source, item) =>
      /^next-auth(\/|$)/.test(item.from) && !source.path.startsWith("lib/auth/") && !source.path.startsWith("app/api/auth/") ? "next-auth lives in lib/auth and its route" : null,
  },
  {
    rule: "proxy-decides-nothing",
    check: (source, item) => (source.path === "proxy.ts" && /^lib\/(access|auth|context)|^db\//.test(item.resolved) ? "proxy.ts decides nothing and remembers nothing" : null),
  },
];

/** Every import that breaks a rule of the house. */
export function checkImports(source: Source): Violation[] {
  return source.imports.flatMap((item) =>
    importRules.flatMap(({ rule, check }) => {
      const sentence = check(source, item);
      return sentence === null ? [] : [{ rule, path: source.path, sentence }];
    }),
  );
}

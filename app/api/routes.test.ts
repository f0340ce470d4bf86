import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { permissionList, type Permission } from "@/lib/access";

const root = join(import.meta.dirname, "..", "..");
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** Doors that are not `defineRoute`, each with its own way of deciding who may enter. */
const ownFrames: Record<string, string> = {
  events: "a stream: lib/http/stream.ts asks for session and permission, again and again while it is open",
  "csp-reports": "anyone: browsers' reports, capped, counted and only added up",
  "auth/[...nextauth]": "single-use tickets; every other path of the library answers 404",
  "[[...path]]": "anyone: it only says that there is nothing here",
  "webhooks/cashfree/payments": "the gateway's signature over the raw body",
  "webhooks/cashfree/payouts": "the gateway's signature over the raw body",
};

/** What anyone on earth may call; a new one is a decision, not an accident. */
const openToAll = [
  "health/live",
  "health/ready",
  "invitation",
  "one-time-links/guidance",
  "one-time-links/look",
  "password/forgotten",
  "password/reset",
  "sign-in/enrol",
  "sign-in/passkey",
  "sign-in/passkey/answer",
  "sign-in/password",
  "sign-in/recovery",
  "sign-in/second-factor",
  "sign-in/second-factor/passkey",
  "sign-in/second-factor/passkey/answer",
  "sign-out",
  "v1/openapi.json",
];

/** The service API: a signature says who calls, and each handler names its scope. */
const isSigned = (path: string): boolean => path.startsWith("v1/") && path !== "v1/openapi.json";

const signedInOnly = [
  "emergency",
  "me",
  "authenticator",
  "authenticator/confirm",
  "me/credentials",
  "passkeys",
  "passkeys/[id]/remove",
  "passkeys/[id]/rename",
  "passkeys/start",
  "password/change",
  "password/guidance",
  "recovery-codes",
  "sessions",
  "sessions/[id]/end",
  "sessions/clock",
  "sessions/end-others",
  "step-up",
  "step-up/passkey",
];

function filesNamed(name: string, under: string): string[] {
  return readdirSync(join(root, under), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === name)
    .map((entry) => relative(join(root, under), entry.parentPath))
    .sort();
}

const textOf = (path: string): string => readFileSync(join(root, "app/api", path, "route.ts"), "utf8");
const moduleOf = async (path: string): Promise<Record<string, unknown>> => (await import(/* @vite-ignore */ join(root, "app/api", path, "route.ts"))) as Record<string, unknown>;

/** What the file does itself; the rest is what `otherMethods` makes of it. */
const ownMethods = (path: string): string[] => [...textOf(path).matchAll(/^export const ([A-Z]+) = /gm)].map(([, method = ""]) => method);

async function handlersOf(path: string): Promise<[string, unknown][]> {
  const handlers = await moduleOf(path);
  return ownMethods(path).map((method) => [method, handlers[method]]);
}

const routes = filesNamed("route.ts", "app/api");

describe("who may call what is declared on every handler", () => {
  test("the walk finds the handlers it is meant to judge", () => {
    expect(routes.length).toBeGreaterThan(20);
    expect(routes).toEqual(expect.arrayContaining([...Object.keys(ownFrames), ...openToAll]));
  });

  test.each(routes.filter((path) => !(path in ownFrames) && !isSigned(path)))("/api/%s declares its access", async (path) => {
    const handlers = await handlersOf(path);
    expect(handlers.length).toBeGreaterThan(0);
    for (const [method, handler] of handlers) {
      const access: unknown = typeof handler === "function" && "access" in handler ? handler.access : undefined;
      expect(access, `${method} /api/${path} declares no access`).toBeTypeOf("string");
      if (access === "public") expect(openToAll, `${method} /api/${path} is open to all`).toContain(path);
      else if (access === "session") expect(signedInOnly, `${method} /api/${path} asks for no permission`).toContain(path);
      else expect(permissionList).toContain(access as Permission);
    }
  });

  test.each(routes.filter(isSigned))("/api/%s declares the scope it needs, and none decides about a payout", async (path) => {
    const handlers = await handlersOf(path);
    expect(handlers.length).toBeGreaterThan(0);
    for (const [method, handler] of handlers) {
      const operation: unknown = typeof handler === "function" && "operation" in handler ? handler.operation : undefined;
      expect(operation, `${method} /api/${path}`).toMatchObject({
        method,
        path: `/api/${path.replace(/\[(\w+)\]/g, "{$1}")}`,
        scope: expect.stringMatching(/^[a-z]+:(create|read)$/) as string,
      });
    }
  });

  test("a door with its own frame is one of those listed, and no handler file lives outside app/api", () => {
    const bare = routes.filter((path) => !isSigned(path) && !textOf(path).includes("defineRoute("));
    expect(bare).toEqual(Object.keys(ownFrames).sort());
    expect(filesNamed("route.ts", "app").filter((path) => !path.startsWith("api"))).toEqual([]);
  });

  test("every page of the desk asks for a permission before it draws", () => {
    const pages = filesNamed("page.tsx", "app").filter((path) => !path.startsWith("(auth)"));
    // One's own profile needs no permission: it shows the viewer to themselves.
    const silent = pages.filter(
      (path) => !/await requireSelf\(\)|await requirePage\("[a-z._]+"\)|redirect\("\/overview"\)/.test(readFileSync(join(root, "app", path, "page.tsx"), "utf8")),
    );
    expect(silent).toEqual([]);
  });
});

type Handler = (request: Request, context: object) => Promise<Response>;

describe("a method that a door does not have is refused in the door's own words", () => {
  test.each(routes)("/api/%s answers every method there is", async (path) => {
    const handlers = (await moduleOf(path)) as Record<string, Handler>;
    expect(methods.filter((method) => typeof handlers[method] !== "function")).toEqual([]);
    const own = ownMethods(path);
    const others = methods.filter((method) => !own.includes(method));
    const does = methods.filter((method) => method === "OPTIONS" || own.includes(method === "HEAD" ? "GET" : method)).join(", ");
    for (const method of others) {
      if (method === "HEAD" && own.includes("GET")) {
        expect(handlers["HEAD"], "asks what GET asks").toBe(handlers["GET"]);
        continue;
      }
      const requestId = `req_${"0".repeat(26)}`;
      const answer = await handlers[method]?.(new Request(`http://localhost:3000/api/${path}`, { method, headers: { "x-request-id": requestId } }), {});
      const [status, allow, id] = [answer?.status, answer?.headers.get("allow"), answer?.headers.get("x-request-id")];
      expect([method, status, allow, id]).toEqual([method, method === "OPTIONS" ? 204 : 405, does, requestId]);
      if (method === "OPTIONS") continue;
      expect(answer?.headers.get("content-type")).toBe("application/problem+json");
      expect(await answer?.json()).toMatchObject({ status: 405, code: "method_not_allowed", title: `This address does not do ${method}; it does ${does}.`, requestId });
    }
  });
});

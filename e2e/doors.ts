// Every handler under app/api as its file declares it, so that a new one is tested by being there.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "@playwright/test";
import { rolesWith, type Permission, type Role } from "@/lib/access";

export type Door = {
  method: string;
  /** The folder under app/api with its parameters, e.g. "payouts/[id]/approve". */
  folder: string;
  access: Permission | "session" | "public";
  takesQuery: boolean;
  idempotent: boolean;
};

const api = join(import.meta.dirname, "..", "app", "api");

/** Every handler that goes through the one door frame; webhooks and the sign-in handshake have frames of their own. */
export function listDoors(): Door[] {
  return readdirSync(api, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === "route.ts")
    .flatMap((entry) => doorsOf(relative(api, entry.parentPath), readFileSync(join(entry.parentPath, entry.name), "utf8")));
}

function doorsOf(folder: string, text: string): Door[] {
  if (!text.includes("defineRoute(")) return [];
  const declared = text.split(/^export const (?!\{)/m).slice(1);
  return declared.map((part) => {
    const [, method = "", access = ""] = /^(GET|POST|PUT|PATCH|DELETE) = defineRoute\(\{[^]*?access: "([a-z._]+)"/.exec(part) ?? [];
    expect(method, `app/api/${folder}: every handler is read`).not.toBe("");
    return { method, folder, access: access as Door["access"], takesQuery: /\bquery: \w/.test(part), idempotent: part.includes("idempotent: true") };
  });
}

/** The door's address with `id` for every parameter. */
export function addressOf(door: Door, id: string): string {
  return `/api/${door.folder.replace(/\[[^\]]+\]/g, id)}`;
}

/** A role that may enter; null for doors open to anyone. */
export function roleFor(door: Door): Role | null {
  if (door.access === "public") return null;
  return door.access === "session" ? "auditor" : (rolesWith(door.access)[0] ?? null);
}

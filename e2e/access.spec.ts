import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "@playwright/test";
import postgres from "postgres";
import { permissionList, rolePermissions, roles, type Permission, type Role } from "@/lib/access";
import { addressOf, listDoors } from "./doors.ts";
import { addPerson, ask, cookieOfNew, steppedUpCookie } from "./people.ts";
import { loadDemo } from "./support.ts";

type Sheet = { path: string; permission: Permission };

const app = join(import.meta.dirname, "..", "app");

function files(name: string, under: string): { folder: string; text: string }[] {
  return readdirSync(join(app, under), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === name)
    .map((entry) => ({ folder: relative(join(app, under), entry.parentPath), text: readFileSync(join(entry.parentPath, entry.name), "utf8") }));
}

// Ids that exist nowhere: whoever may enter gets "not found", whoever may not must not learn even that.
const nobodysId = "po_00000000000000000000000000";
const filled = (path: string): string => path.replace(/\[[^\]]+\]/g, nobodysId).replace(/\/?\([^)]+\)/g, "");

type ClosedDoor = { method: string; path: string; access: Permission | "session" };

/** Every door that is not open to anyone, by an address that leads to nothing. */
function doors(): ClosedDoor[] {
  return listDoors().flatMap((door) => (door.access === "public" ? [] : [{ method: door.method, path: addressOf(door, nobodysId), access: door.access }]));
}

function sheets(): Sheet[] {
  return files("page.tsx", "(desk)").flatMap(({ folder, text }) => {
    const permission = /requirePage\("([a-z._]+)"\)/.exec(text)?.[1];
    return permission === undefined ? [] : [{ path: `/${filled(folder)}`, permission: permission as Permission }];
  });
}

const held = (role: Role, access: ClosedDoor["access"]): boolean => access === "session" || rolePermissions[role].includes(access);

/** How the framework says 403 inside a page's data, whose own status is always 200. */
const forbiddenMark = "NEXT_HTTP_ERROR_FALLBACK;403";

/** What the browser fetches when a link is followed: refusing the page must refuse its data too. */
async function pageData(path: string, cookie: string): Promise<string> {
  const headers = { rsc: "1", accept: "*/*" };
  const first = await ask("GET", path, { cookie, headers });
  // The framework first adds a key of its own to the address.
  const answer = first.status === 307 && first.location.includes("_rsc") ? await ask("GET", first.location, { cookie, headers }) : first;
  expect(answer.status, `data of ${path}`).toBe(200);
  return String(answer.body);
}

async function refusalsOf(userId: string): Promise<number> {
  const sql = postgres(loadDemo().readonlyDatabaseUrl, { max: 1 });
  try {
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from audit_log where actor_id = ${userId} and outcome = 'denied' and reason = 'permission_denied'`;
    return row?.count ?? 0;
  } finally {
    await sql.end();
  }
}

test("nobody who is not signed in gets past any door", async () => {
  const all = doors();
  expect(all.length).toBeGreaterThan(20);
  for (const door of all) {
    const answer = await ask(door.method, door.path);
    expect(answer, `${door.method} ${door.path}`).toMatchObject({ status: 401, body: { code: "signed_out" } });
  }
  for (const sheet of sheets()) expect((await ask("GET", sheet.path, { headers: { accept: "text/html" } })).status, sheet.path).toBe(307);
});

test("a request from another site is refused at every door that changes something, whoever is signed in", async () => {
  const cookie = await cookieOfNew(["owner"]);
  for (const door of doors().filter(({ method }) => method !== "GET")) {
    for (const headers of [{ origin: "https://elsewhere.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }] as Record<string, string>[]) {
      expect(await ask(door.method, door.path, { cookie, headers }), `${door.method} ${door.path}`).toMatchObject({ status: 403, body: { code: "foreign_origin" } });
    }
  }
});

for (const role of roles) {
  test(`${role}: every handler and page answers exactly those their role may have, and every refusal is in the trail`, async () => {
    const person = await addPerson([role]);
    // Doors behind a fresh factor are walked as if it had just been shown; lib/auth tests what happens without.
    const cookie = await steppedUpCookie(person.userId);
    let refused = 0;
    for (const door of doors()) {
      const answer = await ask(door.method, door.path, { cookie });
      const label = `${role}: ${door.method} ${door.path}`;
      if (held(role, door.access)) {
        expect([401, 403, 500], label).not.toContain(answer.status);
      } else {
        refused += 1;
        expect(answer, label).toMatchObject({ status: 403, body: { code: "permission_denied" } });
      }
    }
    for (const sheet of sheets()) {
      const allowed = rolePermissions[role].includes(sheet.permission);
      const page = await ask("GET", sheet.path, { cookie, headers: { accept: "text/html" } });
      const data = await pageData(sheet.path, cookie);
      const label = `${role}: ${sheet.path}`;
      if (allowed) {
        expect([200, 404], label).toContain(page.status);
        expect(data, label).not.toContain(forbiddenMark);
      } else {
        refused += 2;
        expect(page.status, label).toBe(403);
        expect(data, label).toContain(forbiddenMark);
      }
    }
    expect(await refusalsOf(person.userId)).toBe(refused);
  });
}

test("every permission guards at least one door or page, so that none is decoration", () => {
  const used = new Set<string>([...doors().map((door) => door.access), ...sheets().map((sheet) => sheet.permission)]);
  expect(permissionList.filter((permission) => !used.has(permission))).toEqual([]);
});

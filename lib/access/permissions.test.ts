import { describe, expect, test } from "vitest";
import { can, denialOf, permissionList, permissionsOf, roleLabels, rolePermissions, roles, rolesWith } from "./index.ts";

describe("the vocabulary", () => {
  test("splits at least forty acts by verb, each held by somebody and none by everybody who may look", () => {
    expect(permissionList.length).toBeGreaterThanOrEqual(40);
    expect(permissionList.filter((permission) => !/^[a-z_]+\.[a-z_]+$/.test(permission))).toEqual([]);
    expect(permissionList.filter((permission) => rolesWith(permission).length === 0)).toEqual([]);
    const looks = (permission: string) => permission.endsWith(".view");
    expect(permissionList.filter((permission) => !looks(permission) && rolesWith(permission).length === roles.length)).toEqual([]);
    expect(permissionsOf(["auditor"]).filter((permission) => !looks(permission))).toEqual(["audit.verify", "roles.export"]);
  });

  test("has a denial sentence of its own for each, which names every role that may and no other", () => {
    const said = permissionList.map((permission) => denialOf(permission));
    expect(new Set(said).size).toBe(permissionList.length);
    for (const permission of permissionList) {
      const sentence = denialOf(permission);
      expect(sentence).toMatch(/^Only [a-z ,]+ may .+[a-z]\.$/);
      const before = sentence.slice(0, sentence.indexOf(" may "));
      const named = roles.filter((role) => before.includes(roleLabels[role].toLowerCase()));
      expect(named, sentence).toEqual(rolesWith(permission));
    }
    expect(denialOf("payouts.approve")).toBe("Only finance admins may approve payouts.");
    expect(denialOf("people.view")).toBe("Only owners, security admins and auditors may see people and their access.");
  });

  test("is what a refusal says, with a way out, to everyone whose role does not give it", () => {
    for (const role of roles)
      for (const permission of permissionList.filter((each) => !rolePermissions[role].includes(each)))
        expect(can({ roles: [role], permissions: permissionsOf([role]) }, permission)).toMatchObject({
          allowed: false,
          reasons: [{ code: `needs_${permission}`, sentence: denialOf(permission), wayOut: expect.stringContaining("Ask one of them") as unknown }],
        });
  });
});

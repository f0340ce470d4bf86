import { describe, expect, it } from "vitest";
import { permissionsOf, roles } from "@/lib/access";
import { toneInk, tones } from "@/components/ui/status-badge.tsx";
import { directFor } from "./acts.tsx";
import { countsOf } from "./nav-counts.ts";
import { navFor, navIds } from "./nav-items.ts";
import { parseTheme } from "./theme.ts";
import { shortName } from "./top-bar.tsx";

describe("the frame", () => {
  it("shows nobody a place they may not see", () => {
    expect(navFor({ permissions: [] })).toEqual([]);
    for (const role of roles) {
      const held = permissionsOf([role]);
      for (const item of navFor({ permissions: held })) expect(held).toContain(item.permission);
    }
  });
  it("leads every role to at least one place", () => {
    for (const role of roles) expect(navFor({ permissions: permissionsOf([role]) }).length).toBeGreaterThan(0);
  });
  it("gives every role's thumb something to reach at once, and approving before looking up", () => {
    for (const role of roles) {
      const direct = directFor({ userId: "usr_1", name: "", email: "", roles: [role], permissions: permissionsOf([role]) }).map((act) => act.id);
      expect(direct.length, role).toBe(Math.min(2, navFor({ permissions: permissionsOf([role]) }).length - 1));
      if (permissionsOf([role]).includes("payouts.approve")) expect(direct).toEqual(["payouts", "transactions"]);
    }
  });
  it("gives every place an address of its own name", () => {
    const all = navFor({ permissions: roles.flatMap((role) => permissionsOf([role])) });
    expect(all.map((item) => item.href)).toEqual(all.map((item) => `/${item.id}`));
    expect(new Set(all.map((item) => item.label)).size).toBe(all.length);
    expect(all.length).toBeLessThanOrEqual(navIds.length);
  });
  it("counts beside a place only what waits for the reader, not what they can only watch", () => {
    const queue = { title: "", oldestAt: null, owner: "", why: "", href: "/payouts" };
    const queues = [
      { ...queue, key: "sign" as const, count: 3 },
      { ...queue, key: "release" as const, count: 3, watched: 1 },
      { ...queue, key: "moving" as const, count: 40, watched: 40 },
      { ...queue, key: "mine" as const, count: 9, watched: 9 },
    ];
    expect(countsOf({ queues })).toEqual({ payouts: 5 });
  });
  it("has a look for every tone", () => {
    for (const tone of tones) expect(toneInk[tone]).toMatch(/^text-/);
  });
  it("takes an unknown theme cookie as no choice", () => {
    expect(parseTheme("dark")).toBe("dark");
    expect(parseTheme("<script>")).toBe("system");
    expect(parseTheme(undefined)).toBe("system");
  });
  it("shortens a name to initial and surname", () => {
    expect(shortName("Asha Admin")).toBe("A. Admin");
    expect(shortName("Madonna")).toBe("Madonna");
  });
});

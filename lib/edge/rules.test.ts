import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { setConfig } from "@/lib/config";
import { closePools, systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { sensitive } from "@/lib/sensitive";
import { ctxOf, personWith, type Person } from "@/lib/testing/payouts";
import { useDatabase } from "@/lib/testing/database";
import { forgetRules } from "@/lib/testing/edge";
import { kindOf } from "@/lib/testing/refusals";
import { guestAt, openFull } from "@/lib/testing/people";
import { clockNow, minuteMs, secondMs, setClockOffsetMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { parseNetwork, type AddRuleInput } from "./contract.ts";
import { addRule, endRule, getIpRules, liftBan, pauseIpRules, placeBan, previewChange, requireAddress, requireEdge, requireQuota } from "./index.ts";
import { judgeAddress, type OpenRule } from "./policy.ts";
import { forgetEdge } from "./snapshot.ts";

const database = useDatabase();
const reason = "A reason that is long enough.";
let owner: Person;

beforeAll(async () => {
  await ensureVaultKeys(systemCtx("test"));
  owner = await personWith("owner");
});
afterEach(async () => {
  setClockOffsetMs(0);
  setConfig(database.config);
  await forgetRules(database);
});

const from = (ip: string | null): Ctx => ({ ...ctxOf(owner), ip });
const guest = (ip: string | null): Ctx => guestAt(clockNow(), ip);
const rule = (given: Partial<AddRuleInput> = {}): AddRuleInput => ({ scope: "console", effect: "allow", network: "203.0.113.0/24", reason, ...given });

describe("one spelling per network", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7/32"],
    ["2001:DB8:0:0::/32", "2001:db8::/32"],
    ["::ffff:203.0.113.7", "203.0.113.7/32"],
    [" 10.0.0.0/8 ", "10.0.0.0/8"],
    ["10.0.0.1/8", null],
    ["010.0.0.0/8", null],
    ["10.0.0.0/33", null],
    ["10.0.0.0/08", null],
    ["0x7f.0.0.1", null],
    ["10/8", null],
    ["2130706433", null],
    ["fe80::1%eth0", null],
    ["::ffff:10.0.0.0/104", null],
    ["1.2.3.4/24/24", null],
    ["", null],
  ])("%j is %j", (text, network) => expect(parseNetwork(text)).toBe(network));
});

describe("what a list of rules says of an address", () => {
  const rules = (...list: [OpenRule["scope"], OpenRule["effect"], string, string?][]): OpenRule[] =>
    list.map(([scope, effect, network, clientId]) => ({ scope, effect, network, country: null, clientId: clientId ?? null }));
  const cases: [what: string, list: OpenRule[], scope: OpenRule["scope"], ip: string | null, allowed: boolean, clientId?: string][] = [
    ["no rule lets in", [], "console", "198.51.100.1", true],
    ["no rule lets in who is unknown", [], "console", null, true],
    ["an allow rule lets in its own", rules(["console", "allow", "203.0.113.0/24"]), "console", "203.0.113.9", true],
    ["and nobody else", rules(["console", "allow", "203.0.113.0/24"]), "console", "198.51.100.1", false],
    ["and no unknown address", rules(["console", "allow", "203.0.113.0/24"]), "console", null, false],
    ["and nobody of the other family", rules(["console", "allow", "0.0.0.0/0"]), "console", "2001:db8::1", false],
    ["a mapped address is the IPv4 one", rules(["console", "allow", "203.0.113.0/24"]), "console", "::ffff:203.0.113.9", true],
    ["deny wins over a narrower allow", rules(["console", "deny", "203.0.113.0/24"], ["console", "allow", "203.0.113.9/32"]), "console", "203.0.113.9", false],
    ["deny alone leaves the rest open", rules(["console", "deny", "203.0.113.0/24"]), "console", "198.51.100.1", true],
    ["another scope's rule says nothing", rules(["approve", "allow", "203.0.113.0/24"]), "console", "198.51.100.1", true],
    ["a client's rule closes that client", rules(["client", "allow", "203.0.113.0/24", "cl_a"]), "client", "198.51.100.1", false, "cl_a"],
    ["and no other client", rules(["client", "allow", "203.0.113.0/24", "cl_a"]), "client", "198.51.100.1", true, "cl_b"],
    ["a rule for all clients closes every client", rules(["client", "allow", "203.0.113.0/24"]), "client", "198.51.100.1", false, "cl_b"],
    ["IPv6 networks hold their own", rules(["console", "allow", "2001:db8::/32"]), "console", "2001:db8:ffff::1", true],
  ];
  test.each(cases)("%s", (...[, list, scope, ip, allowed, clientId]) => {
    expect(judgeAddress(list, { scope, ip, country: null, clientId: clientId ?? null }).allowed).toBe(allowed);
  });
});

describe("rules", () => {
  test("take effect at once, end at once, and both are in the trail and among the security events", async () => {
    await forgetEdge();
    expect(await kindOf(requireAddress(guest("198.51.100.1"), "console"))).toBe("allowed");
    const { rules } = await addRule(from("203.0.113.5"), rule());
    expect(await kindOf(requireAddress(guest("198.51.100.1"), "console"))).toBe("address_refused");
    expect(await kindOf(requireAddress(guest(null), "console"))).toBe("address_refused");
    expect(await kindOf(requireAddress(guest("203.0.113.200"), "console"))).toBe("allowed");
    await endRule(from("203.0.113.5"), rules[0]?.id ?? "", { reason });
    expect(await kindOf(requireAddress(guest("198.51.100.1"), "console"))).toBe("allowed");
    const trail = await database.superuser<{ verb: string }[]>`select verb from audit_log where verb like 'ip_rule.%' order by id`;
    expect(trail.map((row) => row.verb)).toEqual(["ip_rule.add", "ip_rule.end"]);
    const events = await database.superuser<{ event: string }[]>`select distinct event from security_events where event like 'ip%' order by 1`;
    expect(events.map((row) => row.event)).toEqual(["ip.refused", "ip_rule.added", "ip_rule.ended"]);
  });

  test("a change of another process is seen by whoever comes a second later", async () => {
    await forgetEdge();
    await database.superuser.begin(async (db) => {
      await db.unsafe("set local session_replication_role = replica");
      await db.unsafe(
        "insert into ip_rules (id, scope, effect, network, reason, created_by, created_at) values ('ipr_x', 'console', 'deny', '198.51.100.0/24', 'elsewhere', 'x', now())",
      );
    });
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + secondMs + 1);
    expect(await kindOf(requireAddress(guest("198.51.100.1"), "console"))).toBe("address_refused");
  });

  test("end by themselves when their days have passed", async () => {
    await addRule(from("203.0.113.5"), rule({ effect: "deny", network: "198.51.100.0/24", days: 1 }));
    expect(await kindOf(requireAddress(guest("198.51.100.1"), "console"))).toBe("address_refused");
    setClockOffsetMs(24 * 60 * minuteMs + 1000);
    expect(await kindOf(requireAddress(guest("198.51.100.1"), "console"))).toBe("allowed");
  });

  test("whoever would shut themselves out is refused, for every scope they work in, and unknown addresses can close nothing", async () => {
    expect(await kindOf(addRule(from("198.51.100.1"), rule()))).toBe("self_lockout");
    expect(await kindOf(addRule(from("198.51.100.1"), rule({ scope: "settings" })))).toBe("self_lockout");
    expect(await kindOf(addRule(from("198.51.100.1"), rule({ effect: "deny", network: "198.51.0.0/16" })))).toBe("self_lockout");
    expect(await kindOf(addRule(from(null), rule()))).toBe("self_lockout");
    expect(await kindOf(addRule(from("198.51.100.1"), rule({ scope: "webhooks" })))).toBe("allowed");
    const { rules } = await addRule(from("198.51.100.1"), rule({ network: "198.51.100.0/24" }));
    await addRule(from("198.51.100.1"), rule());
    const own = rules.find((each) => each.network === "198.51.100.0/24");
    expect(await kindOf(endRule(from("198.51.100.1"), own?.id ?? "", { reason }))).toBe("self_lockout");
    expect(await kindOf(addRule(from("198.51.100.1"), rule()))).toBe("rule_exists");
  });

  test("the dry run names who would be cut off, counts by the addresses of live sessions, and changes nothing", async () => {
    const [inside, outside] = [await personWith("support"), await personWith("finance_admin")];
    for (const [person, ip] of [
      [inside, "203.0.113.20"],
      [outside, "198.51.100.20"],
    ] as const) {
      await openFull(person.userId, clockNow());
      await withTransaction(systemCtx("test"), (tx) => tx.db.execute(`update auth_sessions set ip = '${ip}' where user_id = '${person.userId}'`));
    }
    const change = { add: { scope: "console", effect: "allow", network: "203.0.113.0/24" } } as const;
    const preview = await previewChange(from("203.0.113.5"), change);
    expect(preview.cutOff.map((each) => each.id)).toContain(outside.userId);
    expect(preview.cutOff.map((each) => each.id)).not.toContain(inside.userId);
    expect(preview.refusals).toEqual([]);
    const approve = await previewChange(from("203.0.113.5"), { add: { ...change.add, scope: "approve" } });
    expect(approve.cutOff.map((each) => each.id)).toEqual([outside.userId]);
    expect((await previewChange(from("198.51.100.1"), change)).refusals.map((each) => each.code)).toEqual(["self_lockout"]);
    expect((await getIpRules(from("203.0.113.5"))).rules).toEqual([]);
  });
});

describe("while the database does not tell the rules", () => {
  test("a closed scope stays closed to everybody, an open one stays open, and what is denied stays denied", async () => {
    await addRule(from("203.0.113.5"), rule({ scope: "approve" }));
    await addRule(from("203.0.113.5"), rule({ effect: "deny", network: "198.51.100.0/24" }));
    await database.superuser`alter table ip_rules rename to ip_rules_gone`;
    try {
      await expect.poll(() => kindOf(requireAddress(guest("203.0.113.5"), "approve")), { timeout: minuteMs }).toBe("rules_unknown");
      expect(await kindOf(requireAddress(guest("192.0.2.1"), "console"))).toBe("allowed");
      expect(await kindOf(requireAddress(guest("198.51.100.1"), "console"))).toBe("address_refused");
    } finally {
      await database.superuser`alter table ip_rules_gone rename to ip_rules`;
    }
  });

  test("a process that never knew them lets nobody in but webhooks, whose signature decides", async () => {
    await database.superuser`alter table ip_rules rename to ip_rules_gone`;
    try {
      expect(await kindOf(requireAddress(guest("203.0.113.5"), "console"))).toBe("rules_unknown");
      expect(await kindOf(requireAddress(guest("203.0.113.5"), "webhooks"))).toBe("allowed");
    } finally {
      await database.superuser`alter table ip_rules_gone rename to ip_rules`;
    }
  });
});

describe("bans", () => {
  test("shut out console and API but no webhook, end in time, and are lifted with a reason", async () => {
    const placed = await placeBan(from("203.0.113.5"), { network: "198.51.100.0/24", reason, minutes: 15 });
    expect(await kindOf(requireAddress(guest("198.51.100.9"), "console"))).toBe("address_refused");
    expect(await kindOf(requireAddress(guest("198.51.100.9"), "client", "cl_x"))).toBe("address_refused");
    expect(await kindOf(requireAddress(guest("198.51.100.9"), "webhooks"))).toBe("allowed");
    expect(await kindOf(placeBan(from("203.0.113.5"), { network: "198.51.100.9/32", reason, minutes: 15 }))).toBe("already_banned");
    expect(await kindOf(placeBan(from("203.0.113.5"), { network: "203.0.113.0/28", reason, minutes: 15 }))).toBe("self_lockout");
    setClockOffsetMs(16 * minuteMs);
    expect(await kindOf(requireAddress(guest("198.51.100.9"), "console"))).toBe("allowed");
    setClockOffsetMs(0);
    await liftBan(from("203.0.113.5"), placed.bans[0]?.id ?? "", { reason });
    expect(await kindOf(requireAddress(guest("198.51.100.9"), "console"))).toBe("allowed");
    expect(await kindOf(liftBan(from("203.0.113.5"), placed.bans[0]?.id ?? "", { reason }))).toBe("unknown_ban");
  });

  const flood = async (ip: string): Promise<void> => {
    for (let asked = 0; asked < 700; asked += 1) await requireQuota(guest(ip), "guest").catch(() => undefined);
  };

  test("come by themselves for a stranger who keeps asking, for the whole /64, but never for this machine or a signed-in person's network", async () => {
    const [, , busy] = [await flood("2001:db8:1:2::3"), await flood("127.0.0.1"), await personWith("support")];
    await openFull(busy.userId, clockNow());
    await withTransaction(systemCtx("test"), (tx) => tx.db.execute(`update auth_sessions set ip = '192.0.2.77' where user_id = '${busy.userId}'`));
    await flood("192.0.2.77");
    const { bans } = await getIpRules(from("203.0.113.5"));
    expect(bans.map(({ network, source }) => ({ network, source }))).toEqual([{ network: "2001:db8:1:2::/64", source: "automatic" }]);
    expect(await kindOf(requireAddress(guest("2001:db8:1:2:ffff::1"), "console"))).toBe("address_refused");
    expect(await kindOf(requireAddress(guest("2001:db8:1:3::1"), "console"))).toBe("allowed");
  });
});

/** One raw statement, with the actor that the guard asks for. */
function raw(connection: typeof database.app, statement: string): Promise<unknown> {
  return connection.begin(async (sql) => {
    await sql`select set_config('app.actor', 'usr_x', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await sql.unsafe(statement);
  });
}

describe("the application's own database role", () => {
  test("rewrites and reopens no rule and no ban", async () => {
    await addRule(from("203.0.113.5"), { ...rule(), network: "203.0.113.0/24" });
    await placeBan(from("203.0.113.5"), { network: "198.51.100.77/32", reason, minutes: 15 });
    for (const change of ["network = '10.0.0.0/8'", "scope = 'webhooks'", "effect = 'deny'", "expires_at = now()", "ended_at = now(), ended_by = 'usr_other'"])
      await expect(raw(database.app, `update ip_rules set ${change}`), change).rejects.toMatchObject({ code: "CS060" });
    for (const change of ["network = '10.0.0.0/8'", "expires_at = placed_at", "lifted_at = now(), lifted_by = 'usr_x', network = '10.0.0.0/8'"])
      await expect(raw(database.app, `update ip_bans set ${change}`), change).rejects.toMatchObject({ code: "CS060" });
    await raw(database.app, "update ip_rules set ended_at = now(), ended_by = 'usr_x' where ended_at is null");
    await raw(database.app, "update ip_bans set lifted_at = now(), lifted_by = 'usr_x' where lifted_at is null");
    await expect(raw(database.app, "update ip_rules set ended_at = null, ended_by = null")).rejects.toMatchObject({ code: "CS060" });
    await expect(raw(database.app, "update ip_bans set lifted_at = null, lifted_by = null")).rejects.toMatchObject({ code: "CS060" });
    await forgetEdge();
  });

  test("pauses no rules, and nobody does for longer than a day", async () => {
    const pause = (hours: number) =>
      `insert into ip_pauses (id, reason, paused_by, started_at, until) values ('ipp_evil', 'x', 'operator:evil', now(), now() + interval '${hours} hours')`;
    await expect(raw(database.app, pause(1))).rejects.toThrow(/permission denied/);
    await expect(raw(database.owner, pause(25))).rejects.toThrow(/ip_pauses_length/);
  });
});

/** As the terminal's command does it: over the owner role's connection. */
async function asTerminal(run: () => Promise<unknown>): Promise<void> {
  await closePools();
  setConfig({ ...database.config, database: { ...database.config.database, app: database.urls.owner } });
  try {
    await run();
  } finally {
    await closePools();
    setConfig(database.config);
  }
}

describe("break-glass", () => {
  test("an operator suspends rules and bans for some minutes, which nobody can do over HTTP, and the trail names the operator", async () => {
    await addRule(from("203.0.113.5"), rule());
    await placeBan(from("203.0.113.5"), { network: "198.51.100.9/32", reason, minutes: 15 });
    expect(await kindOf(pauseIpRules(from("203.0.113.5"), { minutes: 10, reason }))).toBe("terminal_only");
    await expect(pauseIpRules(systemCtx("root", "operator"), { minutes: 10, reason })).rejects.toThrow();
    await asTerminal(() => pauseIpRules(systemCtx("root", "operator"), { minutes: 10, reason }));
    await forgetEdge();
    for (const ip of ["198.51.100.9", "192.0.2.1", null]) expect(await kindOf(requireAddress(guest(ip), "console")), String(ip)).toBe("allowed");
    setClockOffsetMs(10 * minuteMs + 1000);
    expect(await kindOf(requireAddress(guest("192.0.2.1"), "console"))).toBe("address_refused");
    const [row] = await database.superuser<{ actor: string }[]>`select actor_id as actor from audit_log where verb = 'ip_rules.pause'`;
    expect(row?.actor).toBe("operator:root");
  });
});

describe("the proxy in front", () => {
  test("whoever comes around it without its secret is refused, whatever else they send", async () => {
    setConfig({ ...database.config, trustedHops: 1, edgeSecret: sensitive("s".repeat(32)) });
    expect(await kindOf(requireEdge(guest(null), new Headers({ "x-forwarded-for": "203.0.113.5" })))).toBe("not_through_edge");
    expect(await kindOf(requireEdge(guest(null), new Headers({ "x-edge-secret": "s".repeat(31) })))).toBe("not_through_edge");
    expect(await kindOf(requireEdge(guest(null), new Headers({ "x-edge-secret": "s".repeat(32) })))).toBe("allowed");
  });
});

import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { setConfig } from "@/lib/config";
import { closePools, systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { countryOf } from "@/lib/monitoring";
import { ctxOf, personWith, type Person } from "@/lib/testing/payouts";
import { useDatabase } from "@/lib/testing/database";
import { forgetRules } from "@/lib/testing/edge";
import { guestAt, openFull } from "@/lib/testing/people";
import { kindOf } from "@/lib/testing/refusals";
import { clockNow } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { addRuleInput, countryCodes, previewInput, type AddRuleInput, type IpScope } from "./contract.ts";
import { addRule, endRule, getIpRules, pauseIpRules, previewChange, requireAddress } from "./index.ts";
import { judgeAddress, type OpenRule } from "./policy.ts";
import { forgetEdge } from "./snapshot.ts";

const database = useDatabase();
const reason = "A reason that is long enough.";
// As the database that comes with the program places them.
const [india, otherIndia, america, nowhere, inside] = ["49.36.1.1", "49.36.200.9", "8.8.8.8", "203.0.113.5", "10.0.0.1"];
let owner: Person;

beforeAll(async () => {
  await ensureVaultKeys(systemCtx("test"));
  owner = await personWith("owner");
});
afterEach(async () => {
  setConfig(database.config);
  await forgetRules(database);
});

const from = (ip: string | null): Ctx => ({ ...ctxOf(owner), ip });
const rule = (given: Partial<AddRuleInput> = {}): AddRuleInput => ({ scope: "console", effect: "allow", country: "IN", reason, ...given });

const enter = (ip: string | null, scope: IpScope = "console", clientId?: string): Promise<string> => kindOf(requireAddress(guestAt(clockNow(), ip), scope, clientId));

describe("what countries say of an address", () => {
  const list = (...rules: [OpenRule["effect"], string][]): OpenRule[] =>
    rules.map(([effect, place]) => ({ scope: "console", clientId: null, effect, network: place.includes("/") ? place : null, country: place.includes("/") ? null : place }));
  const cases: [what: string, rules: OpenRule[], country: string | null, allowed: boolean][] = [
    ["an allowed country lets in its own", list(["allow", "IN"]), "IN", true],
    ["and no other", list(["allow", "IN"]), "US", false],
    ["and nobody whose country is unknown", list(["allow", "IN"]), null, false],
    ["two allowed countries let in both", list(["allow", "IN"], ["allow", "SG"]), "SG", true],
    ["a network beside it lets in an address without a country", list(["allow", "IN"], ["allow", "203.0.113.0/24"]), null, true],
    ["a denied country shuts out its own", list(["deny", "US"]), "US", false],
    ["and nobody else", list(["deny", "US"]), "IN", true],
    ["and no address without a country", list(["deny", "US"]), null, true],
    ["a denied country wins over an allowed network in it", list(["deny", "US"], ["allow", "203.0.113.0/24"]), "US", false],
    ["a denied network wins over its allowed country", list(["allow", "IN"], ["deny", "203.0.113.0/24"]), "IN", false],
  ];
  test.each(cases)("%s", (...[, rules, country, allowed]) => {
    expect(judgeAddress(rules, { scope: "console", ip: nowhere, country }).allowed).toBe(allowed);
  });
});

describe("a rule by country", () => {
  test("closes its scope to every other country and to addresses that are in none, until it ends, with trail and event", async () => {
    const { rules } = await addRule(from(india), rule());
    expect(rules).toMatchObject([{ country: "IN", network: null }]);
    for (const ip of [india, otherIndia, `::ffff:${otherIndia}`]) expect(await enter(ip), ip).toBe("allowed");
    for (const ip of [america, nowhere, inside, "127.0.0.1", "::1", null]) expect(await enter(ip), String(ip)).toBe("address_refused");
    expect(await enter(america, "approve")).toBe("allowed");
    expect(await enter(america, "webhooks")).toBe("allowed");
    await endRule(from(india), rules[0]?.id ?? "", { reason });
    expect(await enter(america)).toBe("allowed");
    const trail = await database.superuser<
      { detail: string }[]
    >`select verb || ' ' || coalesce(before, after)::text as detail from audit_log where verb like 'ip_rule.%' order by id`;
    expect(trail.map((row) => /ip_rule\.(add|end).*"country": ?"IN"/.test(row.detail))).toEqual([true, true]);
    const events = await database.superuser<{ event: string }[]>`select distinct event from security_events where event like 'ip%' order by 1`;
    expect(events.map((row) => row.event)).toEqual(["ip.refused", "ip_rule.added", "ip_rule.ended"]);
  });

  test("shuts a country out of one API client and of no other", async () => {
    await addRule(from(india), rule({ scope: "client", effect: "deny", country: "US", clientId: "cl_a" }));
    expect(await enter(america, "client", "cl_a")).toBe("address_refused");
    expect(await enter(america, "client", "cl_b")).toBe("allowed");
    expect(await enter(india, "client", "cl_a")).toBe("allowed");
    expect(await enter(inside, "client", "cl_a")).toBe("allowed");
  });

  test("shuts nobody out who makes it or ends it: not from another country, nor from an address that is in none", async () => {
    for (const ip of [america, inside, "127.0.0.1", null]) expect(await kindOf(addRule(from(ip), rule())), String(ip)).toBe("self_lockout");
    expect(await kindOf(addRule(from(america), rule({ effect: "deny", country: "US" })))).toBe("self_lockout");
    const { rules } = await addRule(from(india), rule());
    expect(await kindOf(addRule(from(india), rule()))).toBe("rule_exists");
    await addRule(from(india), rule({ country: "US" }));
    expect(await kindOf(endRule(from(india), rules.find((each) => each.country === "IN")?.id ?? "", { reason }))).toBe("self_lockout");
  });

  test("is tried without being made: the dry run names who works in another country", async () => {
    const [here, abroad] = [await personWith("support"), await personWith("support")];
    for (const [person, ip] of [
      [here, otherIndia],
      [abroad, america],
    ] as const) {
      await openFull(person.userId, clockNow());
      await withTransaction(systemCtx("test"), (tx) => tx.db.execute(`update auth_sessions set ip = '${ip}' where user_id = '${person.userId}'`));
    }
    const preview = await previewChange(from(india), { add: { scope: "console", effect: "allow", country: "IN" } });
    expect(preview.cutOff.map(({ id, country }) => ({ id, country }))).toContainEqual({ id: abroad.userId, country: "US" });
    expect(preview.cutOff.map((each) => each.id)).not.toContain(here.userId);
    expect(preview.refusals).toEqual([]);
    expect((await previewChange(from(america), { add: { scope: "console", effect: "allow", country: "IN" } })).refusals.map((each) => each.code)).toEqual(["self_lockout"]);
    expect((await getIpRules(from(india))).rules).toEqual([]);
  });

  test("is suspended with all others by the terminal's command", async () => {
    await addRule(from(india), rule());
    await closePools();
    setConfig({ ...database.config, database: { ...database.config.database, app: database.urls.owner } });
    await pauseIpRules(systemCtx("root", "operator"), { minutes: 10, reason });
    await closePools();
    setConfig(database.config);
    await forgetEdge();
    expect(await enter(america)).toBe("allowed");
  });
});

describe("what no rule may say", () => {
  const add = { scope: "console", effect: "allow" } as const;
  test.each([
    ["neither network nor country", add],
    ["both at once", { ...add, network: "203.0.113.0/24", country: "IN" }],
    ["a country that is none", { ...add, country: "XX" }],
    ["a country in small letters", { ...add, country: "in" }],
    ["several in one", { ...add, country: ["IN", "US"] }],
    ["a country for senders of webhooks", { ...add, scope: "webhooks", country: "IN" }],
  ])("%s is refused at the door", (_, change) => {
    expect(addRuleInput.safeParse({ ...change, reason }).success).toBe(false);
    expect(previewInput.safeParse({ add: change }).success).toBe(false);
  });

  test.each([
    ["both", "'console', '203.0.113.0/24', 'IN'"],
    ["neither", "'console', null, null"],
    ["a sender's country", "'webhooks', null, 'IN'"],
    ["no country's letters", "'console', null, 'india'"],
  ])("%s is refused by the database too", async (_, values) => {
    const insert = database.app.begin(async (sql) => {
      await sql`select set_config('app.actor', 'usr_x', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql.unsafe(`insert into ip_rules (id, scope, network, country, effect, reason, created_by, created_at) select 'ipr_x', ${values}, 'deny', 'x', 'usr_x', now()`);
    });
    await expect(insert).rejects.toMatchObject({ code: "23514" });
  });

  test("every country of the database that comes with the program can be named", async () => {
    const samples = await Promise.all(["49.36.1.1", "8.8.8.8", "1.1.1.1", "2a00:1450::1", "2405:200::1", "196.10.0.1", "200.1.1.1"].map(countryOf));
    for (const country of samples) expect(countryCodes).toContain(country);
  });
});

test.each([
  ["mapped", "::ffff:8.8.8.8"],
  ["6to4", "2002:808:808::1"],
  ["translated (NAT64)", "64:ff9b::808:808"],
  ["translated (SIIT)", "::ffff:0:808:808"],
  ["Teredo", "2001:0:4136:e378:8000:63bf:f7f7:f7f7"],
])("an IPv4 address in IPv6 clothes (%s) is where the IPv4 one is, so a denied country stays denied", async (_, ip) => {
  expect(await countryOf(ip)).toBe("US");
  await addRule(from(india), rule({ effect: "deny", country: "US" }));
  expect(await enter(ip)).toBe("address_refused");
  expect(await enter("2002:3124:101::1"), "49.36.1.1 as 6to4").toBe("allowed");
});

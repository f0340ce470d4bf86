import { afterEach, beforeAll, expect, test } from "vitest";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { useDatabase } from "@/lib/testing/database";
import { forgetRules } from "@/lib/testing/edge";
import { kindOf } from "@/lib/testing/refusals";
import { ctxOf, personWith, type Person } from "@/lib/testing/payouts";
import { guestAt, openFull, openFullIn } from "@/lib/testing/people";
import { clockNow } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { banAutomatically } from "./bans.ts";
import { addRule, getIpRules, placeBan, requireAddress, requireQuota } from "./index.ts";
import { isShutOut, isWithin } from "./policy.ts";

// An IPv4 address that reaches us as IPv6 is still the same caller: whoever is shut out stays so in every guise.
const database = useDatabase();
const reason = "A reason that is long enough.";
let owner: Person;

beforeAll(async () => {
  await ensureVaultKeys(systemCtx("test"));
  owner = await personWith("owner");
});
afterEach(async () => {
  await forgetRules(database);
});

const from = (ip: string): Ctx => ({ ...ctxOf(owner), ip });

const enter = (ip: string): Promise<string> => kindOf(requireAddress(guestAt(clockNow(), ip), "console"));

/** 198.51.100.9 in clothes. */
const clothes = [
  ["mapped", "::ffff:198.51.100.9"],
  ["6to4", "2002:c633:6409:1::1"],
  ["translated (NAT64)", "64:ff9b::198.51.100.9"],
  ["translated (SIIT)", "::ffff:0:198.51.100.9"],
  ["Teredo", "2001:0:4136:e378:8000:63bf:39cc:9bf6"],
] as const;
const stranger = "2002:c000:0201::1";

test.each(clothes)("a denied network stays denied in IPv6 clothes (%s)", async (_, ip) => {
  await addRule(from("203.0.113.5"), { scope: "console", effect: "deny", network: "198.51.100.0/24", reason });
  expect(await enter(ip)).toBe("address_refused");
  expect(await enter(stranger)).toBe("allowed");
});

test.each(clothes)("and so does a banned one (%s)", async (_, ip) => {
  await placeBan(from("203.0.113.5"), { network: "198.51.100.9/32", reason, minutes: 15 });
  expect(await enter(ip)).toBe("address_refused");
  expect(await enter(stranger)).toBe("allowed");
});

test.each(clothes.slice(1))("an allowed network lets nobody in by their clothes (%s), because those are the sender's own word", async (_, ip) => {
  await addRule(from("198.51.100.9"), { scope: "console", effect: "allow", network: "198.51.100.0/24", reason });
  expect(await enter("198.51.100.9")).toBe("allowed");
  expect(await enter(ip)).toBe("address_refused");
});

test("clothes that are denied by their own network are denied whatever lies beneath", async () => {
  await addRule(from("203.0.113.5"), { scope: "console", effect: "deny", network: "2002::/16", reason });
  expect(await enter(stranger)).toBe("address_refused");
  expect(await enter("192.0.2.1")).toBe("allowed");
});

test("nobody in clothes shuts themselves out beneath them", async () => {
  for (const [, ip] of clothes) {
    expect(await kindOf(placeBan(from(ip), { network: "198.51.100.0/24", reason, minutes: 15 })), ip).toBe("self_lockout");
    expect(await kindOf(addRule(from(ip), { scope: "console", effect: "deny", network: "198.51.100.0/24", reason })), ip).toBe("self_lockout");
  }
});

test("a ban that comes by itself holds for the address beneath, and for nobody else who wears the same clothes; never for this machine or where somebody works", async () => {
  const flood = async (ip: string): Promise<void> => {
    for (let asked = 0; asked < 700; asked += 1) await requireQuota(guestAt(clockNow(), ip), "guest").catch(() => undefined);
  };
  const busy = await personWith("support");
  await openFull(busy.userId, clockNow());
  await withTransaction(systemCtx("test"), (tx) => tx.db.execute(`update auth_sessions set ip = '64:ff9b::c000:24d' where user_id = '${busy.userId}'`));
  for (const ip of ["64:ff9b::c633:6409", "2002:7f00:1::1", "64:ff9b::c000:24d"]) await flood(ip);
  const { bans } = await getIpRules(from("203.0.113.5"));
  expect(bans.map(({ network, source }) => ({ network, source }))).toEqual([{ network: "198.51.100.9/32", source: "automatic" }]);
  expect(await enter("64:ff9b::c633:6409")).toBe("address_refused");
  expect(await enter("64:ff9b::c633:640a")).toBe("allowed");
});

test("what is no address is in no network", () => {
  expect([isShutOut("nowhere", "0.0.0.0/0"), isWithin("nowhere", "0.0.0.0/0")]).toEqual([false, false]);
});

test.each([
  ["6to4", "2002:c633:6464:1::1", "198.51.100.100"],
  ["translated", "64:ff9b::198.51.100.101", "198.51.100.101"],
  ["Teredo, through another server", "2001:0:102:304::39cc:9b99", "2001:0:4136:e378:8000:63bf:39cc:9b99"],
])("a stranger's limits do not shut out whoever is signed in from the same address in other clothes (%s)", async (_, worksFrom, asksFrom) => {
  await openFullIn(guestAt(clockNow(), worksFrom), owner.userId);
  await banAutomatically(guestAt(clockNow(), asksFrom));
  expect(await enter(worksFrom)).toBe("allowed");
});

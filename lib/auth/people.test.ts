import { beforeAll, expect, test } from "vitest";
import { toxicPairs } from "@/lib/access";
import { systemCtx, withTransaction } from "@/lib/context";
import { useDatabase } from "@/lib/testing/database";
import { newPerson } from "@/lib/testing/people";
import { plusMs, minuteMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { countPeopleWith, createPerson, disablePerson, endRole, grantRole, peopleNames } from "./index.ts";

const database = useDatabase();
const operator = () => systemCtx("test", "operator");

beforeAll(() => ensureVaultKeys(systemCtx("test")));

test("roles that together let one person move money alone are refused at assignment, in either order", async () => {
  const ordered = toxicPairs().flatMap(
    ([one, other]) =>
      [
        [one, other],
        [other, one],
      ] as const,
  );
  // One after the other: each makes a person, and hashing their passwords all at once would outlast a transaction on a busy machine.
  for (const [one, other] of ordered) {
    const person = await newPerson([one]);
    await expect(withTransaction(operator(), (tx) => grantRole(tx, { userId: person.userId, role: other }))).rejects.toMatchObject({ kind: "toxic_roles" });
  }
  await expect(newPerson(["support", ...(ordered[0] ?? [])])).rejects.toMatchObject({ kind: "toxic_roles" });
});

test("two grants at the same moment cannot make a toxic pair between them", async () => {
  const person = await newPerson(["support"]);
  const outcomes = await Promise.allSettled(
    (["finance_maker", "finance_admin"] as const).map((role) => withTransaction(operator(), (tx) => grantRole(tx, { userId: person.userId, role }))),
  );
  expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
});

test("a refused person leaves nothing behind, and the same address in other letters is the same person", async () => {
  const [before] = await database.readonly<{ users: bigint }[]>`select count(*) as users from users`;
  const email = "Someone.New@Example.com";
  const add = (given: { email: string; password: string }) => withTransaction(operator(), (tx) => createPerson(tx, { ...given, name: "Someone New", roles: [] }));
  await expect(add({ email, password: "too short" })).rejects.toMatchObject({ kind: "weak_password" });
  await add({ email, password: "long enough to be one" });
  await expect(add({ email: " someone.new@example.COM ", password: "long enough to be one" })).rejects.toMatchObject({ kind: "person_exists" });
  const [after] = await database.readonly<{ users: bigint }[]>`select count(*) as users from users`;
  expect(Number(after?.users) - Number(before?.users)).toBe(1);
});

test("only people who are active and hold the role now are counted", async () => {
  const count = () => countPeopleWith("payouts.approve");
  const before = await count();
  const [one, other] = await Promise.all([newPerson(["finance_admin"]), newPerson(["finance_admin"])]);
  expect(await count()).toBe(before + 2);
  await withTransaction(operator(), (tx) => endRole(tx, { userId: one.userId, role: "finance_admin", reason: "moved on" }));
  expect(await count()).toBe(before + 1);
  await withTransaction(operator(), (tx) => disablePerson(tx, { userId: other.userId, reason: "left" }));
  expect(await count()).toBe(before);
  const guest = await newPerson(["support"]);
  const ctx = { ...operator(), now: plusMs(operator().now, -2 * minuteMs) };
  await withTransaction(ctx, (tx) => grantRole(tx, { userId: guest.userId, role: "finance_admin", validUntil: plusMs(ctx.now, minuteMs) }));
  expect(await count()).toBe(before);
});

test("names are found for people and left out for everyone else", async () => {
  const person = await newPerson(["support"]);
  expect(await peopleNames([person.userId, person.userId, "system:worker"])).toEqual(new Map([[person.userId, "Test Person"]]));
});

test("nobody signed in can add people or change roles: there is no permission for it", async () => {
  const person = await newPerson(["owner"]);
  const ctx = { ...operator(), actor: { kind: "user", userId: person.userId, sessionId: "ses_x", roles: ["owner"], permissions: [], factor: "totp" } as const };
  await expect(withTransaction(ctx, (tx) => grantRole(tx, { userId: person.userId, role: "security_admin" }))).rejects.toMatchObject({ code: "forbidden" });
});

test("the database holds no e-mail address, name, password or secret of a person in the clear", async () => {
  const person = await newPerson(["support"]);
  for (const { table } of await database.owner<{ table: string }[]>`select tablename as table from pg_tables where schemaname = 'public'`) {
    const rows = await database.owner.unsafe<{ text: string }[]>(`select t::text as text from public."${table}" t`);
    const all = rows.map((row) => row.text).join("\n");
    for (const value of [person.email, person.password, person.totpSecret, "Test Person"]) {
      expect(all).not.toContain(value);
      expect(all).not.toContain(Buffer.from(value).toString("hex"));
    }
  }
});

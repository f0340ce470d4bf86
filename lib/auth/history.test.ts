import { expect, test } from "vitest";
import { setConfig } from "@/lib/config";
import { isAppError } from "@/lib/errors";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, newPerson } from "@/lib/testing/people";
import { clockNow } from "@/lib/time";
import { signInInHistory } from "./index.ts";

const database = useDatabase();

const sessionsOf = async (userId: string) =>
  (await database.superuser`select level, ended_reason from auth_sessions where user_id = ${userId} order by id`).map((row) => ({ ...row }));

test("a demo's history signs people in by a code of theirs alone, and nothing but a demo does", async () => {
  const person = await newPerson(["auditor"]);
  const given = { userId: person.userId, code: await codeAt(person.totpSecret, clockNow()) };
  setConfig({ ...database.config, mode: "sandbox" });
  const refused = await signInInHistory(guestAt(clockNow()), given).catch((error: unknown) => error);
  expect(isAppError(refused, "not_a_demo")).toBe(true);
  expect(await sessionsOf(person.userId)).toEqual([]);
  setConfig({ ...database.config, mode: "demo" });
  const wrong = await signInInHistory(guestAt(clockNow()), { ...given, code: given.code === "000000" ? "111111" : "000000" }).catch((error: unknown) => error);
  expect(isAppError(wrong, "wrong_code")).toBe(true);
  await signInInHistory(guestAt(clockNow()), given);
  expect((await sessionsOf(person.userId)).filter(({ level }) => level === "full")).toEqual([{ level: "full", ended_reason: null }]);
});

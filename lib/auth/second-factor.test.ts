import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, newPerson, type TestPerson } from "@/lib/testing/people";
import { minuteMs, parseInstant, plusMs, secondMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { toSignIn } from "./factor-use.ts";
import { checkCode as check, consumeCode, type CheckedCode } from "./second-factor.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);
const at = (seconds: number): Date => plusMs(start, seconds * secondMs);

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const checkCode = (ctx: Ctx, userId: string, code: string) => check(ctx, userId, { code, use: toSignIn(userId) });

async function use(person: TestPerson, code: string, now: Date): Promise<CheckedCode> {
  const ctx = guestAt(now);
  const checked = await checkCode(ctx, person.userId, code);
  await withTransaction(ctx, (tx) => consumeCode(tx, checked));
  return checked;
}

async function wrong(person: TestPerson, now: Date): Promise<string> {
  const right = new Set(await Promise.all([now, plusMs(now, -30 * secondMs)].map((when) => codeAt(person.totpSecret, when))));
  return ["000000", "111111", "222222"].find((code) => !right.has(code)) ?? "333333";
}

async function kindOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "accepted";
  } catch (error) {
    return error instanceof AppError ? error.kind : String(error);
  }
}

describe("a code works once", () => {
  test("of twenty uses of one checked code at the same moment, one wins and the others change nothing", async () => {
    const person = await newPerson(["auditor"]);
    const code = await codeAt(person.totpSecret, at(3));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => kindOf(use(person, code, at(3)))));
    expect(outcomes.filter((outcome) => outcome === "accepted")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "code_used")).toHaveLength(19);
  });

  test("a used code is refused with the seconds until the next one is good, and does not count as a failure", async () => {
    const person = await newPerson(["auditor"]);
    const code = await codeAt(person.totpSecret, at(3));
    await use(person, code, at(3));
    for (let again = 0; again < 6; again += 1) {
      const refused = await use(person, code, at(12)).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: "conflict",
        kind: "code_used",
        message: "This code was already used. The next one is good in 18 seconds.",
        detail: { nextInSeconds: "18" },
        retryAfterSeconds: 18,
      });
    }
    expect(await database.app`select 1 from auth_limits where key = ${`code:${person.userId}`}`).toHaveLength(0);
    await use(person, await codeAt(person.totpSecret, at(30)), at(30));
  });

  test("an older code is refused after a newer one, even within its grace", async () => {
    const person = await newPerson(["auditor"]);
    const older = await codeAt(person.totpSecret, at(29));
    await use(person, await codeAt(person.totpSecret, at(31)), at(31));
    expect(await kindOf(use(person, older, at(32)))).toBe("code_used");
  });

  test("a step ahead of the clock, left by a faster process, refuses the code instead of failing", async () => {
    const person = await newPerson(["auditor"]);
    await use(person, await codeAt(person.totpSecret, at(30)), at(30));
    expect(await kindOf(use(person, await codeAt(person.totpSecret, at(29)), at(29)))).toBe("code_used");
  });

  test("a code is good for five seconds after its half minute, and not for six", async () => {
    const person = await newPerson(["auditor"]);
    const code = await codeAt(person.totpSecret, at(29));
    expect(await kindOf(checkCode(guestAt(at(36)), person.userId, code))).toBe("wrong_code");
    expect(await kindOf(checkCode(guestAt(at(34)), person.userId, code))).toBe("accepted");
    expect(await kindOf(checkCode(guestAt(at(-1)), person.userId, await codeAt(person.totpSecret, at(0))))).toBe("wrong_code");
  });
});

describe("guessing", () => {
  test("five wrong codes block the account for fifteen minutes, and then the right one is refused unseen", async () => {
    const person = await newPerson(["auditor"]);
    for (let guess = 0; guess < 5; guess += 1) expect(await kindOf(use(person, await wrong(person, at(3)), at(3)))).toBe("wrong_code");
    const blocked = await use(person, await codeAt(person.totpSecret, at(3)), at(3)).catch((error: unknown) => error);
    expect(blocked).toMatchObject({ code: "too_many_requests", retryAfterSeconds: 900 });
    const later = plusMs(at(3), 15 * minuteMs);
    expect(await kindOf(use(person, await codeAt(person.totpSecret, later), later))).toBe("accepted");
  });

  test("of any number of guesses at once no more than five are looked at, so a right one among many is mostly lost", async () => {
    const person = await newPerson(["auditor"]);
    const guess = await wrong(person, at(3));
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => kindOf(use(person, guess, at(3)))));
    expect(outcomes.filter((outcome) => outcome === "wrong_code")).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === "too_many_attempts")).toHaveLength(35);
  });

  test("right codes never count, however many and however fast", async () => {
    const person = await newPerson(["auditor"]);
    for (let step = 0; step < 12; step += 1) await use(person, await codeAt(person.totpSecret, at(step * 30)), at(step * 30));
    expect(await database.app`select 1 from auth_limits where key = ${`code:${person.userId}`}`).toHaveLength(0);
  });

  test("every refusal leaves a row in the trail that names the person and the reason", async () => {
    const person = await newPerson(["auditor"]);
    await kindOf(use(person, await wrong(person, at(3)), at(3)));
    const rows = await database.readonly`select outcome, reason from audit_log where verb = 'auth.second_factor' and object_id = ${person.userId}`;
    expect(rows.map((row) => ({ ...row }))).toEqual([{ outcome: "denied", reason: "wrong_code" }]);
  });
});

test("other scripts' digits, other lengths, spaces, null and lists are no codes", async () => {
  const person = await newPerson(["auditor"]);
  const right = await codeAt(person.totpSecret, at(3));
  const arabic = right.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit)));
  for (const odd of [arabic, ` ${right}`, `${right}\n`, right.slice(1), `${right}0`, "", "12345a", null, undefined, [right], { toString: () => right }, Number(right)]) {
    expect(await kindOf(checkCode(guestAt(at(3)), person.userId, odd as string))).toBe("invalid_code");
  }
  expect(await kindOf(use(person, right, at(3)))).toBe("accepted");
});

test("a person without a confirmed factor cannot approve with a pending one", async () => {
  const person = await newPerson(["auditor"], { enrolled: false });
  expect(await kindOf(checkCode(guestAt(at(3)), person.userId, "123456"))).toBe("not_enrolled");
});

import { beforeAll, describe, expect, test } from "vitest";
import { can } from "@/lib/access";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { SoftAuthenticator, type Lies } from "@/lib/testing/authenticator";
import { placeSetting, useDatabase } from "@/lib/testing/database";
import { guestAt, headersFor, newPerson, openFull, type TestPerson } from "@/lib/testing/people";
import { minuteMs, parseInstant, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import {
  addPasskey,
  assertPasskey,
  authenticate,
  consumePasskey,
  disablePerson,
  listPasskeys,
  passkeyAtDoor,
  passkeySecondStep,
  removePasskey,
  renamePasskey,
  requireStepUp,
  signInAtDoor,
  signInWithPassword,
  signInWithPasskey,
  signingOptions,
  startPasskey,
  stepUp,
  stepUpOptions,
  toSignPayout,
} from "./index.ts";
import { mayRemovePasskey, permissionsHeld } from "./policy.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const enter = (headers: Headers, now = start): Promise<Ctx> => authenticate(new Request("http://localhost/api/me", { headers }), guestAt(now));
const device = (given: { counts?: boolean } = {}) => new SoftAuthenticator(database.config.appOrigin, given);

async function kindOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "accepted";
  } catch (error) {
    return error instanceof AppError ? `${error.kind}${error.detail["reason"] === undefined ? "" : ` ${error.detail["reason"]}`}` : String(error);
  }
}

type Owner = { person: TestPerson; ctx: Ctx; key: SoftAuthenticator; id: string };

async function owner(given: { counts?: boolean; roles?: Parameters<typeof newPerson>[0] } = {}): Promise<Owner> {
  const person = await newPerson(given.roles ?? ["auditor"], { now: plusMs(start, -minuteMs) });
  const ctx = await enter(await openFull(person.userId, start));
  const key = device(given);
  const { id } = await addPasskey(ctx, { name: "Laptop", response: key.register(await startPasskey(ctx)) });
  return { person, ctx, key, id };
}

async function pendingOf(person: TestPerson, now = start): Promise<Headers> {
  return headersFor((await signInWithPassword(guestAt(now), person)).ticket, now);
}

describe("adding a passkey", () => {
  test("keeps it under its name, shown with the others, renamed and removed by its owner alone", async () => {
    const { ctx, id } = await owner();
    const second = device();
    await addPasskey(ctx, { name: "Phone", response: second.register(await startPasskey(ctx)) });
    expect((await listPasskeys(ctx)).items.map((item) => item.name)).toEqual(["Laptop", "Phone"]);
    const stranger = (await owner()).ctx;
    expect([await kindOf(renamePasskey(stranger, { id, name: "Mine" })), await kindOf(removePasskey(stranger, id))]).toEqual(["unknown_passkey", "unknown_passkey"]);
    await renamePasskey(ctx, { id, name: "Old laptop" });
    await removePasskey(ctx, id);
    expect((await listPasskeys(ctx)).items.map((item) => item.name)).toEqual(["Phone"]);
    expect(await kindOf(removePasskey(ctx, id))).toBe("unknown_passkey");
  });

  test.each<[string, Lies]>([
    ["another origin", { origin: "https://countersign.example.evil" }],
    ["another site's name", { rpId: "evil.example" }],
    ["an unverified owner", { verified: false }],
    ["a signature instead of a new key", { type: "webauthn.get" }],
  ])("is refused from %s", async (_, lies) => {
    const ctx = await enter(await openFull((await newPerson(["auditor"])).userId, start));
    expect(await kindOf(addPasskey(ctx, { name: "Laptop", response: device().register(await startPasskey(ctx), lies) }))).toBe("passkey_refused registration");
    expect((await listPasskeys(ctx)).items).toEqual([]);
  });

  test("takes a challenge once, in the session that asked and within five minutes", async () => {
    const person = await newPerson(["auditor"]);
    const [here, elsewhere] = await Promise.all([0, 1].map(async () => enter(await openFull(person.userId, start))));
    if (here === undefined || elsewhere === undefined) throw new Error("two sessions were opened");
    const options = await startPasskey(here);
    const answer = device().register(options);
    expect(await kindOf(addPasskey(elsewhere, { name: "Laptop", response: answer }))).toBe("passkey_refused challenge");
    expect(await kindOf(addPasskey({ ...here, now: plusMs(start, 5 * minuteMs) }, { name: "Laptop", response: answer }))).toBe("passkey_refused challenge");
    expect(await kindOf(addPasskey(here, { name: "Laptop", response: answer }))).toBe("accepted");
    expect(await kindOf(addPasskey(here, { name: "Laptop", response: answer }))).toBe("passkey_refused challenge");
  });

  test("refuses a key that is already somebody's", async () => {
    const { key } = await owner();
    const ctx = await enter(await openFull((await newPerson(["auditor"])).userId, start));
    expect(await kindOf(addPasskey(ctx, { name: "Borrowed", response: key.register(await startPasskey(ctx)) }))).toBe("passkey_exists");
  });
});

describe("a passkey as the second step", () => {
  test("opens a full session that says so, and ends the half one", async () => {
    const { person, key } = await owner({ roles: ["finance_admin"] });
    const pending = await pendingOf(person);
    const { ticket, next } = await signInWithPasskey(guestAt(start), pending, { response: key.sign(await passkeySecondStep(guestAt(start), pending)) });
    expect(next).toBe("/overview");
    const ctx = await enter(await headersFor(ticket, start));
    expect(ctx.actor).toMatchObject({ kind: "user", userId: person.userId, factor: "passkey" });
    expect(await kindOf(passkeySecondStep(guestAt(start), pending))).toBe("signed_out");
  });

  test.each<[string, Lies]>([
    ["another origin", { origin: "https://countersign.example.evil" }],
    ["another site's name", { rpId: "evil.example" }],
    ["an unverified owner", { verified: false }],
    ["another person's handle", { userHandle: Buffer.from("usr_00000000000000000000000000").toString("base64url") }],
    ["a new key instead of a signature", { type: "webauthn.create" }],
  ])("is refused with %s, and the refusal is in the trail and among the events", async (_, lies) => {
    const { person, key } = await owner();
    const pending = await pendingOf(person);
    const response = key.sign(await passkeySecondStep(guestAt(start), pending), lies);
    expect(await kindOf(signInWithPasskey(guestAt(start), pending, { response }))).toMatch(/^passkey_refused (signature|another_person)$/);
    expect(
      await database.owner`select 1 from audit_log where verb = 'auth.second_factor' and after ->> 'factor' = 'passkey' and outcome = 'denied' and object_id = ${person.userId}`,
    ).toHaveLength(1);
    expect(await database.owner`select 1 from security_events where event = 'passkey.refused' and subject_user_id = ${person.userId}`).toHaveLength(1);
  });

  test("a signature works once, for the session it was made for, and another person's key never", async () => {
    const { person, key } = await owner();
    const stranger = await owner();
    const [first, second] = [await pendingOf(person), await pendingOf(person)];
    const options = await passkeySecondStep(guestAt(start), first);
    const response = key.sign(options);
    expect(await kindOf(signInWithPasskey(guestAt(start), second, { response }))).toBe("passkey_refused challenge");
    expect(await kindOf(signInWithPasskey(guestAt(start), first, { response: stranger.key.sign(options) }))).toBe("passkey_refused unknown_passkey");
    // The wrong try used the challenge up: the right answer to it comes too late.
    expect(await kindOf(signInWithPasskey(guestAt(start), first, { response }))).toBe("passkey_refused challenge");
    const again = key.sign(await passkeySecondStep(guestAt(start), first));
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => kindOf(signInWithPasskey(guestAt(start), first, { response: again }))));
    expect(outcomes.filter((outcome) => outcome === "accepted")).toHaveLength(1);
  });

  test("a removed one opens nothing", async () => {
    const { person, ctx, key, id } = await owner();
    const pending = await pendingOf(person);
    const options = await passkeySecondStep(guestAt(start), pending);
    await removePasskey(ctx, id);
    expect(await kindOf(signInWithPasskey(guestAt(start), pending, { response: key.sign(options) }))).toBe("passkey_refused unknown_passkey");
  });

  test("removing one ends what passkeys opened elsewhere, and spares the session at hand and those opened with a code", async () => {
    const { person, ctx, key, id } = await owner();
    const withCode = await openFull(person.userId, start);
    const pending = await pendingOf(person);
    const lost = await headersFor((await signInWithPasskey(guestAt(start), pending, { response: key.sign(await passkeySecondStep(guestAt(start), pending)) })).ticket, start);
    await removePasskey(ctx, id);
    expect([await kindOf(enter(lost)), await kindOf(enter(withCode)), await kindOf(listPasskeys(ctx))]).toEqual(["signed_out", "accepted", "accepted"]);
  });

  test("a counter that stands still or goes back is refused and raises an alarm", async () => {
    const { person, key } = await owner({ counts: true });
    for (const counter of [9, 9, 3]) {
      const pending = await pendingOf(person);
      const outcome = await kindOf(signInWithPasskey(guestAt(start), pending, { response: key.sign(await passkeySecondStep(guestAt(start), pending), { counter }) }));
      expect(outcome).toBe(counter === 9 && outcome === "accepted" ? "accepted" : "passkey_refused counter");
    }
    const rows = await database.owner<{ counter: string; uses: string }[]>`select counter, uses from passkeys where user_id = ${person.userId}`;
    expect(rows.map((row) => [Number(row.counter), Number(row.uses)])).toEqual([[9, 1]]);
    expect(await database.owner`select severity from security_events where event = 'passkey.copied' and subject_user_id = ${person.userId}`).toHaveLength(2);
  });
});

describe("a passkey without a password first", () => {
  test("signs in while strangers have locked the password, and only in the browser that asked", async () => {
    const { person, key } = await owner({ roles: ["finance_admin"] });
    for (let guess = 0; guess < 5; guess += 1) await kindOf(signInWithPassword(guestAt(start), { email: person.email, password: "not this one at all" }));
    expect(await kindOf(signInWithPassword(guestAt(start), person))).toBe("too_many_attempts");
    const { nonce, options } = await passkeyAtDoor(guestAt(start));
    expect(await kindOf(signInAtDoor(guestAt(start), null, { response: key.sign(options) }))).toBe("passkey_refused");
    const { ticket } = await signInAtDoor(guestAt(start), nonce, { response: key.sign(options) });
    expect((await enter(await headersFor(ticket, start))).actor).toMatchObject({ userId: person.userId, factor: "passkey" });
    expect(await kindOf(signInAtDoor(guestAt(start), nonce, { response: key.sign(options) }))).toBe("passkey_refused");
  });

  test("answers the unknown, the disabled, the forged and the nameless alike", async () => {
    const { person, key } = await owner();
    const attempt = async (response: (options: Record<string, unknown>) => ReturnType<SoftAuthenticator["sign"]>): Promise<unknown> => {
      const { nonce, options } = await passkeyAtDoor(guestAt(start));
      return signInAtDoor(guestAt(start), nonce, { response: response(options) }).catch((error: unknown) =>
        error instanceof AppError ? [error.kind, error.message, error.detail] : error,
      );
    };
    const expected = ["passkey_refused", "This passkey was not accepted here. Try again, or sign in with your password.", {}];
    expect(await attempt((options) => device().sign(options))).toEqual(expected);
    expect(await attempt((options) => key.sign(options, { origin: "https://evil.example" }))).toEqual(expected);
    expect(await attempt((options) => key.sign(options, { userHandle: null }))).toEqual(expected);
    await withTransaction(systemCtx("test", "operator"), (tx) => disablePerson(tx, { userId: person.userId, reason: "left" }));
    expect(await attempt((options) => key.sign(options))).toEqual(expected);
  });
});

describe("a passkey for a step-up", () => {
  test("opens the act it was asked for and no other", async () => {
    const { ctx, key } = await owner();
    const options = await stepUpOptions(ctx, "export");
    expect(await kindOf(stepUp(ctx, { act: "role", passkey: key.sign(options) }))).toBe("passkey_refused challenge");
    await stepUp(ctx, { act: "export", passkey: key.sign(options) });
    expect([await kindOf(requireStepUp(ctx, "export")), await kindOf(requireStepUp(ctx, "role"))]).toEqual(["accepted", "step_up_needed"]);
    expect(await kindOf(stepUp(ctx, { act: "export", passkey: key.sign(options) }))).toBe("passkey_refused challenge");
  });

  test("when refused, is told in the trail and among the events with the act it was for", async () => {
    const { person, ctx, key } = await owner();
    const response = key.sign(await stepUpOptions(ctx, "reveal"), { origin: "https://countersign.example.evil" });
    expect(await kindOf(stepUp(ctx, { act: "reveal", passkey: response }))).toBe("passkey_refused signature");
    const rows = await database.owner`select verb, reason, after from audit_log where outcome = 'denied' and actor_id = ${person.userId}`;
    expect(rows.map((row) => ({ ...row }))).toEqual([{ verb: "auth.step_up", reason: "signature", after: { act: "reveal", factor: "passkey" } }]);
    const [told] = await database.owner<{ fields: object }[]>`select fields from security_events where event = 'passkey.refused' and subject_user_id = ${person.userId}`;
    expect(told?.fields).toMatchObject({ act: "reveal", reason: "signature" });
  });
});

describe("a passkey over exactly given bytes, as approvals use it", () => {
  test("one flipped bit of what was to be signed is refused, and what is checked is used up once", async () => {
    const { person, ctx, key } = await owner({ counts: true });
    const use = toSignPayout(newId("payout"));
    const digest = new Uint8Array(32).fill(7);
    const other = new Uint8Array(digest);
    other[31] = 6;
    const response = key.sign(await signingOptions(digest, person.userId));
    expect(await kindOf(assertPasskey(ctx, person.userId, { use, challenge: other, response }))).toBe("passkey_refused signature");
    const checked = await assertPasskey(ctx, person.userId, { use, challenge: digest, response });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => kindOf(withTransaction(ctx, (tx) => consumePasskey(tx, checked)))));
    expect(outcomes.filter((outcome) => outcome === "accepted")).toHaveLength(1);
  });
});

describe("where approvers must hold passkeys", () => {
  test("finance admins may approve with two and not with fewer, and nobody else's rights change", () => {
    const held = (passkeys: number, passkeysRequired = true) => permissionsHeld(["finance_admin"], { passkeysRequired, passkeys });
    expect([held(0), held(1)].map((permissions) => permissions.includes("payouts.approve"))).toEqual([false, false]);
    expect([held(2), held(0, false)].map((permissions) => permissions.includes("payouts.approve"))).toEqual([true, true]);
    expect(held(0)).toContain("payouts.reject");
    expect(can({ roles: ["finance_admin"], permissions: held(1) }, "payouts.approve")).toMatchObject({ allowed: false, reasons: [{ wayOut: "Add them in your profile." }] });
    expect(can({ roles: ["auditor"], permissions: [] }, "payouts.approve")).toMatchObject({ allowed: false, reasons: [{ sentence: "Only finance admins may approve payouts." }] });
    expect(permissionsHeld(["finance_maker", "auditor"], { passkeysRequired: true, passkeys: 0 })).toEqual(
      permissionsHeld(["finance_maker", "auditor"], { passkeysRequired: false, passkeys: 0 }),
    );
  });

  test("the next request knows it, and the last two keys cannot be removed", async () => {
    const { person, id, ctx } = await owner({ roles: ["finance_admin"] });
    await placeSetting(database, "passkeysRequiredForApprovers", true);
    try {
      const headers = await openFull(person.userId, start);
      expect((await enter(headers)).actor.permissions).not.toContain("payouts.approve");
      await addPasskey(ctx, { name: "Phone", response: device().register(await startPasskey(ctx)) });
      expect((await enter(headers)).actor.permissions).toContain("payouts.approve");
      expect(await kindOf(removePasskey(ctx, id))).toBe("passkey_needed");
      await addPasskey(ctx, { name: "Key ring", response: device().register(await startPasskey(ctx)) });
      expect(await kindOf(removePasskey(ctx, id))).toBe("accepted");
    } finally {
      await placeSetting(database, "passkeysRequiredForApprovers", false);
    }
  });

  test("whoever is not an approver may remove the last one", () => {
    expect(mayRemovePasskey({ required: false, passkeys: 1 })).toEqual({ allowed: true });
  });
});

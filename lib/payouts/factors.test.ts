import { beforeEach, expect, test } from "vitest";
import { readPublicKey, verifyTrail } from "@/lib/audit";
import { addPasskey, disablePerson, findSession, freezePayoutRights, startPasskey } from "@/lib/auth";
import { config } from "@/lib/config";
import { systemCtx, withTransaction } from "@/lib/context";
import type { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { SoftAuthenticator } from "@/lib/testing/authenticator";
import { ask, ctxOf, passTime, personWith, signAs, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { codeAt, openFull } from "@/lib/testing/people";
import { clockNow, hourMs } from "@/lib/time";
import { approvePayout, dispatchPayout, getPayout, startApproval } from "./index.ts";
import { loadPayout, statementOf } from "./load.ts";

const desk = usePayoutDesk();
beforeEach(() => passTime(31_000));

async function withDevice(): Promise<{ person: Person; device: SoftAuthenticator }> {
  const someone = await personWith("finance_admin");
  const session = await findSession(await openFull(someone.userId, clockNow()), systemCtx("test", "guest"));
  const person = { ...someone, sessionId: session?.actor.sessionId ?? "" };
  const device = new SoftAuthenticator(config().appOrigin);
  await addPasskey(ctxOf(person), { name: "Laptop", response: device.register(await startPasskey(ctxOf(person))) });
  return { person, device };
}

async function begin(person: Person, payoutId: string) {
  const { statement } = await getPayout(ctxOf(person), payoutId);
  return startApproval(ctxOf(person), payoutId, { digest: statement.digest });
}

const kindOf = (act: Promise<unknown>) =>
  act.then(
    () => "done",
    (error: AppError) => error.kind,
  );

test("a passkey signs a payout: its challenge is the envelope of exactly this statement, and the line says so", async () => {
  const { person, device } = await withDevice();
  const { id } = await ask(desk, 210_000n);
  const { challengeId, passkey } = await begin(person, id);
  const outcome = await approvePayout(ctxOf(person), id, { challengeId, passkey: device.sign(passkey ?? {}) });
  expect(outcome.status).toBe("approved");
  const { signatures, timeline } = await getPayout(ctxOf(person), id);
  expect(signatures).toContainEqual(expect.objectContaining({ state: "signed", isMe: true, factor: "passkey" }));
  expect(timeline.map((step) => step.sentence)).toContainEqual(expect.stringContaining("with a passkey for exactly this statement"));
});

test("a passkey's signature over another payout's statement, another challenge or nothing signs nothing, and is never good twice", async () => {
  const { person, device } = await withDevice();
  const [first, other] = [await ask(desk, 220_000n), await ask(desk, 230_000n)];
  const [mine, theirs, again] = [await begin(person, first.id), await begin(person, other.id), await begin(person, first.id)];
  const sign = (challengeId: string, signed: typeof mine) => kindOf(approvePayout(ctxOf(person), first.id, { challengeId, passkey: device.sign(signed.passkey ?? {}) }));
  expect(await sign(mine.challengeId, theirs)).toBe("passkey_refused");
  expect(await sign(mine.challengeId, again)).toBe("passkey_refused");
  expect(await sign(theirs.challengeId, theirs)).toBe("challenge_invalid");
  const stranger = new SoftAuthenticator(config().appOrigin);
  expect(await kindOf(approvePayout(ctxOf(person), first.id, { challengeId: mine.challengeId, passkey: stranger.sign(mine.passkey ?? {}) }))).toBe("passkey_refused");
  expect((await getPayout(ctxOf(person), first.id)).payout.status).toBe("pending_approval");
  expect(await sign(mine.challengeId, mine)).toBe("done");
  expect(await sign(mine.challengeId, mine)).toBe("challenge_invalid");
});

test("who came in by a recovery code signs nothing for a day: not when asking, not with a challenge from before", async () => {
  const person = await personWith("finance_admin");
  const { id } = await ask(desk, 240_000n);
  const { challengeId, passkey } = await begin(person, id);
  expect(passkey).toBeNull();
  await withTransaction(ctxOf(person), (tx) => freezePayoutRights(tx, person.userId, { reason: "recovery_code" }));
  const panel = await getPayout(ctxOf(person), id);
  expect(panel.acts.approve.reasons.map((reason) => reason.code)).toContain("payouts_frozen");
  expect(await kindOf(begin(person, id))).toBe("approval_refused");
  expect(await kindOf(approvePayout(ctxOf(person), id, { challengeId, code: await codeAt(person.totpSecret, clockNow()) }))).toBe("approval_refused");
  passTime(25 * hourMs);
  const later = await begin(person, id);
  expect(await kindOf(approvePayout(ctxOf(person), id, { challengeId: later.challengeId, code: await codeAt(person.totpSecret, clockNow()) }))).not.toBe("approval_refused");
});

test("a signature of someone who was disabled since sends nothing; the maker may withdraw it", async () => {
  const person = await personWith("finance_admin");
  const { id } = await ask(desk, 250_000n);
  await signAs(person, id);
  await withTransaction(systemCtx("test", "operator"), (tx) => disablePerson(tx, { userId: person.userId, reason: "left the company" }));
  await dispatchPayout(systemCtx("test"), id);
  const panel = await getPayout(ctxOf(desk.maker), id);
  expect(panel.payout.status).toBe("approved");
  expect(panel.next).toContain("may not act at this desk any more");
  expect(panel.acts.cancel.allowed).toBe(true);
});

test("a vote written around this program, however genuine its row, sends nothing and is found by the trail's check", async () => {
  const { id } = await ask(desk, 260_000n);
  const { text } = statementOf(await loadPayout(id));
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into payout_approvals select ${newId("approval")}, id, ${desk.admin.userId}, ${newId("challenge")}, digest, ${text}, 'totp', ${clockNow().toISOString()}::text::timestamptz from payouts where id = ${id}`;
    await sql`update payouts set status = 'approved', approvals_given = 1 where id = ${id}`;
  });
  await dispatchPayout(systemCtx("test"), id);
  const panel = await getPayout(ctxOf(desk.maker), id);
  expect(panel.payout.status).toBe("approved");
  expect(panel.attempts).toEqual([]);
  expect(panel.next).toContain("not in the audit trail");
  const { headsFile, signingKeyFile } = config().audit;
  const report = await verifyTrail({ headsFile, trust: { keys: [readPublicKey(signingKeyFile)], source: signingKeyFile, given: false } });
  expect(report.problems.filter((problem) => problem.code === "act_without_row").map((problem) => problem.sentence)).toContainEqual(
    expect.stringContaining(`signature under payout ${id}`),
  );
});
